"""What the project really has: stacks, names in AWS, scripts, and the options of its commands."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from runbook_documents import ROOT

ENVIRONMENTS = ("staging", "production")
SERVER_FILES = ROOT / "src" / "servers" / "bootstrap"


@functools.cache
def stacks() -> dict[str, Any]:
    """Every stack, freshly synthesized."""
    with tempfile.TemporaryDirectory() as outdir:
        environment = {**os.environ, "CDKTF_OUTDIR": outdir}
        subprocess.run(["node", "scripts/run.mjs", "main.ts"], cwd=ROOT, env=environment, check=True, capture_output=True)
        directories = (Path(outdir) / "stacks").iterdir()
        return {each.name: json.loads((each / "cdk.tf.json").read_text("utf-8")) for each in directories}


@functools.cache
def names() -> frozenset[str]:
    """Every word that starts like a name of ours: in the stacks, and among the programs and units of a server."""
    found = set(re.findall(r"dev-one[-/][\w./-]*\w", json.dumps(stacks())))
    on_servers = {name for path in SERVER_FILES.rglob("dev-one*") for name in (path.name, path.stem)}
    return frozenset(found | on_servers)


@functools.cache
def monitors() -> dict[str, str]:
    """The titles of production's monitors, and the entry of a runbook that each links to."""
    resources = stacks()["production-monitoring"]["resource"]["datadog_monitor"].values()
    return {
        re.sub(r"^\[[\w-]+\] ", "", monitor["name"]): re.findall(r"docs/runbooks/(\S+#[\w-]+)", monitor["message"])[-1]
        for monitor in resources
    }


@functools.cache
def scripts() -> frozenset[str]:
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    return frozenset(package["scripts"])


@functools.cache
def help_of_script(script: str) -> str:
    """What ``npm run SCRIPT -- --help`` prints."""
    command = json.loads((ROOT / "package.json").read_text("utf-8"))["scripts"][script].split()
    return output_of([*command, "--help"])


@functools.cache
def help_of_cdktf(command: str) -> str:
    return output_of(["node_modules/.bin/cdktf", command, "--help"])


@functools.cache
def help_of_terraform(*command: str) -> str | None:
    """None when Terraform does not know the command."""
    executable = shutil.which("terraform", path=f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}")
    if executable is None:
        raise FileNotFoundError("Terraform is missing: run `npm run setup`.")
    answer = output_of([executable, *command, "-help"])
    usage = re.search(r"Usage: terraform \[global options\] ([a-z -]+?)(?= [^a-z]|$)", answer, re.MULTILINE)
    return answer if usage is not None and usage[1].split()[: len(command)] == list(command) else None


def output_of(command: list[str]) -> str:
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1", "DISABLE_VERSION_CHECK": "1", "CI": "1"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    return done.stdout + done.stderr
