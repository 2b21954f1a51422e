"""The agent's checks compared with the default configurations of Datadog, and what each log source needs."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from agent_support import FILES

CONFIGURATION = FILES / "etc/datadog-agent/conf.d"

# What Datadog's file of a check sets, or has as a comment for the reader to set; read 2026-12-01. Values in brackets are placeholders there.
VENDOR: dict[str, dict[str, Any]] = {
    # DataDog/datadog-agent cmd/agent/dist/conf.d/network.d/conf.yaml.default, commit 06de7bf82add
    "network": {"collect_connection_state": False, "excluded_interfaces": ["lo", "lo0"]},
    # DataDog/integrations-core nginx/datadog_checks/nginx/data/conf.yaml.example, commit 7b7857a7719c
    "nginx": {"nginx_status_url": "http://localhost:81/nginx_status/", "only_query_enabled_endpoints": True},
    # DataDog/integrations-core http_check/datadog_checks/http_check/data/conf.yaml.example, commit 7b7857a7719c. The timeout is 10 by default.
    "http_check": {"name": "<NAME>", "url": "<URL>", "timeout": 10},
    # DataDog/datadog-agent cmd/agent/dist/conf.d/ntp.d/conf.yaml.default, commit 08f718777614. An instance without settings.
    "ntp": {},
    # DataDog/integrations-core journald/datadog_checks/journald/data/conf.yaml.example, commit 1b52d53ae673. One reader of all units.
    "journald": {"type": "journald"},
}


@pytest.mark.parametrize("check", VENDOR)
def test_a_check_differs_from_the_vendors_default_only_with_a_reason_in_its_file(check: str) -> None:
    text = (CONFIGURATION / f"{check}.d" / "conf.yaml").read_text()
    content = yaml.safe_load(text)
    comments = " ".join(line for line in text.splitlines() if line.lstrip().startswith("#"))
    for ours in content.get("instances") or content["logs"]:
        differing = {key for key in {*ours, *VENDOR[check]} if ours.get(key) != VENDOR[check].get(key)}
        assert [key for key in sorted(differing) if f"`{key}`" not in comments] == []


def test_each_check_has_a_vendors_default_or_is_ours() -> None:
    assert {path.parent.name.removesuffix(".d") for path in CONFIGURATION.rglob("conf.yaml")} == {*VENDOR, "dev_one_tcp"}


# docs.datadoghq.com/agent/logs/#start-position (read 2026-12-01): a file that the agent does not know is read from its end.
def test_each_log_source_is_read_from_its_beginning_with_source_and_service() -> None:
    logs = [log for path in CONFIGURATION.rglob("conf.yaml") for log in yaml.safe_load(path.read_text()).get("logs", [])]
    assert len(logs) >= 5
    for log in logs:
        assert log["start_position"] == "beginning"
        assert log["source"] and log["service"] == "@SERVICE@"


# DataDog/datadog-agent pkg/config/config_template.yaml: for this time after its start, the agent itself adds the host's tags, because Datadog knows those
# of a new host only later.
def test_logs_and_metrics_of_a_new_host_carry_its_tags() -> None:
    script = (FILES / "usr/local/sbin/dev-one-agent").read_text()
    written = re.search(r"datadog\.yaml\.new\" <<YAML\n(.*?)\nYAML\n", script, re.S)
    assert written is not None
    settings = yaml.safe_load(re.sub(r"\$\([^)]*\)|\$\w+", "x", written.group(1)))
    assert settings["expected_tags_duration"] == settings["logs_config"]["expected_tags_duration"] == "10m"
    assert {tag.split(":")[0] for tag in settings["tags"]} >= {"project", "service", "server", "zone", "fleet", "version"}
