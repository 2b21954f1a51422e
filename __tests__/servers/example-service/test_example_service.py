"""Responses of the service while its database is available, and to invalid requests."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import time
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from service_support import PASSWORD, Service


def client_of(service: Service) -> aiohttp.ClientSession:
    return aiohttp.ClientSession("http://localhost", connector=aiohttp.UnixConnector(str(service.socket), limit=0))


async def write_until_all_are_done(client: aiohttp.ClientSession, polls: list[asyncio.Task[Any]]) -> list[int]:
    """Creates items repeatedly, because a poll that the service does not hold yet misses the first one."""
    written: list[int] = []
    while not all(poll.done() for poll in polls):
        async with client.post("/items", json={"text": "new"}) as created:
            written.append((await created.json())["id"])
        await asyncio.sleep(0.5)
    return written


def test_root_responds_with_service_and_host(service: Service) -> None:
    assert service.get("/").json == {"name": "api-2", "zone": "zone-1", "service": "api-2"}


def test_socket_is_accessible_to_owner_and_group_only(service: Service) -> None:
    assert stat.S_IMODE(os.stat(service.socket).st_mode) == 0o660


def test_an_item_is_written_read_changed_and_deleted(service: Service) -> None:
    text = "naïve 'quotes' \"and\" \\ 日本"
    item = service.create(text)
    path = f"/items/{item}"
    assert service.get(path).json == {"id": item, "text": text}
    assert service.request("PUT", path, {"text": "b"}).json == {"id": item, "text": "b"}
    assert service.get(path).json == {"id": item, "text": "b"}
    assert service.request("DELETE", path).status == 200
    for method, body in [("GET", None), ("PUT", {"text": "c"}), ("DELETE", None)]:
        answer = service.request(method, path, body)
        assert (answer.status, answer.text) == (404, "There is no such item.\n")


def test_items_are_listed_newest_first_up_to_the_limit(service: Service) -> None:
    items = [service.create(text) for text in "abc"]
    assert [each["id"] for each in service.get("/items?limit=2").json["items"]] == [items[2], items[1]]


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "x", "", "²", "9" * 5000, "1;DROP TABLE items"])
def test_a_limit_out_of_range_is_rejected(service: Service, limit: str) -> None:
    answer = service.get(f"/items?limit={quote(limit)}")
    assert (answer.status, answer.text) == (400, "limit must be a whole number from 1 to 100.\n")


@pytest.mark.parametrize("wait", ["51", "-1", "nan"])
def test_a_wait_longer_than_the_idle_timeout_of_the_load_balancer_is_rejected(service: Service, wait: str) -> None:
    answer = service.get(f"/events?wait={wait}")
    assert (answer.status, answer.text) == (400, "wait must be a whole number from 0 to 50.\n")


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"\xff", b"[" * 8000, b'"text"', b"null", b"[1]"),
        *({}, {"text": 1}, {"text": ""}, {"text": None}, {"text": "a" * 1001}, {"text": "é" * 501}),
        *({"text": "a\0b"}, {"text": "\ud800"}),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/items"), ("PUT", "/items/1")])
def test_an_invalid_item_is_rejected(service: Service, method: str, path: str, body: object) -> None:
    answer = service.request(method, path, body)
    sentence = 'The body must be JSON such as {"text": "a"}, with a text of 1 to 1000 bytes.\n'
    assert (answer.status, answer.text) == (400, sentence)


def test_a_text_of_maximum_length_is_accepted(service: Service) -> None:
    item = service.create("é" * 500)
    assert service.get(f"/items/{item}").json["text"] == "é" * 500


def test_a_large_body_is_rejected_without_reading_it(service: Service) -> None:
    assert service.request("POST", "/items", {"text": "a" * 100_000}).status == 413


@pytest.mark.parametrize("path", ["/items/0", "/items/999999999999999999", "/items/" + "9" * 40, "/items/x", "/no"])
def test_an_unknown_path_or_item_is_not_found(service: Service, path: str) -> None:
    assert service.get(path).status == 404


def test_an_unsupported_method_is_rejected(service: Service) -> None:
    assert service.request("DELETE", "/items").status == 405


def test_a_long_poll_without_new_items_ends_after_its_wait(quiet_service: Service) -> None:
    started = time.monotonic()
    answer = quiet_service.get("/events?wait=1")
    assert (answer.status, answer.json) == (200, {"items": []})
    assert 0.9 < time.monotonic() - started < 10
    assert quiet_service.get("/events?wait=0").json == {"items": []}


def test_a_long_poll_sends_its_headers_at_once_without_buffering(service: Service) -> None:
    async def headers_of_a_poll() -> tuple[float, str | None]:
        async with client_of(service) as client:
            started = time.monotonic()
            async with client.get("/events?wait=50") as answer:
                return time.monotonic() - started, answer.headers.get("X-Accel-Buffering")

    seconds, buffering = asyncio.run(headers_of_a_poll())
    assert (seconds < 25, buffering) == (True, "no")


def test_a_long_poll_responds_with_the_new_item(quiet_service: Service) -> None:
    async def poll_and_write() -> tuple[int, Any, list[int]]:
        async with client_of(quiet_service) as client:
            poll = asyncio.create_task(client.get("/events?wait=50"))
            written = await write_until_all_are_done(client, [poll])
            async with await poll as answer:
                return answer.status, await answer.json(), written

    status, news, written = asyncio.run(poll_and_write())
    assert (status, len(news["items"])) == (200, 1)
    assert news["items"][0] in written


def test_a_web_socket_receives_every_new_item(quiet_service: Service) -> None:
    async def follow() -> tuple[list[int], list[int]]:
        created: list[int] = []
        received: list[int] = []
        async with client_of(quiet_service) as client, client.ws_connect("/ws") as socket:
            await socket.send_str("hello")
            for text in "ab":
                async with client.post("/items", json={"text": text}) as answer:
                    created.append((await answer.json())["id"])
                received += (await socket.receive_json(timeout=20))["items"]
        return created, received

    created, received = asyncio.run(follow())
    assert received == created


def test_many_concurrent_long_polls_all_get_a_response(quiet_service: Service) -> None:
    async def poll_and_write() -> list[int]:
        async with client_of(quiet_service) as client:
            polls = [asyncio.create_task(client.get("/events?wait=50")) for _ in range(500)]
            while not quiet_service.holds(500):
                await asyncio.sleep(0.02)
            assert not any(poll.done() for poll in polls)
            await write_until_all_are_done(client, polls)
            answers = await asyncio.gather(*polls)
            for answer in answers:
                answer.release()
            return [answer.status for answer in answers]

    assert asyncio.run(poll_and_write()) == [200] * 500


def test_connections_are_reused_for_further_requests(service: Service) -> None:
    answer = service.get("/healthz")
    assert (answer.text, answer.headers.get("Connection", "keep-alive")) == ("ok\n", "keep-alive")


def test_requests_are_not_logged(service: Service) -> None:
    service.create("private")
    assert PASSWORD not in service.errors
    assert json.dumps(PASSWORD) not in service.errors
    assert "private" not in service.errors
    assert "INSERT" not in service.errors
