"""dev-one-job with the AWS CLI, against S3 as moto serves it: one server runs a job, and says how it ended."""

from __future__ import annotations

import datetime
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from server_support import ACCESS, BOOTSTRAP, BUCKET, SHOP, Server

COMMAND = BOOTSTRAP / "platform" / "usr" / "local" / "bin" / "dev-one-job"
NOW = datetime.datetime.now(datetime.timezone.utc)
BIN = Path(sys.executable).parent


class Job:
    def __init__(self, server: Server, script: str, minutes: str = "60", due: datetime.datetime = NOW) -> None:
        self.server = server
        server.release(SHOP)
        server.write("jobs", other="00:00 1", cleanup=f"{due:%H:%M} {minutes}")
        jobs = server.root / "jobs"
        jobs.mkdir()
        (jobs / "cleanup").write_text(f"#!/bin/sh\n{script}\n")
        (jobs / "cleanup").chmod(0o755)
        self.journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.journal.bind(str(server.root / "journal"))

    def start(self, **environment: str) -> subprocess.Popen[str]:
        root = self.server.root
        return subprocess.Popen(
            [sys.executable, COMMAND, "cleanup"],
            env={
                **ACCESS,
                "PATH": f"{BIN}:{os.environ['PATH']}",
                "AWS_ENDPOINT_URL": self.server.endpoint,
                "AWS_MAX_ATTEMPTS": "1",
                "DEV_ONE_ETC": str(root / "etc/dev-one"),
                "DEV_ONE_JOBS": str(root / "jobs"),
                "DEV_ONE_JOURNAL": str(root / "journal"),
                "DEV_ONE_PATIENCE": "0",
                "OUT": str(root / "out"),
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, **environment: str) -> tuple[int, str]:
        process = self.start(**environment)
        output, _ = process.communicate(timeout=100)
        return process.returncode, output + self.ended()

    def ended(self) -> str:
        """The lines in the journal, each with its job and its outcome, by the fields of systemd's native protocol."""
        lines = []
        while True:
            try:
                entry = self.journal.recv(65536, socket.MSG_DONTWAIT).decode()
            except BlockingIOError:
                return "".join(lines)
            fields = dict(line.split("=", 1) for line in entry.splitlines())
            assert (fields["SYSLOG_IDENTIFIER"], fields["DEV_ONE_JOB"]) == ("dev-one-job", "cleanup")
            message = re.sub(r"after [\d.]+ s", "after S s", fields["MESSAGE"])
            lines.append(f"<{fields['PRIORITY']}>{fields['DEV_ONE_OUTCOME']}: {message}\n")

    def keys(self) -> list[str]:
        return [each["Key"] for each in self.server.s3.list_objects_v2(Bucket=BUCKET, Prefix="jobs/").get("Contents", [])]

    def out(self) -> str:
        return (self.server.root / "out").read_text()


def wait_for(file: Path) -> str:
    for _ in range(1000):
        if file.exists() and file.read_text():
            return file.read_text()
        time.sleep(0.05)
    raise AssertionError(f"{file} is not written")


def test_one_of_several_servers_runs_the_job(server: Server) -> None:
    job = Job(server, 'echo "$OUT" >>"$OUT"; echo "of the job"')
    started = [job.start() for _ in range(4)]
    ended = [(process.communicate(timeout=100)[0], process.returncode) for process in started]
    assert [code for _, code in ended] == [0] * 4
    assert job.out().count("\n") == 1
    assert [output for output, _ in ended if output] == ["of the job\n"]
    assert job.ended() == "<6>succeeded: dev-one-job: cleanup of shop ended with 0 after S s.\n"
    assert job.run() == (0, "")


def test_an_elastic_server_leaves_the_job_to_named_ones(server: Server) -> None:
    job = Job(server, 'echo ran >"$OUT"')
    server.write("identity", NAME="elastic-i-1", ADDRESS="172.31.1.140", SERVICE="shop", FLEET="elastic")
    assert (job.run(), job.keys()) == ((0, ""), [])


@pytest.mark.parametrize("minutes", [-5, 5], ids=["late", "early"])
def test_the_run_has_the_day_on_which_it_is_due(server: Server, minutes: int) -> None:
    due = NOW + datetime.timedelta(minutes=minutes)
    job = Job(server, "true", due=due)
    job.run()
    assert job.keys() == [f"jobs/shop/cleanup/{due.date()}"]


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        ("echo reason; exit 3", "reason\n<3>failed: dev-one-job: cleanup of shop ended with 3 after S s.\n"),
        ("kill -9 $$", "<3>failed: dev-one-job: cleanup of shop ended with -9 after S s.\n"),
    ],
)
def test_a_failed_job_is_an_error_in_the_log(server: Server, script: str, outcome: str) -> None:
    assert Job(server, script).run() == (1, outcome)


