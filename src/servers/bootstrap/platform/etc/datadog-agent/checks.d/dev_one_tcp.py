"""Counts TCP sockets by state, IPv4 and IPv6 together. A growing close_wait is an application that leaks sockets."""

from __future__ import annotations

from typing import Any

from datadog_checks.base import AgentCheck
from datadog_checks.base.agent import datadog_agent

# In the kernel's order, from 1 (include/net/tcp_states.h).
STATES = (
    "established syn_sent syn_recv fin_wait1 fin_wait2 time_wait close close_wait last_ack listen closing new_syn_recv"
)
CODES = {b"%02X" % number: name for number, name in enumerate(STATES.split(), 1)}


class DevOneTcp(AgentCheck):
    __NAMESPACE__ = "dev_one.tcp"

    def check(self, _: Any) -> None:
        proc = self.instance.get("proc") or datadog_agent.get_config("procfs_path") or "/proc"
        counts = dict.fromkeys(CODES, 0)
        unreadable = files = 0
        problems = []
        for path in (f"{proc}/net/tcp", f"{proc}/net/tcp6"):
            try:
                lines = count(path, counts)
            except OSError as error:
                # A kernel without IPv6 has no such file.
                if not (isinstance(error, FileNotFoundError) and path.endswith("6")):
                    problems.append(f"{path} cannot be read: {error.strerror}")
                continue
            files += 1
            unreadable += lines
            if lines:
                problems.append(f"unreadable lines in {path}: {lines}")
        # No numbers rather than zeros, when nothing was read.
        if files:
            for code, state in CODES.items():
                self.gauge("connections", counts[code], tags=[f"state:{state}"])
        self.gauge("unreadable_lines", unreadable)
        message = f"{'; '.join(problems)}." if problems else ""
        self.service_check("can_read", self.CRITICAL if problems else self.OK, message=message)


def count(path: str, counts: dict[bytes, int]) -> int:
    """Adds the sockets of a file to the counts, line by line, and says how many lines it could not read."""
    with open(path, "rb") as file:
        unreadable = 0 if file.readline().split(None, 1)[:1] == [b"sl"] else 1
        for line in file:
            fields = line.split(None, 4)
            if len(fields) == 5 and fields[0].endswith(b":") and fields[3] in counts:
                counts[fields[3]] += 1
            else:
                unreadable += 1
    return unreadable
