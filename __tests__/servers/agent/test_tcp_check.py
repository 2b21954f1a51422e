"""The custom check, with Datadog's base class and its stub of the agent's aggregator.

`recorded/net` was recorded on Linux 6.18, in a network namespace in which sockets of both families had been opened.
"""

from __future__ import annotations

import shutil
import time
import tracemalloc
from pathlib import Path

import pytest
from agent_support import CHECK, RECORDED, STATES, Report, run
from datadog_checks.base.stubs import datadog_agent

OK, CRITICAL = 0, 2
HEADER = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
LINE = (
    "   0: 0100007F:1F90 0100007F:D2F0 {} 00000000:00000000 00:00000000 00000000     0        0 25443 1 0000000000000\n"
)


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    shutil.copytree(RECORDED / "net", tmp_path / "net")
    return tmp_path


IN_BOTH_FAMILIES = {"established": 20, "syn_sent": 6, "fin_wait2": 4, "time_wait": 6, "close_wait": 4, "listen": 4}


def test_ipv4_and_ipv6_connections_are_added_up_with_zero_for_absent_states() -> None:
    report = run(proc=str(RECORDED))
    assert report == Report({**dict.fromkeys(STATES, 0), **IN_BOTH_FAMILIES}, 0, OK, "")


@pytest.mark.parametrize(("number", "state"), list(enumerate(STATES, 1)))
def test_each_state_number_of_the_kernel_has_its_name(tmp_path: Path, number: int, state: str) -> None:
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "tcp").write_text(HEADER + LINE.format(f"{number:02X}"))
    assert run(proc=str(tmp_path)).nonzero() == {state: 1}


def test_a_server_without_ipv6_is_ok(proc: Path) -> None:
    (proc / "net" / "tcp6").unlink()
    report = run(proc=str(proc))
    assert report.connections["established"] == 12
    assert (report.can_read, report.message) == (OK, "")


def test_a_server_without_sockets_reports_zeros(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "tcp").write_text(HEADER)
    report = run(proc=str(tmp_path))
    assert report.connections == dict.fromkeys(STATES, 0)
    assert report.can_read == OK


def test_a_missing_file_is_critical_and_sends_no_zeros(tmp_path: Path) -> None:
    report = run(proc=str(tmp_path))
    message = f"{tmp_path}/net/tcp cannot be read: No such file or directory."
    assert report == Report({}, 0, CRITICAL, message)


@pytest.mark.parametrize("name", ["tcp", "tcp6"])
def test_a_file_that_cannot_be_read_is_critical_and_the_other_is_counted(proc: Path, name: str) -> None:
    path = proc / "net" / name
    path.unlink()
    path.mkdir()
    report = run(proc=str(proc))
    assert (report.can_read, report.message) == (CRITICAL, f"{path} cannot be read: Is a directory.")
    assert report.connections["established"] == {"tcp": 8, "tcp6": 12}[name]


@pytest.mark.parametrize(
    "garbage",
    [
        b"\n",
        b"garbage\n",
        b"\x00\xff\xfe\x80 \x01\n",
        b"   0: 0100007F:1F90 0100007F:D2F0\n",
        b"   0: 0100007F:1F90 0100007F:D2F0 0A\n",
        LINE.format("0D").encode(),
        LINE.format("00").encode(),
        LINE.format("ZZ").encode(),
        b"no number 0100007F:D2F0 0A 00000000:00000000 00:00000000\n",
        b"x" * 100_000,
    ],
)
def test_invalid_lines_are_reported_and_the_others_counted(proc: Path, garbage: bytes) -> None:
    path = proc / "net" / "tcp"
    path.write_bytes(path.read_bytes() + garbage)
    report = run(proc=str(proc))
    assert report.nonzero() == IN_BOTH_FAMILIES
    assert (report.unreadable_lines, report.can_read) == (1, CRITICAL)
    assert report.message == f"unreadable lines in {path}: 1."


@pytest.mark.parametrize("content", [b"", b"\n", b"something else\n"])
def test_a_file_without_the_kernels_header_is_critical(proc: Path, content: bytes) -> None:
    (proc / "net" / "tcp6").write_bytes(content)
    report = run(proc=str(proc))
    assert (report.unreadable_lines, report.can_read) == (1, CRITICAL)
    assert report.connections["established"] == 12


def test_two_problems_are_reported_in_one_sentence(proc: Path) -> None:
    (proc / "net" / "tcp").unlink()
    (proc / "net" / "tcp6").write_text("")
    net = proc / "net"
    message = f"{net}/tcp cannot be read: No such file or directory; unreadable lines in {net}/tcp6: 1."
    assert run(proc=str(proc)).message == message


def test_procfs_path_of_the_agent_is_used() -> None:
    datadog_agent._config["procfs_path"] = str(RECORDED)
    try:
        assert run().nonzero() == IN_BOTH_FAMILIES
    finally:
        datadog_agent.reset()


def test_proc_of_this_machine_is_the_default() -> None:
    report = run()
    assert list(report.connections) == STATES
    assert (report.unreadable_lines, report.can_read, report.message) == (0, OK, "")


def test_fifty_thousand_connections_are_counted_within_100_ms_and_100_kb(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    lines = (LINE.replace("   0:", f"{n:4}:", 1).format("01" if n % 10 else "08") for n in range(50_000))
    (tmp_path / "net" / "tcp").write_text("".join([HEADER, *lines]))
    seconds = []
    for _ in range(3):
        start = time.process_time()
        report = run(proc=str(tmp_path))
        seconds.append(time.process_time() - start)
    assert report.nonzero() == {"established": 45_000, "close_wait": 5_000}
    assert min(seconds) < 0.1
    tracemalloc.start()
    try:
        CHECK.count(f"{tmp_path}/net/tcp", dict.fromkeys(CHECK.CODES, 0))
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()