def test_a_name_that_is_no_job_of_the_service_is_an_error(server: Server) -> None:
    job = Job(server, "true")
    server.write("jobs", other="00:00 1", report="00:00 1")
    assert job.run() == (1, "<3>failed: dev-one-job: cleanup of shop is not one of its jobs: other, report.\n")
    server.write("jobs")
    assert job.run() == (1, "<3>failed: dev-one-job: cleanup of shop is not one of its jobs: it has none.\n")


def test_a_job_that_is_missing_is_an_error_in_the_log(server: Server) -> None:
    job = Job(server, "true")
    (server.root / "jobs/cleanup").unlink()
    code, output = job.run()
    assert code == 1
    assert output == "<3>failed: dev-one-job: cleanup of shop cannot be started: No such file or directory after S s.\n"


def test_a_job_is_stopped_at_its_limit_with_what_it_started(server: Server) -> None:
    job = Job(server, 'sleep 1000 & echo "$!" >"$OUT"; wait', minutes="0.03")
    assert job.run() == (1, "<3>failed: dev-one-job: cleanup of shop was stopped at its limit of 0.03 minutes after S s.\n")
    wait_until_ended(int(job.out()))


def test_a_job_is_stopped_with_its_server(server: Server) -> None:
    job = Job(server, 'echo started >"$OUT"; exec sleep 1000')
    process = job.start()
    wait_for(server.root / "out")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=50)
    assert process.returncode == 1
    assert job.ended() == "<3>failed: dev-one-job: cleanup of shop was stopped with this server after S s.\n"


def test_a_server_whose_request_was_answered_with_an_error_after_it_succeeded_runs_the_job(server: Server) -> None:
    aws = server.root / "bin" / "aws"
    aws.parent.mkdir()
    aws.write_text(
        f'#!/bin/sh\n{BIN}/aws "$@" || exit\ntest -e {server.root}/lost && exit\n'
        f"touch {server.root}/lost\necho 'Could not connect' >&2\nexit 1\n"
    )
    aws.chmod(0o755)
    job = Job(server, 'echo ran >"$OUT"')
    code, _ = job.run(PATH=f"{aws.parent}:{os.environ['PATH']}", DEV_ONE_PATIENCE="60")
    assert (code, job.out()) == (0, "ran\n")


def test_s3_that_does_not_answer_is_an_error_in_the_log(server: Server) -> None:
    job = Job(server, 'echo ran >"$OUT"')
    code, output = job.run(AWS_ENDPOINT_URL="http://127.0.0.1:1")
    assert code == 1
    expected = f"<3>failed: dev-one-job: cleanup of shop did not run, because jobs/shop/cleanup/{NOW.date()} could not be written: "
    assert output.startswith(expected)
    assert not (server.root / "out").exists()


def wait_until_ended(process: int) -> None:
    for _ in range(300):
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True).stdout
        # A zombie has ended; on a busy machine its new parent asks for its status later.
        if state == "" or state.startswith("Z"):
            return
        time.sleep(0.1)
    raise AssertionError(f"process {process} still runs after 30 s")
