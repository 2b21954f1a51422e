"""Opens sockets in every state that can be held open, and prints what the check and `ss` count. Runs in a network of its own."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections import Counter
from contextlib import ExitStack

from agent_support import run

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


def listener(family: socket.AddressFamily, host: str) -> socket.socket | None:
    """None where this machine has no such address."""
    try:
        return socket.create_server((host, 0), family=family)
    except OSError:
        return None


def counts_of_ss() -> Counter[str]:
    answer = subprocess.run(["ss", "-Htan"], check=True, capture_output=True, text=True).stdout
    return Counter(SS_STATES[line.split()[0]] for line in answer.splitlines())


with ExitStack() as stack:

    def connect(to: socket.socket) -> tuple[socket.socket, socket.socket]:
        dialled = stack.enter_context(socket.create_connection(to.getsockname()[:2]))
        return dialled, stack.enter_context(to.accept()[0])

    opened = [listener(socket.AF_INET, "127.0.0.1"), listener(socket.AF_INET6, "::1")]
    listeners = [stack.enter_context(each) for each in opened if each is not None]
    for listening in listeners:
        for _ in range(5):
            connect(listening)
        connect(listening)[0].shutdown(socket.SHUT_WR)
        for end in connect(listening):
            end.close()
    # The kernel changes some states with a delay.
    until = time.monotonic() + 10
    while {"fin_wait1", "last_ack", "closing"} & (ss := counts_of_ss()).keys() and time.monotonic() < until:
        time.sleep(0.02)
    print(json.dumps({"families": len(listeners), "check": run().nonzero(), "ss": ss}))
