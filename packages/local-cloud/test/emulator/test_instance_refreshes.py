"""Instance refreshes, with boto3."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.request import Request, urlopen

import pytest
from conftest import Client

ALARM = "gate"


@pytest.fixture
def template(aws: Client, request: pytest.FixtureRequest) -> str:
    ec2 = aws("ec2")
    name = request.node.name
    data = {"ImageId": "ami-12c6146b", "InstanceType": "m3.xlarge"}
    created = ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)
    template: str = created["LaunchTemplate"]["LaunchTemplateId"]
    ec2.create_launch_template_version(LaunchTemplateId=template, SourceVersion="1", LaunchTemplateData={"InstanceType": "m3.2xlarge"})
    ec2.modify_launch_template(LaunchTemplateId=template, DefaultVersion="2")
    return template


@pytest.fixture
def group(aws: Client, template: str, request: pytest.FixtureRequest) -> str:
    """Two servers with version 1, in a subnet with addresses for exactly these."""
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="172.31.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="172.31.1.96/28", AvailabilityZone="us-east-1a")["Subnet"]["SubnetId"]
    for cidr in ("172.31.1.100/30", "172.31.1.104/30", "172.31.1.108/32"):
        ec2.create_subnet_cidr_reservation(SubnetId=subnet, Cidr=cidr, ReservationType="explicit")
    name = request.node.name
    aws("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=name,
        MinSize=2,
        MaxSize=2,
        VPCZoneIdentifier=subnet,
        LaunchTemplate={"LaunchTemplateId": template, "Version": "1"},
    )
    return name


@pytest.fixture
def start(aws: Client, group: str, template: str) -> Callable[..., str]:
    def started(**preferences: Any) -> str:
        refresh: str = aws("autoscaling").start_instance_refresh(
            AutoScalingGroupName=group,
            DesiredConfiguration={"LaunchTemplate": {"LaunchTemplateId": template, "Version": "2"}},
            Preferences={"SkipMatching": True, "AutoRollback": True, **preferences},
        )["InstanceRefreshId"]
        return refresh

    return started


def newest(aws: Client, group: str) -> dict[str, Any]:
    refresh: dict[str, Any] = aws("autoscaling").describe_instance_refreshes(AutoScalingGroupName=group)["InstanceRefreshes"][0]
    return refresh


def end(aws: Client, group: str) -> dict[str, Any]:
    for _ in range(20):
        refresh = newest(aws, group)
        if "EndTime" in refresh:
            return refresh
    raise AssertionError(refresh)


def versions(aws: Client, group: str) -> list[str]:
    """That of the group, and those of its servers."""
    found = aws("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[group])["AutoScalingGroups"][0]
    return [found["LaunchTemplate"]["Version"], *(each["LaunchTemplate"]["Version"] for each in found["Instances"])]


def addresses(aws: Client, group: str) -> list[str]:
    filters = [{"Name": "tag:aws:autoscaling:groupName", "Values": [group]}, {"Name": "instance-state-name", "Values": ["running"]}]
    found = aws("ec2").describe_instances(Filters=filters)["Reservations"]
    return sorted(instance["PrivateIpAddress"] for each in found for instance in each["Instances"])


def move_until_a_server_has_version_2(aws: Client, group: str) -> None:
    for _ in range(10):
        newest(aws, group)
        if versions(aws, group).count("2") == 1:
            return
    raise AssertionError(versions(aws, group))


def fail_launches(aws: Client, group: str, launches: int) -> None:
    body = json.dumps({"group": group, "launches": launches, "message": "no capacity"}).encode()
    urlopen(Request(f"{aws('ec2').meta.endpoint_url}/_local-cloud/failing-launches", body, method="POST"), timeout=10).close()


def test_servers_keep_the_version_of_their_launch(aws: Client, group: str) -> None:
    assert versions(aws, group) == ["1", "1", "1"]
    assert aws("autoscaling").describe_instance_refreshes(AutoScalingGroupName=group)["InstanceRefreshes"] == []


def test_a_refresh_replaces_one_server_after_the_other_at_its_address_and_then_sets_the_version(
    aws: Client, group: str, start: Callable[..., str]
) -> None:
    before = addresses(aws, group)
    assert len(before) == 2
    start(BakeTime=300)
    seen = [(newest(aws, group)["Status"], len(addresses(aws, group))) for _ in range(9)]
    # Each launch fails until the interface of the old server is deleted.
    assert seen == [("InProgress", servers) for servers in (2, 1, 1, 2, 1, 1, 2)] + [("Baking", 2), ("Successful", 2)]
    assert versions(aws, group) == ["2", "2", "2"]
    assert addresses(aws, group) == before
    activities = aws("autoscaling").describe_scaling_activities(AutoScalingGroupName=group)["Activities"]
    assert len([each for each in activities if "not enough free addresses" in each["StatusMessage"]]) == 4


def test_launches_that_fail_for_long_roll_back(aws: Client, group: str, start: Callable[..., str]) -> None:
    start()
    fail_launches(aws, group, 100)
    seen = [newest(aws, group)["Status"] for _ in range(6)]
    assert seen == ["InProgress"] * 5 + ["RollbackInProgress"]
    fail_launches(aws, group, 0)
    ended = end(aws, group)
    assert (ended["Status"], ended["RollbackDetails"]["RollbackReason"]) == ("RollbackSuccessful", "Launches failed.")
    assert versions(aws, group) == ["1", "1", "1"]


def test_an_alarm_rolls_back(aws: Client, group: str, start: Callable[..., str]) -> None:
    cloudwatch = aws("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=ALARM,
        Namespace="n",
        MetricName="m",
        Period=60,
        Statistic="Sum",
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    start(AlarmSpecification={"Alarms": [ALARM]})
    move_until_a_server_has_version_2(aws, group)
    cloudwatch.set_alarm_state(AlarmName=ALARM, StateValue="ALARM", StateReason="test")
    ended = end(aws, group)
    assert (ended["Status"], ended["RollbackDetails"]["RollbackReason"]) == ("RollbackSuccessful", "The alarm gate is in ALARM.")
    assert versions(aws, group) == ["1", "1", "1"]


def test_a_rollback_can_be_asked_for(aws: Client, group: str, start: Callable[..., str]) -> None:
    scaling = aws("autoscaling")
    with pytest.raises(scaling.exceptions.ClientError, match="No in progress"):
        scaling.rollback_instance_refresh(AutoScalingGroupName=group)
    start()
    move_until_a_server_has_version_2(aws, group)
    scaling.rollback_instance_refresh(AutoScalingGroupName=group)
    assert end(aws, group)["Status"] == "RollbackSuccessful"
    assert versions(aws, group) == ["1", "1", "1"]


def test_a_cancelled_refresh_leaves_the_servers_mixed(aws: Client, group: str, start: Callable[..., str]) -> None:
    start()
    move_until_a_server_has_version_2(aws, group)
    aws("autoscaling").cancel_instance_refresh(AutoScalingGroupName=group)
    assert newest(aws, group)["Status"] == "Cancelled"
    assert sorted(versions(aws, group)) == ["1", "1", "2"]


def test_a_second_refresh_is_refused_while_one_is_in_progress(aws: Client, start: Callable[..., str]) -> None:
    start()
    with pytest.raises(aws("autoscaling").exceptions.InstanceRefreshInProgressFault):
        start()


def test_a_rollback_needs_a_desired_configuration(aws: Client, group: str) -> None:
    scaling = aws("autoscaling")
    with pytest.raises(scaling.exceptions.ClientError, match="DesiredConfiguration"):
        scaling.start_instance_refresh(AutoScalingGroupName=group, Preferences={"AutoRollback": True})
