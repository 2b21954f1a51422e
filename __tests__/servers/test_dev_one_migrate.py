"""dev-one-migrate with the AWS CLI, against S3 as moto serves it: what runs, as whom, and what stays as it was."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from server_support import BOOTSTRAP, PROGRAM, ROW, SHOP, TABLE, Server, bundle, member

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="it is run as root, and changes the user")

MIGRATE = BOOTSTRAP / "platform" / "usr" / "local" / "sbin" / "dev-one-migrate"
SHOW = b"""#!/bin/sh
echo "migrate as $(id -un):$(id -gn) in $(pwd) with $(umask)"
env | sort
"""


@pytest.fixture
def server(endpoint: str) -> Iterator[Server]:
    """Below a directory that other users can enter, unlike those of pytest."""
    root = Path(tempfile.mkdtemp(prefix="dev-one-migrate-"))
    root.chmod(0o755)
    yield Server(root, endpoint)
    shutil.rmtree(root)


def migrate(server: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    user = {"DEV_ONE_PROGRAM": str(PROGRAM), "DEV_ONE_USER": "nobody", "DEV_ONE_GROUP": "nogroup"}
    return server.run(MIGRATE, *arguments, **user)


def row(server: Server, version: str, settings: dict[str, str] | None = None, **files: bytes) -> dict[str, Any]:
    """The row of a release whose bundle, with these executable files, is in S3."""
    content = bundle(*(member(name, text, mode=0o755) for name, text in {"run": version.encode(), **files}.items()))
    key = f"bundles/shop/{version}.tar.gz"
    release = {"version": version, "bundle": {"key": key, "sha256": server.put(key, content)}}
    return {**SHOP, **release, "settings": settings or {}, "database": {"name": "shop", "user": "shop"}}


def expect_failure(done: subprocess.CompletedProcess[str], sentence: str) -> None:
    assert (done.returncode, done.stderr) == (1, f"dev-one-migrate: {sentence}.\n")


def test_migrate_of_the_newest_row_runs_once_after_install_as_the_service_with_its_new_variables(server: Server) -> None:
    server.point(row(server, "1.0.0"))
    server.expect_success()
    install = b"#!/bin/sh\necho \"install as $(id -un)\"\n"
    server.point(row(server, "2.0.0", {"LEVEL": 'de"bug', "NAME": "mine"}, install=install, migrate=SHOW))
    done = migrate(server, ROW)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:2] == ["install as root", "migrate as nobody:nogroup in / with 0007"]
    assert lines[-1] == "dev-one-migrate: shop 2.0.0 is migrated."
    variables = dict(line.split("=", 1) for line in lines[2:-1])
    expected = {
        "SERVICE_VERSION": "2.0.0",
        "LEVEL": 'de"bug',
        "NAME": "api-2",
        "AWS_REGION": "us-east-1",
        "DATABASE_NAME": "shop",
        "DATABASE_CREDENTIALS_COMMAND": "/usr/local/bin/dev-one-database",
        "SECRET_COMMAND": "/usr/local/bin/dev-one-secret",
        "STATE_DIRECTORY": str(server.root / "var/lib/dev-one-service"),
        "USER": "nobody",
    }
    assert {name: variables.get(name) for name in expected} == expected
    assert "AWS_SECRET_ACCESS_KEY" not in variables
    assert (server.root / "var/lib/dev-one-service").owner() == "nobody"
    # The running release stays, also at a reboot.
    assert server.text("opt/dev-one/service/run") == "1.0.0"
    server.expect_success()
    assert server.text("opt/dev-one/service/run") == "1.0.0"


def test_a_row_in_a_table_with_its_hash_is_migrated(server: Server) -> None:
    server.release(SHOP)
    server.expect_success()
    table = {"services": {"shop": row(server, "2.0.0", migrate=b"#!/bin/sh\necho done\n")}}
    sha256 = server.put(TABLE, json.dumps(table).encode())
    server.put(TABLE, b"{}")
    done = migrate(server, TABLE, sha256)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "done\ndev-one-migrate: shop 2.0.0 is migrated.\n"


def test_a_release_without_bundle_or_migrate_has_nothing_to_migrate(server: Server) -> None:
    server.point({**SHOP, "version": "2.0.0", "image": "ami-1"})
    done = migrate(server, ROW)
    assert (done.returncode, done.stdout) == (0, "dev-one-migrate: shop 2.0.0 has no bundle; nothing to migrate.\n")
    server.point(row(server, "3.0.0", install=b"#!/bin/sh\nexit 9\n"))
    done = migrate(server, ROW)
    assert (done.returncode, done.stdout) == (0, "dev-one-migrate: shop 3.0.0 has no migrate; nothing to migrate.\n")


def test_a_failure_of_install_or_migrate_is_the_exit_code_and_the_last_line(server: Server) -> None:
    server.point(row(server, "2.0.0", migrate=b"#!/bin/sh\necho 'no such table'\nexit 3\n"))
    done = migrate(server, ROW)
    expect_failure(done, "migrate of the release ended with 3")
    assert done.stdout == "no such table\n"
    server.point(row(server, "3.0.0", install=b"#!/bin/sh\nexit 4\n", migrate=b"#!/bin/sh\necho never\n"))
    done = migrate(server, ROW)
    expect_failure(done, "install of the release ended with 4")
    assert done.stdout == ""


def test_a_migrate_that_is_not_executable_is_a_failure(server: Server) -> None:
    content = bundle(member("run"), member("migrate", b"#!/bin/sh\n"))
    server.point({**SHOP, "version": "2.0.0", "bundle": {"key": "b", "sha256": server.put("b", content)}})
    expect_failure(migrate(server, ROW), "migrate of the release cannot be started: Permission denied")


@pytest.mark.parametrize("arguments", [[], [ROW, "abc"], [ROW, "0" * 64, "more"]])
def test_wrong_arguments_are_explained(server: Server, arguments: list[str]) -> None:
    server.release(SHOP)
    expect_failure(
        migrate(server, *arguments), "usage: dev-one-migrate KEY [SHA256], such as services/shop.json"
    )
