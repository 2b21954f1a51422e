"""Injected launch failures, tested with boto3."""

from __future__ import annotations

import json
from typing import Any
from urllib.request import Request, urlopen

import pytest
from conftest import Client

MESSAGE = "We currently do not have sufficient m7g.xlarge capacity in the Availability Zone you requested (us-east-1a)."


@pytest.fixture
def template(aws: Client) -> str:
    name = "for-failing-launches"
    data = {"ImageId": "ami-12c6146b", "InstanceType": "m3.xlarge"}
    template: str = aws("ec2").create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)["LaunchTemplate"][
        "LaunchTemplateId"
    ]
    return template


def test_a_failed_launch_stays_in_the_history_and_is_retried(aws: Client, template: str) -> None:
    scaling = aws("autoscaling")
    body = json.dumps({"group": "short", "launches": 3, "message": MESSAGE}).encode()
    with urlopen(Request(f"{scaling.meta.endpoint_url}/_local-cloud/failing-launches", body, method="POST"), timeout=10) as answer:
        assert answer.status == 204

    def look() -> tuple[int, list[dict[str, Any]]]:
        group = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=["short"])["AutoScalingGroups"][0]
        return len(group["Instances"]), scaling.describe_scaling_activities(AutoScalingGroupName="short")["Activities"]

    for name in ("short", "another"):
        scaling.create_auto_scaling_group(
            AutoScalingGroupName=name,
            MinSize=2,
            MaxSize=2,
            AvailabilityZones=["us-east-1a"],
            LaunchTemplate={"LaunchTemplateId": template, "Version": "1"},
        )
    activities = scaling.describe_scaling_activities(AutoScalingGroupName="short")["Activities"]
    assert [(each["StatusCode"], each["StatusMessage"], each["Progress"]) for each in activities] == [("Failed", MESSAGE, 100)] * 2

    instances, activities = look()  # one more fails, and one starts
    assert (instances, len(activities)) == (1, 3)
    instances, activities = look()
    assert (instances, len(activities)) == (2, 3)
    assert scaling.describe_scaling_activities(AutoScalingGroupName="another")["Activities"] == []
