"""A real PostgreSQL and the real program, each in a scratch directory."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

SERVICE = Path(__file__).resolve().parents[3] / "src" / "servers" / "example-service"
# Characters with a special meaning in JSON, shells or libpq.
PASSWORD = "p'a\"s\\s w%o&r$d"

T = TypeVar("T")


def eventually(question: Callable[[], T], seconds: float = 30) -> T:
    """The first truthy answer, or the last one after the timeout."""
    until = time.monotonic() + seconds
    while not (answer := question()) and time.monotonic() < until:
        time.sleep(0.02)
    return answer


def postgres_programs() -> Path:
    """The directory of PostgreSQL's server programs, of the newest version that is installed."""
    candidates = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    candidates += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: float(each.parent.name), reverse=True
    )
    if shutil.which("pg_config"):
        shown = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True)
        candidates.append(Path(shown.stdout.strip()))
    for candidate in candidates:
        if all((candidate / program).exists() for program in ("initdb", "pg_ctl", "postgres")):
            return candidate
    pytest.fail("These tests need a PostgreSQL server; install the Debian package postgresql.", pytrace=False)


def signal_with_children(parent: int, number: signal.Signals) -> None:
    """Signals the parent first, because a stopped one starts no more children. Ignores children that have ended."""
    os.kill(parent, number)
    for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(child), number)


class Postgres:
    """A cluster on a Unix socket. For tests run as root, an unprivileged user runs it: PostgreSQL refuses root."""

    def __init__(self, directory: Path) -> None:
        self._programs = postgres_programs()
        self._directory = directory
        self._data = directory / "data"
        self._user = self._unprivileged_user()
        if self._user is not None:
            shutil.chown(directory, self._user)
        password = directory / "password"
        password.write_text(f"{PASSWORD}\n")
        password.chmod(0o644)
        self._run(
            *("initdb", "--no-sync", "--no-locale", "--encoding=UTF8", "--username=app", "--auth=scram-sha-256"),
            *(f"--pwfile={password}", f"--pgdata={self._data}"),
        )
        with (self._data / "postgresql.conf").open("a") as settings:
            settings.write(f"listen_addresses = ''\nunix_socket_directories = '{directory}'\nfsync = off\n")

    def credentials(self, database: str = "postgres") -> dict[str, Any]:
        return {"host": str(self._directory), "port": 5432, "user": "app", "password": PASSWORD, "dbname": database}

    def start(self) -> None:
        log = self._directory / "log"
        self._run("pg_ctl", "start", "--wait", "--silent", f"--pgdata={self._data}", f"--log={log}")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "stop", "--wait", "--silent", f"--mode={mode}", f"--pgdata={self._data}")

    def signal(self, number: signal.Signals) -> None:
        """Signals the server and all its processes, because each is a process group of its own."""
        signal_with_children(int((self._data / "postmaster.pid").read_text().split("\n")[0]), number)

    def _run(self, program: str, *arguments: str) -> None:
        # Not into a pipe, because the server would keep it open.
        with (self._directory / "output").open("w+") as output:
            command = [str(self._programs / program), *arguments]
            done = subprocess.run(command, cwd=self._directory, user=self._user, stdout=output, stderr=output)
            output.seek(0)
            assert done.returncode == 0, output.read()

    @staticmethod
    def _unprivileged_user() -> str | None:
        if os.getuid() != 0:
            return None
        names = {entry.pw_name for entry in pwd.getpwall()}
        return "postgres" if "postgres" in names else "nobody"


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: http.client.HTTPMessage

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=30)
        self._path = str(path)

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class Service:
    """The service as a server starts it; `credentials` is a shell script that prints the connection parameters."""

    def __init__(self, directory: Path, credentials: str) -> None:
        directory.mkdir(exist_ok=True)
        self.socket = directory / "http.sock"
        self._command = directory / "credentials"
        self._errors = directory / "errors"
        self.set_credentials(credentials)
        environment = {
            "PATH": os.environ["PATH"],
            "SERVICE_PYTHON": sys.executable,
            "SERVICE_SOCKET": str(self.socket),
            "DATABASE_CREDENTIALS_COMMAND": str(self._command),
            "NAME": "api-2",
            "ZONE": "zone-1",
            "SERVICE": "api-2",
        }
        with self._errors.open("w") as errors:
            self.process = subprocess.Popen([SERVICE / "run"], env=environment, stderr=errors)
        assert eventually(self._answers), self.errors

    def set_credentials(self, script: str) -> None:
        new = self._command.with_suffix(".new")
        new.write_text(f"#!/usr/bin/env bash\n{script}\n")
        new.chmod(0o755)
        new.rename(self._command)

    @property
    def errors(self) -> str:
        return self._errors.read_text()

    def request(self, method: str, path: str, body: object = None) -> Answer:
        """Sends `body` as JSON, or unchanged when it is bytes."""
        connection = UnixConnection(self.socket)
        try:
            data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
            connection.request(method, path, body=data)
            response = connection.getresponse()
            return Answer(response.status, response.read().decode(), response.headers)
        finally:
            connection.close()

    def get(self, path: str) -> Answer:
        return self.request("GET", path)

    def create(self, text: str) -> int:
        answer = self.request("POST", "/items", {"text": text})
        assert answer.status == 201, answer
        item: int = answer.json["id"]
        return item

    def holds(self, connections: int) -> bool:
        """Whether it has at least that many open file descriptors: connections and a few files of its own."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd")) >= connections

    def is_ready(self) -> bool:
        return self.get("/readyz").status == 200

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def _answers(self) -> bool:
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False


def printing(parameters: object) -> str:
    """A shell script that prints the parameters as JSON."""
    return f"cat <<'END'\n{json.dumps(parameters)}\nEND"


# Starts a separate service process with a script that prints the database credentials.
StartService = Callable[[str], Service]
