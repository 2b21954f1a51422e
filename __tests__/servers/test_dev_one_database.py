"""The connection parameters that dev-one-database prints, with fakes of `resolvectl` and `aws`."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

FILES = Path(__file__).resolve().parents[2] / "src" / "servers" / "bootstrap" / "platform"
DATABASE_COMMAND = FILES / "usr" / "local" / "bin" / "dev-one-database"
PROXY = "dev-one-staging.proxy-abc.us-east-1.rds.amazonaws.com"
ALIAS = "postgres.staging.dev-one.it"
SETTINGS = {
    "ENVIRONMENT": "staging",
    "AWS_REGION": "us-east-1",
}
SERVICE = {"LEVEL": '"$(exit 9)"', "DATABASE_ALIAS": ALIAS, "DATABASE_NAME": "app", "DATABASE_USER": "api", "SERVICE_VERSION": "1.0.0"}
TOKEN = f"{PROXY}:5432/?Action=connect&DBUser=api&X-Amz-Signature=0f%2F%3D"
CNAME = f"{ALIAS} IN CNAME {PROXY}                 -- link: ens5"

Ask = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Runs the command with fakes that print the given output, or fail when it is None."""

    def run(
        answer: str | None = CNAME,
        token: str | None = TOKEN,
        settings: dict[str, str] | None = None,
        service: dict[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        for program, output in [("resolvectl", answer), ("aws", token)]:
            (tmp_path / f"{program}.output").write_text("" if output is None else f"{output}\n")
            script = tmp_path / program
            script.write_text(
                f'#!/bin/sh\necho "$@" >{tmp_path}/{program}.arguments\ncat {tmp_path}/{program}.output\n'
                f"echo noise >&2\nexit {int(output is None)}\n"
            )
            script.chmod(0o755)
        environment = tmp_path / "environment"
        lines = [f"{name}={shlex.quote(value)}\n" for name, value in (settings or SETTINGS).items()]
        environment.write_text("".join(lines))
        service_file = tmp_path / "service"
        service_file.write_text("".join(f"{name}={value}\n" for name, value in (service or SERVICE).items()))
        variables = {
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "DEV_ONE_ENVIRONMENT": str(environment),
            "DEV_ONE_SERVICE": str(service_file),
        }
        return subprocess.run([DATABASE_COMMAND], env=variables, capture_output=True, text=True, check=False)

    return run


def expect_refusal(done: subprocess.CompletedProcess[str], sentence: str) -> None:
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"dev-one-database: {sentence}\n"


def test_it_prints_the_connection_parameters_of_the_cname_target(ask: Ask, tmp_path: Path) -> None:
    done = ask()
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {
        "host": PROXY,
        "port": 5432,
        "user": "api",
        "password": TOKEN,
        "dbname": "app",
        "sslmode": "verify-full",
        "sslrootcert": "/etc/pki/tls/certs/ca-bundle.crt",
    }
    assert (tmp_path / "resolvectl.arguments").read_text() == f"--legend=no --type=CNAME query {ALIAS}\n"
    asked = f"rds generate-db-auth-token --hostname {PROXY} --port 5432 --username api --region us-east-1\n"
    assert (tmp_path / "aws.arguments").read_text() == asked


@pytest.mark.parametrize("answer", [f"{ALIAS}. IN CNAME {PROXY}.", f"{ALIAS} IN CNAME {PROXY}\n\n"])
def test_other_formats_of_the_answer_are_accepted(ask: Ask, answer: str) -> None:
    assert json.loads(ask(answer).stdout)["host"] == PROXY


def test_special_characters_are_preserved(ask: Ask) -> None:
    odd = "a\"b\\c'd $(e) `f` %s &é\\\"\\n"
    done = ask(token=odd, service={**SERVICE, "DATABASE_USER": odd, "DATABASE_NAME": odd})
    parameters = json.loads(done.stdout)
    assert [parameters[name] for name in ("user", "password", "dbname")] == [odd] * 3


@pytest.mark.parametrize(
    "answer",
    [
        "",
        f"{ALIAS} IN A 172.31.201.10",
        f"{CNAME}\n{ALIAS} IN CNAME other.example",
        f"{ALIAS} IN CNAME odd;name",
        f"{ALIAS} IN TXT IN CNAME {PROXY}",
    ],
)
def test_it_rejects_an_alias_that_is_not_a_cname_of_one_name(ask: Ask, answer: str) -> None:
    expect_refusal(ask(answer), f"{ALIAS} is not the alias (CNAME) of exactly one name.")


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ({"answer": None}, f"{ALIAS} cannot be looked up."),
        ({"token": None}, "aws rds generate-db-auth-token failed; has this server its role?"),
        ({"token": ""}, "aws rds generate-db-auth-token printed no token."),
        ({"token": "a\tb"}, "a connection parameter has a control character."),
    ],
)
def test_it_reports_an_unusable_output(ask: Ask, output: dict[str, str | None], sentence: str) -> None:
    expect_refusal(ask(**output), sentence)


def test_the_error_names_a_missing_setting(ask: Ask, tmp_path: Path) -> None:
    done = ask(settings={key: value for key, value in SETTINGS.items() if key != "AWS_REGION"})
    expect_refusal(done, f"{tmp_path}/environment does not set AWS_REGION.")


def test_it_reports_a_missing_environment_file(tmp_path: Path) -> None:
    variables = {"PATH": os.environ["PATH"], "DEV_ONE_ENVIRONMENT": str(tmp_path / "none")}
    done = subprocess.run([DATABASE_COMMAND], env=variables, capture_output=True, text=True, check=False)
    expect_refusal(done, f"{tmp_path}/none cannot be read.")


def test_it_says_that_the_service_has_no_database(ask: Ask) -> None:
    expect_refusal(ask(service={"SERVICE_VERSION": "1.0.0"}), "this server's service has no database.")
