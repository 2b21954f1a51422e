"""Concurrent requests, and calls that an SDK retries."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

import pytest
from conftest import Client
from emulator.one_by_one import OneByOne

POLICY = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
)


def under_one_id(client: Any, invocation: str) -> Any:
    """Every call of this client is a retry of the first one."""

    def set_id(request: Any, **_: Any) -> None:
        request.headers["amz-sdk-invocation-id"] = invocation

    client.meta.events.register("before-send.*", set_id)
    return client


def test_a_retried_call_creates_one_resource_and_another_call_is_rejected(aws: Client) -> None:
    policy = {"PolicyName": "repeated", "PolicyDocument": POLICY}
    iam = under_one_id(aws("iam"), "policy, first")
    made = iam.create_policy(**policy)["Policy"]["Arn"]
    assert iam.create_policy(**policy)["Policy"]["Arn"] == made
    with pytest.raises(iam.exceptions.EntityAlreadyExistsException):
        under_one_id(aws("iam"), "policy, second").create_policy(**policy)


def test_a_retry_of_a_rejected_call_is_executed(aws: Client) -> None:
    name = "tried-again"
    iam = under_one_id(aws("iam"), "tried again")
    role = {"RoleName": name, "PolicyArn": "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"}
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.attach_role_policy(**role)
    aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=POLICY)
    assert iam.attach_role_policy(**role)["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_second_read_of_an_object_gets_its_new_body(aws: Client) -> None:
    s3 = under_one_id(aws("s3"), "read")
    aws("s3").create_bucket(Bucket="read-twice")
    for body in (b"one", b"two"):
        aws("s3").put_object(Bucket="read-twice", Key="a", Body=body)
        assert s3.get_object(Bucket="read-twice", Key="a")["Body"].read() == body


def test_concurrent_requests_are_serialized() -> None:
    inside = Lock()

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        assert inside.acquire(blocking=False), "two requests at once"
        try:
            time.sleep(0.001)  # time for the other requests to arrive
            start_response("200 OK", [("Content-Length", "2")])
            return [environ["PATH_INFO"].encode()]
        finally:
            inside.release()

    answers = OneByOne(application)
    statuses: list[str] = []

    def ask(number: int) -> bytes:
        return b"".join(answers({"PATH_INFO": f"{number:02}"}, lambda status, _: statuses.append(status)))

    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(ask, range(100))) == [f"{number:02}".encode() for number in range(100)]
    assert statuses == ["200 OK"] * 100
