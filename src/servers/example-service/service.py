"""Items in PostgreSQL, and word of new ones to whoever waits. See docs/services.md."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import resource
import signal
import socket
import time
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress
from typing import Any

from aiohttp import WSCloseCode, web
from aiohttp.typedefs import Handler
from psycopg import AsyncConnection, Error, OperationalError
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

log = logging.getLogger("service")
TABLE = "CREATE TABLE IF NOT EXISTS items (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL)"
CONNECTION = {
    "row_factory": dict_row,
    # RDS Proxy shares its connections between transactions.
    "autocommit": True,
    # psycopg drops prepared statements with DEALLOCATE, for which RDS Proxy pins the session.
    "prepare_threshold": None,
    # A database that vanished is noticed within 15 s.
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "tcp_user_timeout": 15000,
}


class Database:
    """Whatever is wrong with it is a psycopg.Error within 5 s."""

    def __init__(self, command: str) -> None:
        self._command = command.split()
        self._asking = asyncio.Lock()
        self._known: dict[str, Any] = {}
        self._known_until = 0.0
        self._pool: AsyncConnectionPool[AsyncConnection[DictRow]] = AsyncConnectionPool(
            kwargs=self._parameters,
            check=self._check,
            open=False,
            min_size=1,
            max_size=8,
            max_idle=60,
            timeout=2,
            max_waiting=256,
            # After 5 s it tries when somebody asks.
            reconnect_timeout=5,
        )

    async def prepare(self) -> None:
        """Makes the table, however long the database stays away."""
        await self._pool.open()
        while True:
            try:
                # Not from the pool: RDS Proxy pins a session that locks.
                connection = await AsyncConnection.connect(**await self._parameters())
                async with connection, connection.transaction():
                    await connection.execute("SELECT pg_advisory_xact_lock(1)")
                    await connection.execute(TABLE)
                return
            except Exception as error:
                log.warning("The table cannot be made yet: %s", error)
                await asyncio.sleep(2)

    async def query(self, statement: str, *values: object) -> list[DictRow]:
        try:
            async with asyncio.timeout(5):
                # It goes on without us: RDS Proxy cancels nothing.
                return await asyncio.shield(self._query(statement, values))
        except TimeoutError:
            raise OperationalError("no answer within 5 s") from None

    async def close(self) -> None:
        await self._pool.close(timeout=2)

    async def _query(self, statement: str, values: tuple[object, ...]) -> list[DictRow]:
        async with self._pool.connection() as connection:
            return await (await connection.execute(statement.encode(), values)).fetchall()

    async def _check(self, connection: AsyncConnection[DictRow]) -> None:
        """Without a round trip: the server's last words, then its end."""
        connection.pgconn.consume_input()
        connection.pgconn.consume_input()

    async def _parameters(self) -> dict[str, Any]:
        """Of a new connection; a burst of them asks once."""
        async with self._asking:
            if time.monotonic() >= self._known_until:
                self._known = await self._ask()
                self._known_until = time.monotonic() + 60
            return {**self._known, **CONNECTION}

    async def _ask(self) -> dict[str, Any]:
        """Its output holds a password and is never shown."""
        name = self._command[0]
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, start_new_session=True
        )
        try:
            output, complaint = await asyncio.wait_for(process.communicate(), 10)
        except TimeoutError:
            raise OperationalError(f"{name} did not answer within 10 s") from None
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
        if process.returncode != 0:
            raise OperationalError(f"{name} failed: {complaint.decode(errors='replace')[-300:]}")
        with suppress(ValueError):
            parameters = json.loads(output)
            if isinstance(parameters, dict) and "host" in parameters:
                return parameters
        raise OperationalError(f"{name} printed no JSON object with a host")


