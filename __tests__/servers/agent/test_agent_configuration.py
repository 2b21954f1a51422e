"""The agent's configuration files: their contents, and the Datadog source that documents each key."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from agent_support import FILES

CONFIGURATION = FILES / "etc/datadog-agent/conf.d"
UNITS = FILES / "etc/systemd/system"

# Every key is one that Datadog documents:
# init_config, instances, logs: docs.datadoghq.com/agent/configuration/agent-configuration-files
# min_collection_interval: every check; datadog_checks_dev/.../templates/configuration/instances/default.yaml
# Logs: DataDog/datadog-agent comp/logs/agent/config/integration_config.go
# journald: pkg/logs/tailers/journald/tailer.go. Without start_position a reader begins at the journal's end, and the program starts before
# the agent is installed. include_units matches _SYSTEMD_UNIT; systemd's own messages about a unit have UNIT. sd_journal_add_match ORs values
# of one field and ANDs fields, so that both need a reader each, and the second a config_id (DataDog/datadog-agent#13874).
# Checks: DataDog/integrations-core <check>/assets/configuration/spec.yaml and <check>/datadog_checks/<check>/data/;
# ntp is in DataDog/datadog-agent cmd/agent/dist/conf.d/ntp.d/conf.yaml.default
# A server serves requests before its agent is installed, and by default the agent reads a log from its end. Where it has stored an offset,
# as after its restart, it continues from there and sends no line twice; only "forceBeginning" would. It does not support "beginning" for
# paths with wildcards. docs.datadoghq.com/agent/logs/#start-position; DataDog/datadog-agent pkg/logs/launchers/file/position.go
LOG = {"service": "@SERVICE@", "start_position": "beginning"}
JOURNALD = {**LOG, "type": "journald", "source": "dev-one-service"}
UNITS_OF_SERVICE = ["dev-one-service.service", "dev-one-service-install.service"]
EXPECTED: dict[str, Any] = {
    "dev_one_tcp": {"init_config": None, "instances": [{"min_collection_interval": 15}]},
    "http_check": {
        "init_config": None,
        "instances": [{"name": "readyz", "url": "http://127.0.0.1:8081/readyz", "timeout": 5}],
    },
    "journald": {
        "logs": [
            {**JOURNALD, "include_units": UNITS_OF_SERVICE},
            {**JOURNALD, "config_id": "systemd", "include_matches": [f"UNIT={unit}" for unit in UNITS_OF_SERVICE]},
            {**JOURNALD, "config_id": "jobs", "include_matches": ["SYSLOG_IDENTIFIER=dev-one-job"]},
        ]
    },
    # network.d/conf.yaml.default of the agent has this list as a comment; without it, the agent also measures loopback.
    "network": {"init_config": None, "instances": [{"excluded_interfaces": ["lo", "lo0"]}]},
    "nginx": {
        "init_config": None,
        "instances": [{"nginx_status_url": "http://127.0.0.1:8081/nginx_status"}],
        "logs": [
            {**LOG, "type": "file", "path": f"/var/log/nginx/{name}.log", "source": "nginx"}
            for name in ("access", "error")
        ],
    },
    "ntp": {"init_config": None, "instances": [{"host": "169.254.169.123"}]},
}


def test_each_expected_check_has_one_file_with_the_expected_content() -> None:
    found = {str(path.relative_to(CONFIGURATION)): path for path in CONFIGURATION.rglob("*") if path.is_file()}
    contents = {name: yaml.safe_load(path.read_text()) for name, path in found.items()}
    assert contents == {f"{check}.d/conf.yaml": content for check, content in EXPECTED.items()}


def test_the_custom_check_has_the_name_of_its_configuration() -> None:
    assert [path.stem for path in (FILES / "etc/datadog-agent/checks.d").iterdir()] == ["dev_one_tcp"]


def test_the_package_repository_is_signed_and_disabled() -> None:
    repository = configparser.ConfigParser(interpolation=None)
    repository.read(FILES / "etc/yum.repos.d/datadog.repo")
    section = dict(repository["datadog"])
    keys = section.pop("gpgkey").split()
    assert section == {
        "name": "Datadog, Inc.",
        "baseurl": "https://yum.datadoghq.com/stable/7/$basearch/",
        "enabled": "0",
        "gpgcheck": "1",
        "repo_gpgcheck": "1",
        "priority": "1",
    }
    assert keys == [
        f"https://keys.datadoghq.com/DATADOG_RPM_KEY_{key}.public" for key in ("CURRENT", "4F09D16B", "B01082D3")
    ]


def test_no_unit_requires_the_agent_unit_and_it_restarts_without_limit() -> None:
    unit = configparser.ConfigParser(interpolation=None)
    unit.read(UNITS / "dev-one-agent.service")
    assert {"nginx.service", "network-online.target", "dev-one-identity.service"} <= set(unit["Unit"]["After"].split())
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    service = {"Type": "oneshot", "RemainAfterExit": "yes", "Restart": "on-failure", "RestartSec": "120"}
    assert {key: unit["Service"][key] for key in service} == service
    for path in FILES.parent.rglob("etc/systemd/system/**/*"):
        if path.is_file() and path.name != "dev-one-agent.service":
            assert "dev-one-agent" not in path.read_text()


# The part of the package's datadog-agent.service that the drop-in changes.
VENDORS_UNIT = """[Unit]
Description=Datadog Agent
After=network.target
[Service]
Type=simple
Restart=on-failure
EnvironmentFile=-/etc/datadog-agent/environment
ExecStart=/bin/true
StartLimitInterval=10
StartLimitBurst=5
RuntimeDirectory=datadog
[Install]
WantedBy=multi-user.target
"""


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    units = tmp_path / "units"
    units.mkdir()
    text = (UNITS / "dev-one-agent.service").read_text()
    (units / "dev-one-agent.service").write_text(text.replace("/usr/local/sbin/dev-one-agent", "/bin/true"))
    shutil.copytree(UNITS / "datadog-agent.service.d", units / "datadog-agent.service.d")
    (units / "datadog-agent.service").write_text(VENDORS_UNIT)
    for name in ("dev-one-agent", "datadog-agent"):
        verified = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", str(units / f"{name}.service")],
            env={"PATH": "/usr/bin:/bin", "SYSTEMD_UNIT_PATH": f"{units}:/lib/systemd/system"},
            capture_output=True,
            text=True,
        )
        assert (verified.returncode, verified.stderr) == (0, "")
