"""What the recorder writes for calls whose authorization AWS documents."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

ACCOUNT = "111122223333"
EC2 = f"arn:aws:ec2:us-east-1:{ACCOUNT}"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})

Requests = Callable[[], list[tuple[str, str, dict[str, Any]]]]


class Cloud:
    """Clients for an emulator that records, and the requests of the calls since the last look."""

    def __init__(self, port: int, file: Path) -> None:
        self._port, self._file, self._seen = port, file, 0

    def client(self, service: str, user_agent: str = "dev-one-apply") -> Any:
        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{self._port}",
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(user_agent_extra=user_agent, s3={"addressing_style": "path"}),
        )

    def lines(self) -> list[dict[str, Any]]:
        lines = self._file.read_text().splitlines()
        new, self._seen = lines[self._seen :], len(lines)
        return [json.loads(line) for line in new]

    def requests(self) -> list[tuple[str, str, dict[str, Any]]]:
        return [(each["action"], each["resource"], each.get("context", {})) for each in self.lines()]


@pytest.fixture()
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    from emulator import moto_patches, server  # noqa: F401

    file = tmp_path / "calls.jsonl"
    listening = server.listen(0, "token", file)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield Cloud(listening.port, file)
    listening.shutdown()


def tagged(kind: str, **tags: str) -> dict[str, Any]:
    given = [{"Key": key, "Value": value} for key, value in tags.items()]
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": given}]}


def test_creation_with_tags_is_authorized_on_the_new_resource_its_parent_and_its_tags(cloud: Cloud) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html"""
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", **tagged("vpc", env="staging"))["Vpc"]["VpcId"]
    cloud.lines()
    ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24", **tagged("subnet", env="staging", Name="a"))
    request_tags = {"aws:RequestTag/env": "staging", "aws:TagKeys": ["Name", "env"]}
    assert cloud.requests() == [
        ("ec2:CreateSubnet", f"{EC2}:subnet/*", request_tags),
        ("ec2:CreateSubnet", f"{EC2}:vpc/vpc-0", {"aws:ResourceTag/env": "staging"}),
        ("ec2:CreateTags", f"{EC2}:subnet/*", {**request_tags, "ec2:CreateAction": "CreateSubnet"}),
    ]


def test_tags_are_those_at_the_moment_of_the_call(cloud: Cloud) -> None:
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    cloud.lines()
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "env", "Value": "staging"}])
    ec2.delete_tags(Resources=[vpc], Tags=[{"Key": "env"}])
    ec2.delete_vpc(VpcId=vpc)
    resource = f"{EC2}:vpc/vpc-0"
    assert cloud.requests() == [
        ("ec2:CreateTags", resource, {"aws:RequestTag/env": "staging", "aws:TagKeys": ["env"]}),
        ("ec2:DeleteTags", resource, {"aws:ResourceTag/env": "staging", "aws:TagKeys": ["env"]}),
        ("ec2:DeleteVpc", resource, {}),
    ]


def test_condition_keys_that_the_reference_does_not_list_are_not_in_the_request(cloud: Cloud) -> None:
    """https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html"""
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", **tagged("vpc", env="staging"))["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24", **tagged("subnet", env="staging"))
    reservation = ec2.create_subnet_cidr_reservation(
        SubnetId=subnet["Subnet"]["SubnetId"], Cidr="10.0.0.32/28", ReservationType="explicit"
    )["SubnetCidrReservation"]["SubnetCidrReservationId"]
    cloud.lines()
    ec2.delete_subnet_cidr_reservation(SubnetCidrReservationId=reservation)
    assert cloud.requests() == [("ec2:DeleteSubnetCidrReservation", "*", {})]


