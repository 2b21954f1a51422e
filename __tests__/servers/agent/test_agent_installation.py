"""dev-one-agent on a server, with fakes for the programs that would change the machine.

The fake of the AWS CLI holds the secret and evaluates the query with JMESPath, as the real one does.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from agent_support import FILES

KEY = "0123456789abcdef0123456789abcdef"
PACKAGE = "datadog-agent-7.84.6-1"
SERVICE = """SERVICE_VERSION="not this one"
PATH="/nowhere"
TEAM=acme-shop
SERVICE_VERSION=1.4.2
"""
NAMED = {"NAME": "api-2", "ZONE": "zone-1", "ADDRESS": "172.31.1.102", "SERVICE": "api-2", "FLEET": "named"}
ELASTIC = {
    "NAME": "elastic-i-0123456789abcdef0",
    "ZONE": "zone-2",
    "ADDRESS": "172.31.2.140",
    "SERVICE": "elastic",
    "FLEET": "elastic",
}
TAGS = {"service": "SERVICE", "server": "NAME", "zone": "ZONE", "fleet": "FLEET"}
TRIES_AGAIN = "; this server serves without monitoring, next try in 2 minutes.\n"

RECORD = """#!/bin/sh
echo "$(basename "$0") $*" >>"$FAKES/calls"
"""
FAKES = {
    "chown": RECORD,
    "usermod": RECORD,
    "systemctl": RECORD + 'test ! -e "$FAKES/no-start"\n',
    "getent": RECORD + 'grep -qx "$2" "$FAKES/groups"\n',
    "rpm": RECORD + 'test -e "$FAKES/installed"\n',
    # As the package's post-install script: it starts an agent that has a configuration.
    "dnf": RECORD
    + """test ! -e "$FAKES/no-package" || { echo "Error: Unable to find a match" >&2; exit 1; }
touch "$FAKES/installed"
if [ -e "$DEV_ONE_AGENT/datadog.yaml" ]; then echo "started by the package" >>"$FAKES/calls"; fi
""",
    "aws": f"""#!{sys.executable}
import argparse, json, os, pathlib, sys
import jmespath
fakes = pathlib.Path(os.environ["FAKES"])
with (fakes / "calls").open("a") as calls:
    print("aws", *sys.argv[1:], file=calls)
parser = argparse.ArgumentParser(allow_abbrev=False)
for positional in ("service", "operation"):
    parser.add_argument(positional)
for option in ("region", "secret-id", "output", "query", "cli-connect-timeout", "cli-read-timeout"):
    parser.add_argument(f"--{{option}}", required=True)
options = parser.parse_args()
assert (options.service, options.operation, options.output) == ("secretsmanager", "get-secret-value", "json")
if (fakes / "aws-error").exists():
    sys.exit((fakes / "aws-error").read_text())
