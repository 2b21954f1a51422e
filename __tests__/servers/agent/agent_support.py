"""Shared by the tests of the agent: the files that servers get for it, and the project's custom check as the agent runs it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from datadog_checks.base.stubs import aggregator

FILES = Path(__file__).resolve().parents[3] / "src" / "servers" / "bootstrap" / "platform"
RECORDED = Path(__file__).resolve().parent / "recorded"

# In the kernel's order, from 1 (include/net/tcp_states.h).
STATES = [
    *("established", "syn_sent", "syn_recv", "fin_wait1", "fin_wait2", "time_wait"),
    *("close", "close_wait", "last_ack", "listen", "closing", "new_syn_recv"),
]


def load_check() -> ModuleType:
    """The module of the check. Not imported, because that would leave a compiled file among the files of servers."""
    path = FILES / "etc/datadog-agent/checks.d/dev_one_tcp.py"
    module = ModuleType(path.stem)
    exec(compile(path.read_text(), str(path), "exec"), module.__dict__)
    return module


CHECK = load_check()


@dataclass(frozen=True)
class Report:
    """The metrics and the service check that one run of the check sent."""

    connections: dict[str, int]
    unreadable_lines: int
    can_read: int
    message: str

    def nonzero(self) -> dict[str, int]:
        return {state: number for state, number in self.connections.items() if number}


def run(**instance: Any) -> Report:
    aggregator.reset()
    check = CHECK.DevOneTcp("dev_one_tcp", {}, [instance])
    # `run` is the method that the agent calls; it returns an exception of the check as text.
    assert check.run() == ""
    gauges = aggregator.metrics("dev_one.tcp.connections")
    unreadable = aggregator.metrics("dev_one.tcp.unreadable_lines")
    services = aggregator.service_checks("dev_one.tcp.can_read")
    assert {gauge.type for gauge in [*gauges, *unreadable]} == {aggregator.GAUGE}
    assert (len(unreadable), len(services)) == (1, 1)
    tags = [tag for gauge in gauges for tag in gauge.tags]
    assert len(tags) == len(gauges) == len(set(tags))
    connections = {gauge.tags[0].removeprefix("state:"): int(gauge.value) for gauge in gauges}
    return Report(connections, int(unreadable[0].value), services[0].status, services[0].message)