class Events:
    """Which items are new on this server."""

    def __init__(self) -> None:
        self.are_over = False  # the server stops
        self._new: list[int] = []
        self._waiting: set[asyncio.Future[list[int]]] = set()

    def publish(self, item: int) -> None:
        self._new.append(item)
        if len(self._new) == 1:
            # Thousands are not woken for every single item.
            asyncio.get_running_loop().call_later(0.05, self._tell)

    def end(self) -> None:
        self.are_over = True
        self._tell()

    async def wait(self, seconds: float) -> list[int]:
        """New items, or none after a while."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[list[int]] = loop.create_future()
        timer = loop.call_later(0 if self.are_over else seconds, settle, waiter, [])
        self._waiting.add(waiter)
        try:
            return await waiter
        finally:
            timer.cancel()
            self._waiting.discard(waiter)

    def _tell(self) -> None:
        new, self._new = self._new, []
        for waiter in self._waiting:
            settle(waiter, new)


def settle(waiter: asyncio.Future[list[int]], items: list[int]) -> None:
    if not waiter.done():
        waiter.set_result(items)


class Service:
    def __init__(self, database: Database) -> None:
        self._query = database.query
        self._events = Events()

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._guard], client_max_size=8192)
        item = "/items/{id:[0-9]{1,18}}"
        app.add_routes(
            [
                web.get("/", self.who),
                web.get("/healthz", self.healthz),
                web.get("/readyz", self.readyz),
                web.get("/items", self.list),
                web.post("/items", self.create),
                web.get(item, self.read),
                web.put(item, self.update),
                web.delete(item, self.delete),
                web.get("/events", self.poll),
                web.get("/ws", self.follow),
            ]
        )
        app.on_shutdown.append(self._stop)
        return app

    async def _stop(self, _app: web.Application) -> None:
        self._events.end()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        response: web.StreamResponse
        try:
            response = await handler(request)
        except Error as error:
            log.warning("The database cannot be used: %s", error)
            text = "The database cannot be used now; try again soon.\n"
            response = web.Response(status=503, text=text, headers={"Retry-After": "2"})
        if self._events.are_over:
            response.force_close()
        return response

    async def who(self, _: web.Request) -> web.Response:
        return web.json_response({name.lower(): os.environ.get(name) for name in ("NAME", "ZONE", "SERVICE")})

    async def healthz(self, _: web.Request) -> web.Response:
        """Asks no database: its outage would replace every server."""
        return web.Response(text="ok\n")

    async def readyz(self, _: web.Request) -> web.Response:
        await self._query("SELECT id FROM items LIMIT 1")
        return web.Response(text="ready\n")

    async def list(self, request: web.Request) -> web.Response:
        limit = whole_number(request, "limit", 20, 1, 100)
        rows = await self._query("SELECT id, text FROM items ORDER BY id DESC LIMIT %s", limit)
        return web.json_response({"items": rows})

    async def create(self, request: web.Request) -> web.Response:
        text = await text_of(request)
        [row] = await self._query("INSERT INTO items (text) VALUES (%s) RETURNING id, text", text)
        self._events.publish(row["id"])
        return web.json_response(row, status=201)

    async def read(self, request: web.Request) -> web.Response:
        return await self._item(request, "SELECT id, text FROM items WHERE id = %s")

    async def update(self, request: web.Request) -> web.Response:
        statement = "UPDATE items SET text = %s WHERE id = %s RETURNING id, text"
        return await self._item(request, statement, await text_of(request))

    async def delete(self, request: web.Request) -> web.Response:
        return await self._item(request, "DELETE FROM items WHERE id = %s RETURNING id, text")

    async def _item(self, request: web.Request, statement: str, *values: str) -> web.Response:
        if rows := await self._query(statement, *values, request.match_info["id"]):
            return web.json_response(rows[0])
        raise web.HTTPNotFound(text="There is no such item.\n")

    async def poll(self, request: web.Request) -> web.StreamResponse:
        # The load balancer waits 60 s.
        seconds = whole_number(request, "wait", 25, 0, 50)
        # Headers at once, past nginx' buffers: what is held on purpose is not slow.
        headers = {"Content-Type": "application/json", "X-Accel-Buffering": "no"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        items = await self._events.wait(seconds)
        await response.write_eof(json.dumps({"items": items}).encode())
        return response

    async def follow(self, request: web.Request) -> web.WebSocketResponse:
        # Compression takes much memory for each client.
        client = web.WebSocketResponse(heartbeat=30, timeout=5, compress=False, max_msg_size=1024)
        await client.prepare(request)
        telling = asyncio.create_task(self._tell(client))
        try:
            async for _ in client:
                pass  # clients have nothing to say
        finally:
            telling.cancel()
        return client

    async def _tell(self, client: web.WebSocketResponse) -> None:
        """Who is slow to take one message misses the next."""
        with suppress(ConnectionError):
            while not self._events.are_over:
                if items := await self._events.wait(3600):
                    await client.send_json({"items": items})
            await client.close(code=WSCloseCode.GOING_AWAY)


def whole_number(request: web.Request, name: str, default: int, low: int, high: int) -> int:
    text = request.query.get(name, str(default))
    if text.isascii() and text.isdigit() and len(text) < 9 and low <= int(text) <= high:
        return int(text)
    raise web.HTTPBadRequest(text=f"{name} must be a whole number from {low} to {high}.\n")


async def text_of(request: web.Request) -> str:
    """PostgreSQL takes neither NUL nor half a character."""
    with suppress(ValueError, TypeError, KeyError, RecursionError):
        text = json.loads(await request.read())["text"]
        if isinstance(text, str) and "\0" not in text and 0 < len(text.encode()) <= 1000:
            return text
    raise web.HTTPBadRequest(text='The body must be JSON such as {"text": "a"}, with a text of 1 to 1000 bytes.\n')


class Sparing(logging.Filter):
    """One line a minute of each kind."""

    _next: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if time.monotonic() < self._next.get(record.msg, 0):
            return False
        self._next[record.msg] = time.monotonic() + 60
        record.msg, record.args = " ".join(record.getMessage().split()), ()
        return True


async def serve(path: str, command: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    database = Database(command)
    runner = web.AppRunner(
        Service(database).application(),
        access_log=None,
        keepalive_timeout=90,
        handler_cancellation=True,
        shutdown_timeout=10,  # which it takes twice
    )
    await runner.setup()
    listening = socket.socket(socket.AF_UNIX)
    with suppress(FileNotFoundError):
        os.unlink(path)
    os.umask(0o117)  # the web server is in our group
    listening.bind(path)
    await web.SockSite(runner, listening, backlog=128).start()
    # Only now: asyncio accepts as many in one go.
    listening.listen(65535)
    preparing = asyncio.create_task(database.prepare())
    await stop.wait()
    preparing.cancel()
    await runner.cleanup()
    await database.close()


def main() -> None:
    handler = logging.StreamHandler()
    handler.addFilter(Sparing())
    logging.basicConfig(format="%(levelname)s %(message)s", handlers=[handler])
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(serve(os.environ["SERVICE_SOCKET"], os.environ["DATABASE_CREDENTIALS_COMMAND"]))


if __name__ == "__main__":
    main()
