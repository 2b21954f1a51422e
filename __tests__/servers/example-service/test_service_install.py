"""The installation of the service's dependencies, with a fake `python3.11`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest
from service_support import SERVICE

PYTHON = """#!/bin/sh
echo "$@" >>{log}
case $2 in venv) mkdir -p venv/bin && rm -f venv/installed* && cp "$0" venv/bin/python ;; esac
if [ -e {log}.$2 ]; then echo several; echo lines; exit 1; fi
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A copy of the service, below a directory with a fake `python3.11` that records its arguments."""
    copy = tmp_path / "service"
    shutil.copytree(SERVICE, copy)
    python = tmp_path / "python3.11"
    python.write_text(PYTHON.format(log=tmp_path / "log"))
    python.chmod(0o755)
    return copy


def install(directory: Path) -> subprocess.CompletedProcess[str]:
    variables = {"PATH": f"{directory.parent}:{os.environ['PATH']}"}
    return subprocess.run([directory / "install"], env=variables, capture_output=True, text=True, check=False)


def asked(directory: Path) -> list[str]:
    return [line.split()[1] for line in (directory.parent / "log").read_text().splitlines()]


def test_it_installs_once_and_again_when_the_requirements_change(directory: Path) -> None:
    for _ in range(2):
        done = install(directory)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert asked(directory) == ["venv", "pip"]
    with (directory / "requirements.txt").open("a") as requirements:
        requirements.write("# changed\n")
    assert install(directory).returncode == 0
    assert asked(directory) == ["venv", "pip"] * 2


@pytest.mark.parametrize(
    ("step", "sentence"),
    [("venv", "python3.11 cannot make {0}/venv: lines"), ("pip", "pip cannot install {0}/requirements.txt: lines")],
)
def test_it_reports_the_failed_step_and_can_be_run_again(directory: Path, step: str, sentence: str) -> None:
    obstacle = directory.parent / f"log.{step}"
    obstacle.touch()
    done = install(directory)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"install: {sentence.format(directory)}\n"
    obstacle.unlink()
    assert install(directory).returncode == 0


def test_python_is_installed_where_it_is_missing(directory: Path, tmp_path: Path) -> None:
    python = tmp_path / "python3.11"
    python.rename(tmp_path / "brought.py")
    # A PATH with the programs that the script runs, but without Python.
    for program in ("bash", "env", "cmp", "cp", "mkdir", "mv", "rm", "dirname", "sh"):
        (tmp_path / program).symlink_to(shutil.which(program) or program)
    dnf = tmp_path / "dnf"

    def install_with(body: str) -> subprocess.CompletedProcess[str]:
        dnf.write_text(f"#!/bin/sh\n{body}\n")
        dnf.chmod(0o755)
        command = [directory / "install"]
        return subprocess.run(command, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False)

    failed = install_with("echo 'No such repository'; exit 1")
    assert (failed.returncode, failed.stderr) == (1, "install: python3.11 cannot be installed: No such repository\n")
    done = install_with(f"echo $@ >{tmp_path}/dnf.log; mv {tmp_path}/brought.py {python}")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "dnf.log").read_text() == "install --assumeyes --quiet python3.11 python3.11-pip\n"


def test_every_package_is_pinned_by_hash_for_both_architectures() -> None:
    text = (SERVICE / "requirements.txt").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    pinned = {}
    for line in lines:
        found = re.fullmatch(r"([a-z-]+)==([0-9.]+)((?: --hash=sha256:[0-9a-f]{64}){1,2})", line)
        assert found, line
        pinned[found[1]] = found[2]
    for package, installed in [(name, version(name)) for name in pinned]:
        assert pinned[package] == installed, f"{package}: these tests run with {installed}"
