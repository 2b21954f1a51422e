"""Requests that AWS's service models do not allow, in each protocol. boto3 sends them, because botocore checks less than AWS."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from conftest import Client

TAG = {"Key": "project", "Value": "dev-one (shared)"}
RECORD = {"Name": "a.example", "Type": "A", "TTL": 2**31, "ResourceRecords": [{"Value": "10.0.0.1"}]}


@pytest.mark.parametrize(
    ("rule", "service", "operation", "arguments", "expected"),
    [
        (
            "enumeration in ec2",
            "ec2",
            "create_vpc",
            {"CidrBlock": "10.0.0.0/16", "TagSpecifications": [{"ResourceType": "vpcs", "Tags": []}]},
            "TagSpecifications[0].ResourceType is 'vpcs', must be one of ",
        ),
        (
            "pattern in query",
            "iam",
            "create_role",
            {"RoleName": "a", "AssumeRolePolicyDocument": "{}", "Tags": [TAG]},
            r"Tags[0].Value is 'dev-one (shared)', must match [\p{L}",
        ),
        (
            "length in query",
            "elbv2",
            "create_target_group",
            {"Name": "a", "HealthCheckPath": "/" * 1025},
            "must have a length of at most 1024",
        ),
        (
            "members of a list in json",
            "secretsmanager",
            "update_secret_version_stage",
            {"SecretId": "a", "VersionStage": "a" * 257},
            "must have a length of at most 256",
        ),
        (
            "range in rest-xml",
            "route53",
            "change_resource_record_sets",
            {
                "HostedZoneId": "Z1",
                "ChangeBatch": {"Changes": [{"Action": "CREATE", "ResourceRecordSet": RECORD}]},
            },
            "ChangeBatch.Changes[0].ResourceRecordSet.TTL is 2147483648, must be at most 2147483647",
        ),
        (
            "enumeration in S3",
            "s3",
            "put_bucket_versioning",
            {"Bucket": "a-bucket", "VersioningConfiguration": {"Status": "On"}},
            "VersioningConfiguration.Status is 'On', must be one of Enabled, Suspended",
        ),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) and " in " in value else "",
)
def test_it_rejects(
    aws: Client, rule: str, service: str, operation: str, arguments: dict[str, Any], expected: str
) -> None:
    with pytest.raises(ClientError, match="ValidationError") as raised:
        getattr(aws(service), operation)(**arguments)
    assert expected in str(raised.value)


def test_it_names_every_parameter_at_once(aws: Client) -> None:
    content = {"Name": "a b", "Content": "{}", "TargetType": "AWS::EC2::Instance"}
    with pytest.raises(ClientError) as raised:
        aws("ssm").create_document(**content)
    assert "Name is 'a b'" in str(raised.value)
    assert "TargetType is 'AWS::EC2::Instance'" in str(raised.value)


def test_it_accepts_letters_of_any_script(aws: Client) -> None:
    policies = aws("autoscaling").describe_policies(AutoScalingGroupName="Δ 𝔘")
    assert policies["ScalingPolicies"] == []
