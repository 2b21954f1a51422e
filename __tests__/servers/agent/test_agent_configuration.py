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

# Keys of the agent and its integrations that these files use.
# init_config, instances, logs: docs.datadoghq.com/agent/configuration/agent-configuration-files
# min_collection_interval: every check; datadog_checks_dev/.../templates/configuration/instances/default.yaml
# Logs: DataDog/datadog-agent comp/logs/agent/config/integration_config.go
# journald: pkg/logs/tailers/journald/tailer.go. Without start_position a reader begins at the journal's end, and the program starts before
# the agent is installed. include_units matches _SYSTEMD_UNIT; systemd's own messages about a unit have UNIT. sd_journal_add_match ORs values
# of one field and ANDs fields, so that both need a reader each, and the second a config_id (DataDog/datadog-agent#13874).
# Checks: DataDog/integrations-core <check>/assets/configuration/spec.yaml and <check>/datadog_checks/<check>/data/;
# ntp is in DataDog/datadog-agent cmd/agent/dist/conf.d/ntp.d/conf.yaml.default
KNOWN_TOP = {"init_config", "instances", "logs"}
KNOWN_LOG = {"type", "path", "config_id", "start_position", "include_units", "include_matches", "source", "service"}
KNOWN_INSTANCE = {
    "dev_one_tcp": {"min_collection_interval", "proc"},
    "http_check": {"name", "url", "timeout"},
    "network": {"excluded_interfaces"},
    "nginx": {"nginx_status_url"},
    "ntp": {"host"},
}

EXPECTED: dict[str, Any] = {
    "dev_one_tcp": {"init_config": None, "instances": [{"min_collection_interval": 15}]},
    "http_check": {
        "init_config": None,
        "instances": [{"name": "readyz", "url": "http://127.0.0.1:8081/readyz", "timeout": 5}],
    },
    "journald": {
        "logs": [
            {
                "type": "journald",
                "start_position": "beginning",
                "include_units": ["dev-one-service.service", "dev-one-service-install.service"],
                "source": "dev-one-service",
                "service": "@SERVICE@",
            },
            {
                "type": "journald",
                "config_id": "systemd",
                "start_position": "beginning",
                "include_matches": ["UNIT=dev-one-service.service", "UNIT=dev-one-service-install.service"],
                "source": "dev-one-service",
                "service": "@SERVICE@",
            },
        ]
    },
    # network.d/conf.yaml.default of the agent has this list as a comment; without it, the agent also measures loopback.
    "network": {"init_config": None, "instances": [{"excluded_interfaces": ["lo", "lo0"]}]},
    "nginx": {
        "init_config": None,
        "instances": [{"nginx_status_url": "http://127.0.0.1:8081/nginx_status"}],
        "logs": [
            {
                "type": "file",
                "path": f"/var/log/nginx/{name}.log",
                "source": "nginx",
                "service": "@SERVICE@",
                "start_position": "beginning",
            }
            for name in ("access", "error")
        ],
    },
    "ntp": {"init_config": None, "instances": [{"host": "169.254.169.123"}]},
}


def load(check: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((CONFIGURATION / f"{check}.d/conf.yaml").read_text())
    return loaded


def test_each_expected_check_has_one_file() -> None:
    found = sorted(str(path.relative_to(CONFIGURATION)) for path in CONFIGURATION.rglob("*") if path.is_file())
    assert found == sorted(f"{check}.d/conf.yaml" for check in EXPECTED)


@pytest.mark.parametrize("check", EXPECTED)
def test_a_file_has_the_expected_content(check: str) -> None:
    assert load(check) == EXPECTED[check]


@pytest.mark.parametrize("check", EXPECTED)
def test_a_file_has_only_keys_that_datadog_documents(check: str) -> None:
    loaded = load(check)
    assert loaded.keys() <= KNOWN_TOP
    for instance in loaded.get("instances", []):
        assert instance.keys() <= KNOWN_INSTANCE[check]
    for log in loaded.get("logs", []):
        assert log.keys() <= KNOWN_LOG


# A server serves requests before its agent is installed, and by default the agent reads a log from its end. Where it has stored an offset,
# as after its restart, it continues from there and sends no line twice; only "forceBeginning" would.
# docs.datadoghq.com/agent/logs/#start-position; DataDog/datadog-agent pkg/logs/launchers/file/position.go
def test_every_log_has_start_position_beginning() -> None:
    logs = [log for check in EXPECTED for log in load(check).get("logs", [])]
    assert len(logs) >= 4
    assert {log["start_position"] for log in logs} == {"beginning"}
    # The agent does not support "beginning" for paths with wildcards.
    assert not [log["path"] for log in logs if "*" in log.get("path", "")]


def test_the_custom_check_has_the_name_of_its_configuration() -> None:
    files = [path.name for path in (FILES / "etc/datadog-agent/checks.d").iterdir()]
    assert files == ["dev_one_tcp.py"]
    assert "dev_one_tcp" in EXPECTED


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
    unit = read_unit(UNITS / "dev-one-agent.service")
    assert {"nginx.service", "network-online.target", "dev-one-identity.service"} <= set(unit["Unit"]["After"].split())
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    assert (unit["Service"]["Type"], unit["Service"]["RemainAfterExit"]) == ("oneshot", "yes")
    assert (unit["Service"]["Restart"], unit["Service"]["RestartSec"]) == ("on-failure", "120")
    for path in UNITS.rglob("*"):
        if path.is_file() and path.name != "dev-one-agent.service":
            assert "dev-one-agent" not in path.read_text()


def read_unit(path: Path) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[method-assign,assignment]
    unit.read(path)
    return unit


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
