"""A program behind nginx that holds requests: GET /events?wait=SECONDS. It answers everything else at once.

Usage: holder.py SOCKET. One process holds 10,000 requests with a few KiB each, so that ten servers fit on one machine.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n"
WAIT = re.compile(rb"^GET /events\?wait=(\d+) ")


class Requests(asyncio.Protocol):
    """Requests of one connection of nginx, one after the other and without a body."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.received = b""

    def data_received(self, data: bytes) -> None:
        self.received += data
        if self.received.endswith(b"\r\n\r\n"):
            match = WAIT.match(self.received)
            self.received = b""
            asyncio.get_running_loop().call_later(int(match[1]) if match else 0, self.answer)

    def answer(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(ANSWER)


async def main(socket: str) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_unix_server(Requests, socket, backlog=4096)
    # nginx runs as another user.
    os.chmod(socket, 0o666)
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