assert options.secret_id == "dev-one/staging/datadog-api-key", options.secret_id
secret = {{"ARN": "arn:aws:secretsmanager:...", "SecretString": (fakes / "secret").read_text()}}
print(json.dumps(jmespath.search(options.query, secret)))
""",
}


@dataclass(frozen=True)
class Ended:
    code: int
    stdout: str
    stderr: str
    calls: list[str]


class Server:
    """The files of a server below a scratch directory, with the secret outside of it."""

    def __init__(self, root: Path) -> None:
        self.root = root / "server"
        self.fakes = root / "fakes"
        self.agent = self.root / "datadog-agent"
        shutil.copytree(FILES / "etc/datadog-agent", self.agent)
        self.fakes.mkdir()
        for name, text in FAKES.items():
            (self.fakes / name).write_text(text)
            (self.fakes / name).chmod(0o755)
        (self.fakes / "groups").write_text("systemd-journal\ndev-one-logs\n")
        self.keep_secret(json.dumps({"api_key": KEY}))
        (self.root / "service").write_text(SERVICE)
        self.settings(ENVIRONMENT="staging", AWS_REGION="us-east-1", DATADOG_SITE="datadoghq.eu")
        self.identify(**NAMED)

    def keep_secret(self, text: str) -> None:
        (self.fakes / "secret").write_text(text)

    def settings(self, **settings: str) -> None:
        (self.root / "environment").write_text("".join(f"{key}={value}\n" for key, value in settings.items()))

    def identify(self, **identity: str) -> None:
        (self.root / "identity").write_text("".join(f"{key}={value}\n" for key, value in identity.items()))

    def fail(self, what: str, text: str = "") -> None:
        (self.fakes / what).write_text(text)

    def run(self) -> Ended:
        calls = self.fakes / "calls"
        calls.write_text("")
        ended = subprocess.run(
            [FILES / "usr/local/sbin/dev-one-agent"],
            env={
                "PATH": f"{self.fakes}:{os.environ['PATH']}",
                "FAKES": str(self.fakes),
                "DEV_ONE_ENVIRONMENT": str(self.root / "environment"),
                "DEV_ONE_IDENTITY": str(self.root / "identity"),
                "DEV_ONE_SERVICE": str(self.root / "service"),
                "DEV_ONE_AGENT": str(self.agent),
            },
            capture_output=True,
            text=True,
            timeout=60,
        )
        result = Ended(ended.returncode, ended.stdout, ended.stderr, calls.read_text().splitlines())
        assert KEY not in "".join([result.stdout, result.stderr, *result.calls, *self.contents().values()])
        return result

    def contents(self) -> dict[str, str]:
        paths = (path for path in self.root.rglob("*") if path.is_file())
        return {str(path.relative_to(self.root)): path.read_text() for path in sorted(paths)}

    def modes(self) -> dict[str, int]:
        paths = (path for path in self.agent.rglob("*") if path.is_file())
        return {str(path.relative_to(self.agent)): stat.S_IMODE(path.stat().st_mode) for path in sorted(paths)}

    def yaml(self, path: str = "datadog.yaml") -> Any:
        return yaml.safe_load((self.agent / path).read_text())

    def is_configured(self) -> bool:
        return (self.agent / "datadog.yaml").exists()


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


def programs(ended: Ended) -> list[str]:
    return [call.split()[0] for call in ended.calls]


# The package's script starts an agent that has a configuration: it has none yet.
def test_the_agent_is_installed_joins_its_groups_and_is_started(server: Server) -> None:
    ended = server.run()
    assert (ended.code, ended.stderr) == (0, "")
    assert ended.stdout == f"dev-one-agent: {PACKAGE} reports api-2 in zone-1 as api-2 to datadoghq.eu.\n"
    assert [call for call in ended.calls if call.split()[0] not in ("aws", "chown", "getent")] == [
        f"rpm --query --quiet {PACKAGE}",
        f"dnf install --assumeyes --quiet --enablerepo=datadog {PACKAGE}",
        "usermod --append --groups dev-one-logs dd-agent",
        "usermod --append --groups systemd-journal dd-agent",
        "systemctl restart datadog-agent",
    ]


# Every key is in DataDog/datadog-agent, pkg/config/config_template.yaml and pkg/config/setup. Secrets and refresh:
# docs.datadoghq.com/agent/configuration/secrets-management (native since 7.70, refresh after a refused key since 7.74).
# expected_tags_duration: Datadog's intake adds the tags of datadog.yaml once it knows the host, and computes log metrics from the tags that
# the log has then. For a time after its start the agent adds them itself; docs.datadoghq.com/containers/docker recommends 10 minutes for
# logs. Go's time.ParseDuration parses the durations: DataDog/datadog-agent pkg/config/setup, pkg/logs/internal/tag/local_provider.go (logs),
# pkg/hosttags/host_tag_provider.go (metrics). src/monitoring/datadog/log-metrics.ts groups and filters by env and these tags.
def test_datadog_yaml_has_exactly_the_expected_keys(server: Server) -> None:
    server.run()
    assert server.yaml() == {
        "site": "datadoghq.eu",
        "api_key": "ENC[dev-one/staging/datadog-api-key;api_key]",
        "secret_backend_type": "aws.secrets",
        "secret_backend_config": {"aws_session": {"aws_region": "us-east-1"}},
        "secret_refresh_on_api_key_failure_interval": 10,
        "ec2_prioritize_instance_id_as_hostname": True,
        "ec2_prefer_imdsv2": True,
        "collect_ec2_tags": True,
        "collect_ec2_tags_use_imds": True,
        "env": "staging",
        "tags": [
            "project:dev-one",
            "service:api-2",
            "team:acme-shop",
            "version:1.4.2",
            "server:api-2",
            "zone:zone-1",
            "fleet:named",
        ],
        "expected_tags_duration": "10m",
        "logs_enabled": True,
        "logs_config": {"expected_tags_duration": "10m"},
        "apm_config": {"enabled": False},
        "process_config": {"process_collection": {"enabled": False}, "process_discovery": {"enabled": False}},
        "remote_configuration": {"enabled": False},
    }


@pytest.mark.parametrize("identity", [NAMED, ELASTIC], ids=["named", "elastic"])
def test_metrics_and_logs_have_the_identity_of_the_server(server: Server, identity: dict[str, str]) -> None:
    server.identify(**identity)
    assert server.run().code == 0
    own = {f"{tag}:{identity[name]}" for tag, name in TAGS.items()}
    assert own <= set(server.yaml()["tags"])
    logs = [log for check in ("nginx", "journald") for log in server.yaml(f"conf.d/{check}.d/conf.yaml")["logs"]]
    assert [log["service"] for log in logs] == [identity["SERVICE"]] * 5
    assert not [path for path, text in server.contents().items() if "@SERVICE@" in text]


def test_the_default_site_is_datadoghq_com(server: Server) -> None:
    server.settings(ENVIRONMENT="staging", AWS_REGION="us-east-1")
    server.run()
    assert server.yaml()["site"] == "datadoghq.com"


def test_the_agent_can_read_its_files_but_not_write_them(server: Server) -> None:
    ended = server.run()
    assert set(server.modes().values()) == {0o640}
    chown = next(call for call in ended.calls if call.startswith("chown "))
    _, owner, *paths = chown.split()
    assert (owner, sorted(paths)) == ("root:dd-agent", [str(server.agent / path) for path in server.modes()])


def test_a_second_run_changes_and_installs_nothing(server: Server) -> None:
    first = server.run()
    contents, modes = server.contents(), server.modes()
    second = server.run()
    assert (second.code, second.stdout) == (0, first.stdout)
    assert (server.contents(), server.modes()) == (contents, modes)
    assert "dnf" not in programs(second)


def test_a_missing_group_is_skipped(server: Server) -> None:
    (server.fakes / "groups").write_text("systemd-journal\n")
    ended = server.run()
    assert ended.code == 0
    assert [call for call in ended.calls if "dev-one-logs dd-agent" in call] == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            "\nAn error occurred (AccessDeniedException) when calling the GetSecretValue operation: "
            "User: arn:aws:sts::1:assumed-role/x is not authorized to perform: kms:Decrypt\n",
            "AccessDeniedException",
        ),
        ("\nUnable to locate credentials. You can configure credentials by running", "Unable to locate credentials."),
    ],
)
def test_an_unreadable_key_is_one_sentence_and_changes_nothing_until_it_can_be_read(
    server: Server, answer: str, said: str
) -> None:
    server.fail("aws-error", answer)
    before = server.contents()
    ended = server.run()
    assert ended.code == 1
    assert ended.stderr.startswith(
        f"dev-one-agent: the Datadog API key dev-one/staging/datadog-api-key cannot be read: {said}"
    )
    assert ended.stderr.endswith(TRIES_AGAIN)
    assert ended.stderr.count("\n") == 1
    assert (programs(ended), server.contents()) == (["aws"], before)
    (server.fakes / "aws-error").unlink()
    assert server.run().code == 0


@pytest.mark.parametrize("text", ["{}", KEY])
def test_a_secret_without_api_key_is_rejected(server: Server, text: str) -> None:
    server.keep_secret(text)
    ended = server.run()
    assert ended.stderr == f"dev-one-agent: the secret dev-one/staging/datadog-api-key has no api_key{TRIES_AGAIN}"
    assert (ended.code, server.is_configured()) == (1, False)


def test_it_fails_for_a_retry_when_the_package_cannot_be_installed(server: Server) -> None:
    server.fail("no-package")
    ended = server.run()
    assert ended.code == 1
    assert ended.stderr.splitlines()[-1] == f"dev-one-agent: {PACKAGE} cannot be installed{TRIES_AGAIN}".strip()
    assert (server.is_configured(), "systemctl" in programs(ended)) == (False, False)


def test_it_fails_for_a_retry_when_the_agent_cannot_be_started(server: Server) -> None:
    server.fail("no-start")
    ended = server.run()
    assert (ended.code, ended.stderr) == (1, f"dev-one-agent: the agent cannot be started{TRIES_AGAIN}")


@pytest.mark.parametrize("name", ["identity", "environment", "service"])
def test_the_error_names_a_missing_file(server: Server, name: str) -> None:
    (server.root / name).unlink()
    ended = server.run()
    assert (ended.code, ended.calls) == (1, [])
    assert ended.stderr == f"dev-one-agent: {server.root}/{name} cannot be read{TRIES_AGAIN}"


@pytest.mark.parametrize("missing", ["NAME", "ZONE", "SERVICE", "FLEET"])
def test_an_incomplete_identity_is_rejected(server: Server, missing: str) -> None:
    server.identify(**{key: value for key, value in NAMED.items() if key != missing})
    ended = server.run()
    assert (ended.code, ended.calls) == (1, [])
    assert ended.stderr == (
        f"dev-one-agent: neither {server.root}/environment nor {server.root}/identity says {missing}{TRIES_AGAIN}"
    )