def test_a_role_in_an_instance_profile_is_passed_to_ec2(cloud: Cloud) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"""
    iam = cloud.client("iam")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    iam.create_instance_profile(InstanceProfileName="p")
    cloud.lines()
    iam.add_role_to_instance_profile(InstanceProfileName="p", RoleName="r")
    assert [each[:2] for each in cloud.requests()] == [
        ("iam:AddRoleToInstanceProfile", f"arn:aws:iam::{ACCOUNT}:instance-profile/p"),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/r"),
    ]


def test_the_boundary_of_a_role_is_in_a_later_request_for_it(cloud: Cloud) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate"""
    iam = cloud.client("iam")
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/b"
    iam.create_policy(
        PolicyName="b",
        PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
        ),
    )
    iam.create_role(RoleName="bounded", AssumeRolePolicyDocument=TRUST, PermissionsBoundary=boundary)
    cloud.lines()
    iam.get_role(RoleName="bounded")
    assert cloud.requests() == [
        ("iam:GetRole", f"arn:aws:iam::{ACCOUNT}:role/bounded", {"iam:PermissionsBoundary": boundary})
    ]


def test_an_alias_is_authorized_on_alias_and_key_and_a_key_is_named_by_its_alias(cloud: Cloud) -> None:
    """https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html"""
    kms = cloud.client("kms")
    key = kms.create_key(Tags=[{"TagKey": "env", "TagValue": "staging"}])["KeyMetadata"]["KeyId"]
    cloud.lines()
    kms.create_alias(AliasName="alias/recorded", TargetKeyId=key)
    kms.delete_alias(AliasName="alias/recorded")
    arn = f"arn:aws:kms:us-east-1:{ACCOUNT}"
    assert [each[:2] for each in cloud.requests()] == [
        ("kms:CreateAlias", f"{arn}:alias/recorded"),
        ("kms:CreateAlias", f"{arn}:key/new"),
        ("kms:DeleteAlias", f"{arn}:alias/recorded"),
        ("kms:DeleteAlias", f"{arn}:key/recorded"),
    ]


def test_an_object_in_a_bucket_with_a_key_needs_the_key_through_s3(cloud: Cloud) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"""
    key = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="encrypted")
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    s3.put_bucket_encryption(Bucket="encrypted", ServerSideEncryptionConfiguration={"Rules": [rule]})
    cloud.lines()
    s3.put_object(Bucket="encrypted", Key="a/b.json", Body=b"{}", IfNoneMatch="*")
    via = {"kms:ViaService": "s3.us-east-1.amazonaws.com"}
    assert cloud.requests() == [
        ("s3:PutObject", "arn:aws:s3:::encrypted/a/b.json", {"s3:if-none-match": "*"}),
        ("kms:GenerateDataKey", f"arn:aws:kms:us-east-1:{ACCOUNT}:key/new", via),
        ("kms:Decrypt", f"arn:aws:kms:us-east-1:{ACCOUNT}:key/new", via),
    ]


def test_ids_that_differ_from_run_to_run_are_zeros(cloud: Cloud) -> None:
    version = "terraform-2026120113422839600000001a"
    secrets = cloud.client("secretsmanager")
    secrets.create_secret(Name="dev-one/x", SecretString="-", ClientRequestToken=version)
    cloud.lines()
    secrets.get_secret_value(SecretId="dev-one/x", VersionId=version)
    with pytest.raises(ClientError):
        cloud.client("rds").describe_db_instances(DBInstanceIdentifier="db-R9I5C5VNP44UQZ2HO0E2PYOLKO")
    assert cloud.requests() == [
        (
            "secretsmanager:GetSecretValue",
            f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:dev-one/x-0",
            {"secretsmanager:VersionId": "terraform-0"},
        ),
        ("rds:DescribeDBInstances", f"arn:aws:rds:us-east-1:{ACCOUNT}:db:db-0", {}),
    ]


def test_a_call_of_another_caller_is_not_recorded_and_a_repeated_one_once(cloud: Cloud) -> None:
    cloud.client("ec2", user_agent="other").describe_vpcs()
    assert cloud.lines() == []
    for _ in range(2):
        cloud.client("ec2", user_agent="dev-one-plan").describe_vpcs()
    assert cloud.lines() == [{"role": "plan", "action": "ec2:DescribeVpcs", "resource": "*"}]


def test_a_call_without_a_known_action_is_written_as_an_error_and_answered(cloud: Cloud) -> None:
    sqs = cloud.client("sqs")
    assert sqs.list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="plain")
    cloud.lines()
    s3.list_multipart_uploads(Bucket="plain")
    [line] = cloud.lines()
    assert "no action s3:ListMultipartUploads" in line["error"]
