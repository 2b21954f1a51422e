"""The service without its database, with an unusable one, and at its shutdown."""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aiohttp
import psycopg
import pytest
from service_support import PASSWORD, Answer, Postgres, Service, StartService, eventually, printing

AWAY = "The database cannot be used now; try again soon.\n"


def refuses(service: Service) -> bool:
    """Whether it accepts no new connection."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(service.socket))
            return False
        except OSError:
            return True


def expect_no_database(answer: Answer) -> None:
    assert (answer.status, answer.text, answer.headers["Retry-After"]) == (503, AWAY, "2")


def test_it_survives_a_database_outage_and_reconnects(postgres: Postgres, own_service: Service) -> None:
    item = own_service.create("kept")
    postgres.stop()
    try:
        started = time.monotonic()
        with ThreadPoolExecutor(40) as threads:
            write = threads.submit(own_service.request, "POST", "/items", {"text": "lost"})
            reads = threads.map(own_service.get, ["/items", "/readyz", f"/items/{item}"] * 13)
            for answer in [*reads, write.result()]:
                expect_no_database(answer)
        assert time.monotonic() - started < 12
        assert own_service.get("/healthz").status == 200
        assert own_service.request("POST", "/items", b"{").status == 400
    finally:
        postgres.start()
    assert eventually(own_service.is_ready), own_service.errors
    assert own_service.get(f"/items/{item}").json == {"id": item, "text": "kept"}
    assert own_service.process.poll() is None
    assert PASSWORD not in own_service.errors
    assert len(own_service.errors.splitlines()) <= 6


def test_a_database_restart_between_requests_fails_no_request(postgres: Postgres, own_service: Service) -> None:
    postgres.stop()
    postgres.start()
    assert own_service.get("/items").status == 200


def test_requests_fail_in_time_when_the_database_hangs(postgres: Postgres, own_service: Service) -> None:
    postgres.signal(signal.SIGSTOP)
    try:
        started = time.monotonic()
        with ThreadPoolExecutor(40) as threads:
            for answer in threads.map(own_service.get, ["/items"] * 40):
                expect_no_database(answer)
        assert time.monotonic() - started < 15
        assert own_service.get("/healthz").status == 200
    finally:
        postgres.signal(signal.SIGCONT)
    assert eventually(own_service.is_ready), own_service.errors


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'no role: nothing to show' >&2; echo secret; exit 7", "failed: no role: nothing to show"),
        ("echo secret", "printed no JSON object with a host"),
        ("echo '{\"password\": \"secret\"}'", "printed no JSON object with a host"),
        ("printf '\\xffsecret'", "printed no JSON object with a host"),
        (printing({"host": "/nowhere", "password": "secret"}), "No such file or directory"),
        (printing({"host": "/nowhere", "no-parameter": "secret"}), 'invalid connection option "no-parameter"'),
    ],
)
def test_it_runs_and_logs_the_reason_without_valid_credentials(
    postgres: Postgres, start_service: StartService, script: str, reason: str
) -> None:
    service = start_service(script)
    assert eventually(lambda: service.errors.count("\n") == 2), service.errors
    for line in service.errors.splitlines():
        assert reason in line
    assert service.get("/healthz").status == 200
    assert "secret" not in service.errors
    assert "Traceback" not in service.errors
    assert service.process.poll() is None


def test_it_becomes_ready_once_credentials_are_available(postgres: Postgres, start_service: StartService) -> None:
    service = start_service("exit 1")
    expect_no_database(service.get("/items"))
    service.set_credentials(printing(postgres.credentials()))
    assert eventually(service.is_ready), service.errors
    service.create("a")


def test_a_burst_of_new_connections_requests_credentials_once(
    postgres: Postgres, start_service: StartService, tmp_path: Path
) -> None:
    service = start_service(f"echo asked >>{tmp_path}/asked\n{printing(postgres.credentials())}")
    assert eventually(service.is_ready), service.errors
    with ThreadPoolExecutor(16) as threads:
        assert {answer.status for answer in threads.map(service.get, ["/items"] * 100)} == {200}
    assert (tmp_path / "asked").read_text() == "asked\n"


def test_two_services_that_start_together_on_an_empty_database_create_one_table(
    postgres: Postgres, start_service: StartService
) -> None:
    with psycopg.connect(**postgres.credentials(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE empty")
    with ThreadPoolExecutor(2) as threads:
        services = list(threads.map(start_service, [printing(postgres.credentials("empty"))] * 2))
    for service in services:
        assert eventually(service.is_ready), service.errors
    item = services[0].create("shared")
    assert services[1].get(f"/items/{item}").json == {"id": item, "text": "shared"}
    assert not any("The table" in service.errors for service in services)


def test_shutdown_ends_long_polls_and_web_sockets_at_once(own_service: Service) -> None:

    async def wait_for_the_end() -> tuple[list[tuple[int, object]], int | None]:
        connector = aiohttp.UnixConnector(str(own_service.socket), limit=0)
        async with aiohttp.ClientSession("http://localhost", connector=connector) as client:
            async with client.ws_connect("/ws") as socket:
                polls = [asyncio.create_task(client.get("/events?wait=50")) for _ in range(100)]
                while not own_service.holds(101):
                    await asyncio.sleep(0.02)
                await asyncio.sleep(0.5)
                own_service.process.send_signal(signal.SIGTERM)
                message = await socket.receive(timeout=20)
                assert message.type == aiohttp.WSMsgType.CLOSE
            answers = await asyncio.wait_for(asyncio.gather(*polls), 20)
            return [(answer.status, await answer.json()) for answer in answers], socket.close_code

    started = time.monotonic()
    answers, close_code = asyncio.run(wait_for_the_end())
    assert own_service.process.wait(timeout=30) == 0
    assert time.monotonic() - started < 30
    assert answers == [(200, {"items": []})] * 100
    assert close_code == aiohttp.WSCloseCode.GOING_AWAY
    assert "Traceback" not in own_service.errors


def test_shutdown_waits_for_a_running_request(postgres: Postgres, own_service: Service) -> None:
    with psycopg.connect(**postgres.credentials()) as connection, ThreadPoolExecutor(1) as threads:
        connection.execute("LOCK TABLE items")
        request = threads.submit(own_service.request, "POST", "/items", {"text": "last"})
        waiting = "SELECT count(*) FROM pg_locks WHERE relation = 'items'::regclass AND NOT granted"
        assert eventually(lambda: connection.execute(waiting).fetchone() == (1,))
        own_service.process.send_signal(signal.SIGTERM)
        assert eventually(lambda: refuses(own_service))
        connection.rollback()
        assert request.result().status == 201
    assert own_service.process.wait(timeout=30) == 0


def test_shutdown_succeeds_without_a_database(start_service: StartService) -> None:
    service = start_service("exit 1")
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(timeout=30) == 0


def test_it_starts_when_a_killed_process_left_its_socket(postgres: Postgres, tmp_path: Path) -> None:
    first = Service(tmp_path / "one", printing(postgres.credentials()))
    first.end()
    assert first.socket.exists()
    second = Service(tmp_path / "one", printing(postgres.credentials()))
    second.end()
