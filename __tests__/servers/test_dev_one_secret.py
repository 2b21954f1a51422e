"""dev-one-secret with the AWS CLI, against Secrets Manager as moto serves it."""

from __future__ import annotations

import subprocess
from typing import Any

import boto3
import pytest
from server_support import BOOTSTRAP, SHOP, Server

COMMAND = BOOTSTRAP / "platform" / "usr" / "local" / "bin" / "dev-one-secret"
PREFIX = "dev-one/staging/shop"


def read(server: Server, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    server.release(SHOP)
    return server.run(COMMAND, *arguments, DEV_ONE_ETC=str(server.root / "etc/dev-one"), **environment)


def create(server: Server, name: str, **value: Any) -> None:
    secrets = boto3.client(
        "secretsmanager",
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    secrets.create_secret(Name=name, **value)


def expect_refusal(done: subprocess.CompletedProcess[str], sentence: str) -> None:
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"dev-one-secret: {sentence}")
    assert done.stderr.endswith(".\n") and done.stderr.count("\n") == 1


def test_it_prints_the_value_of_a_secret_of_the_service_as_it_is(server: Server) -> None:
    value = '{"a": "é"}\n\tlast line  '
    create(server, f"{PREFIX}/payment-key", SecretString=value)
    done = read(server, "payment-key", PYTHONIOENCODING="utf-8")
    assert (done.returncode, done.stdout, done.stderr) == (0, value, "")


def test_a_secret_that_cannot_be_read_is_one_sentence(server: Server) -> None:
    expect_refusal(read(server, "missing"), f"{PREFIX}/missing cannot be read: An error occurred (ResourceNotFound")
    create(server, f"{PREFIX}/binary", SecretBinary=b"a")
    expect_refusal(read(server, "binary"), f"{PREFIX}/binary is binary, and has to be a text")
    away = read(server, "payment-key", AWS_ENDPOINT_URL="http://127.0.0.1:1")
    expect_refusal(away, f"{PREFIX}/payment-key cannot be read: ")


def test_a_secret_without_a_value_is_one_sentence(server: Server) -> None:
    create(server, f"{PREFIX}/empty")
    expect_refusal(read(server, "empty"), f"{PREFIX}/empty cannot be read: An error occurred (ResourceNotFound")


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["../datadog-api-key"], ["A"]])
def test_wrong_arguments_are_explained(server: Server, arguments: list[str]) -> None:
    expect_refusal(read(server, *arguments), "usage: dev-one-secret NAME, such as payment-key")


def test_a_file_that_cannot_be_read_is_one_sentence(server: Server) -> None:
    done = server.run(COMMAND, "payment-key", DEV_ONE_ETC=str(server.root))
    expect_refusal(done, f"{server.root}/environment cannot be read: No such file or directory")
    server.release(SHOP)
    server.write("identity", NAME="api-2")
    etc = server.root / "etc/dev-one"
    done = server.run(COMMAND, "payment-key", DEV_ONE_ETC=str(etc))
    expect_refusal(done, f"neither {etc}/environment nor {etc}/identity sets SERVICE")


def test_an_aws_cli_that_is_missing_or_says_nothing_is_one_sentence(server: Server) -> None:
    expect_refusal(read(server, "payment-key", PATH="/nowhere"), "the AWS CLI cannot be started: No such file")
    aws = server.root / "aws"
    aws.write_text("#!/bin/sh\nexit 7\n")
    aws.chmod(0o755)
    done = read(server, "payment-key", PATH=str(server.root))
    expect_refusal(done, f"{PREFIX}/payment-key cannot be read: the AWS CLI ended with 7")
