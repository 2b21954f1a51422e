"""The custom check against the kernel itself: sockets that the test opens, and what `ss` counts.

Each test has a network of its own, in which nobody else opens or closes a socket.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from agent_support import STATES, difference, run
from own_network import in_its_own_network

FAMILIES = [
    pytest.param(socket.AF_INET, "127.0.0.1", id="IPv4"),
    pytest.param(socket.AF_INET6, "::1", id="IPv6"),
]
SS_STATES = {
    "ESTAB": "established",
    "SYN-SENT": "syn_sent",
    "SYN-RECV": "syn_recv",
    "FIN-WAIT-1": "fin_wait1",
    "FIN-WAIT-2": "fin_wait2",
    "TIME-WAIT": "time_wait",
    "UNCONN": "close",
    "CLOSE-WAIT": "close_wait",
    "LAST-ACK": "last_ack",
    "LISTEN": "listen",
    "CLOSING": "closing",
}


@contextmanager
def listener(family: socket.AddressFamily, host: str) -> Iterator[socket.socket]:
    try:
        listening = socket.create_server((host, 0), family=family)
    except OSError:
        pytest.skip(f"this machine has no {host}")
    with listening:
        yield listening


def connect(listening: socket.socket, stack: ExitStack) -> tuple[socket.socket, socket.socket]:
    dialled = stack.enter_context(socket.create_connection(listening.getsockname()[:2]))
    accepted, _ = listening.accept()
    return dialled, stack.enter_context(accepted)


def expect(opened: Callable[[ExitStack], None], expected: dict[str, int]) -> None:
    with ExitStack() as stack:
        before = run()
        opened(stack)
        # The kernel changes some states with a delay.
        until = time.monotonic() + 10
        while (change := difference(before, run())) != expected and time.monotonic() < until:
            time.sleep(0.02)
        assert change == expected


@pytest.mark.parametrize(("family", "host"), FAMILIES)
@in_its_own_network
def test_a_listening_socket_is_in_listen(family: socket.AddressFamily, host: str) -> None:
    def listen(stack: ExitStack) -> None:
        stack.enter_context(listener(family, host))

    expect(listen, {"listen": 1})


@pytest.mark.parametrize(("family", "host"), FAMILIES)
@in_its_own_network
def test_established_connections_are_counted_at_both_ends(family: socket.AddressFamily, host: str) -> None:
    with listener(family, host) as listening:

        def open_three(stack: ExitStack) -> None:
            for _ in range(3):
                connect(listening, stack)

        expect(open_three, {"established": 6})


@pytest.mark.parametrize(("family", "host"), FAMILIES)
@in_its_own_network
def test_a_server_that_does_not_close_is_in_close_wait(family: socket.AddressFamily, host: str) -> None:
    with listener(family, host) as listening:

        def half_close(stack: ExitStack) -> None:
            for _ in range(2):
                dialled, _accepted = connect(listening, stack)
                dialled.shutdown(socket.SHUT_WR)

        expect(half_close, {"close_wait": 2, "fin_wait2": 2})


@pytest.mark.parametrize(("family", "host"), FAMILIES)
@in_its_own_network
def test_the_side_that_closes_first_is_in_time_wait(family: socket.AddressFamily, host: str) -> None:
    with listener(family, host) as listening:

        def close_in_turn(stack: ExitStack) -> None:
            for _ in range(2):
                dialled, accepted = connect(listening, stack)
                dialled.close()
                accepted.close()

        expect(close_in_turn, {"time_wait": 2})


@pytest.mark.skipif(shutil.which("ss") is None, reason="ss of iproute2 is not on this machine")
@in_its_own_network
def test_the_counts_equal_those_of_ss() -> None:
    with ExitStack() as stack:
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            listening = stack.enter_context(listener(family, host))
            for _ in range(5):
                connect(listening, stack)
            connect(listening, stack)[0].shutdown(socket.SHUT_WR)
        time.sleep(0.1)
        answer = subprocess.run(["ss", "-Htan"], check=True, capture_output=True, text=True).stdout
        counted = Counter(SS_STATES[line.split()[0]] for line in answer.splitlines())
        assert run().connections == {state: counted[state] for state in STATES}
        assert (counted["established"], counted["listen"], counted["close_wait"]) == (20, 2, 2)
