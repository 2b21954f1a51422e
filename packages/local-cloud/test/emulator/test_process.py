"""The emulator process: readiness, identity and exit."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import urlopen

import pytest
from conftest import LOCAL_CLOUD

PORT_IN_USE = 98


@contextmanager
def emulator(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "emulator", *arguments],
        cwd=LOCAL_CLOUD,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def ready(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer


def test_it_returns_its_identity() -> None:
    with emulator() as process:
        expected = ready(process)
        with urlopen(f"http://127.0.0.1:{expected['port']}/_local-cloud/identity", timeout=10) as answer:
            assert json.load(answer) == {"pid": process.pid, "token": expected["token"]}


def test_it_exits_when_its_parent_closes_the_pipe() -> None:
    with emulator() as process:
        ready(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=10) == 0


def test_it_keeps_running_after_a_release() -> None:
    with emulator() as process:
        ready(process)
        assert process.stdin is not None
        process.stdin.write("release\n")
        process.stdin.close()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1)


def test_it_rejects_a_port_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, emulator("--port", str(taken.getsockname()[1])) as process:
        assert process.wait(timeout=30) == PORT_IN_USE
