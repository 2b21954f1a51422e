"""AWS behaviour that unpatched moto lacks. One test per patch, with boto3."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import Client


@pytest.fixture
def vpc(aws: Client) -> str:
    identifier: str = aws("ec2").create_vpc(CidrBlock="172.31.0.0/16")["Vpc"]["VpcId"]
    return identifier


@pytest.fixture
def subnet(aws: Client, vpc: str) -> str:
    created = aws("ec2").create_subnet(VpcId=vpc, CidrBlock="172.31.1.96/28", AvailabilityZone="us-east-1a")
    identifier: str = created["Subnet"]["SubnetId"]
    return identifier


def test_a_certificate_has_the_requested_key_algorithm(aws: Client) -> None:
    acm = aws("acm")
    arn = acm.request_certificate(DomainName="a.example", KeyAlgorithm="EC_prime256v1")["CertificateArn"]
    assert acm.describe_certificate(CertificateArn=arn)["Certificate"]["KeyAlgorithm"] == "EC_prime256v1"


def test_a_reservation_keeps_its_description(aws: Client, subnet: str) -> None:
    ec2 = aws("ec2")
    ec2.create_subnet_cidr_reservation(
        SubnetId=subnet, Cidr="172.31.1.100/32", ReservationType="explicit", Description="kept"
    )
    reservations = ec2.get_subnet_cidr_reservations(SubnetId=subnet)["SubnetIpv4CidrReservations"]
    assert [each["Description"] for each in reservations] == ["kept"]


def test_a_rule_between_groups_keeps_its_description(aws: Client, vpc: str) -> None:
    ec2 = aws("ec2")
    group = ec2.create_security_group(GroupName="servers", Description="servers", VpcId=vpc)["GroupId"]
    pair = {"GroupId": group, "Description": "kept"}
    permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": [pair]}
    created = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
    assert created["SecurityGroupRules"][0]["Description"] == "kept"


def test_tags_of_a_launch_template_are_not_part_of_its_data(aws: Client) -> None:
    ec2 = aws("ec2")
    tags = [{"Key": "env", "Value": "staging"}]
    ec2.create_launch_template(
        LaunchTemplateName="own-tags",
        LaunchTemplateData={"TagSpecifications": [{"ResourceType": "instance", "Tags": tags}]},
        TagSpecifications=[{"ResourceType": "launch-template", "Tags": tags}],
    )
    versions = ec2.describe_launch_template_versions(LaunchTemplateName="own-tags", Versions=["1"])
    data = versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]
    assert [each["ResourceType"] for each in data["TagSpecifications"]] == ["instance"]


def create_group(aws: Client, subnet: str, name: str, data: dict[str, Any] | None = None, size: int = 0, **settings: Any) -> str:
    """A group with a launch template of its own."""
    template = {"ImageId": "ami-12c6146b", "InstanceType": "m3.xlarge", **(data or {})}
    aws("ec2").create_launch_template(LaunchTemplateName=f"for-{name}", LaunchTemplateData=template)
    aws("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=name,
        MinSize=size,
        MaxSize=size + 1,
        VPCZoneIdentifier=subnet,
        LaunchTemplate={"LaunchTemplateName": f"for-{name}", "Version": "1"},
        **settings,
    )
    return name


@pytest.fixture
def group(aws: Client, subnet: str) -> str:
    return create_group(
        aws,
        subnet,
        f"group-{subnet}",
        DefaultInstanceWarmup=240,
        InstanceMaintenancePolicy={"MinHealthyPercentage": 75, "MaxHealthyPercentage": 100},
        ServiceLinkedRoleARN="arn:aws:iam::111122223333:role/own",
    )


def test_a_group_keeps_warm_up_maintenance_policy_and_role(aws: Client, group: str) -> None:
    described = aws("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[group])["AutoScalingGroups"][0]
    assert described["DefaultInstanceWarmup"] == 240
    assert described["InstanceMaintenancePolicy"] == {"MinHealthyPercentage": 75, "MaxHealthyPercentage": 100}
    assert described["ServiceLinkedRoleARN"] == "arn:aws:iam::111122223333:role/own"


def test_a_second_group_with_the_same_name_is_rejected(aws: Client, subnet: str, group: str) -> None:
    scaling = aws("autoscaling")
    with pytest.raises(scaling.exceptions.AlreadyExistsFault):
        scaling.create_auto_scaling_group(
            AutoScalingGroupName=group,
            MinSize=0,
            MaxSize=0,
            VPCZoneIdentifier=subnet,
            LaunchTemplate={"LaunchTemplateName": f"for-{group}", "Version": "1"},
        )


def test_propagated_group_tags_override_those_of_the_launch_template(aws: Client, subnet: str) -> None:
    ec2, scaling = aws("ec2"), aws("autoscaling")
    of_template = [{"Key": "Name", "Value": "any"}, {"Key": "project", "Value": "dev-one"}]
    data = {"TagSpecifications": [{"ResourceType": "instance", "Tags": of_template}]}
    of_group = [{"Key": "Name", "Value": "zone-1", "PropagateAtLaunch": True}]
    create_group(aws, subnet, "tagged", data, size=1, Tags=of_group)
    scaling.set_desired_capacity(AutoScalingGroupName="tagged", DesiredCapacity=2)

    in_group = [{"Name": "tag:aws:autoscaling:groupName", "Values": ["tagged"]}]
    servers = [each for one in ec2.describe_instances(Filters=in_group)["Reservations"] for each in one["Instances"]]
    names = [{tag["Key"]: tag["Value"] for tag in server["Tags"]} for server in servers]
    assert [(tags["Name"], tags["project"]) for tags in names] == [("zone-1", "dev-one")] * 2


def test_launches_fail_while_the_interface_of_a_terminated_server_holds_the_only_free_address(aws: Client, vpc: str) -> None:
    ec2, scaling = aws("ec2"), aws("autoscaling")
    full = ec2.create_subnet(VpcId=vpc, CidrBlock="172.31.9.0/28", AvailabilityZone="us-east-1a")["Subnet"]["SubnetId"]
    create_group(aws, full, "full", size=11)

    def running() -> dict[str, str]:
        filters = [{"Name": "subnet-id", "Values": [full]}, {"Name": "instance-state-name", "Values": ["running"]}]
        reservations = ec2.describe_instances(Filters=filters)["Reservations"]
        return {each["PrivateIpAddress"]: each["InstanceId"] for one in reservations for each in one["Instances"]}

    before = running()
    address, instance = next(iter(before.items()))

    def failed() -> list[str]:
        activities = scaling.describe_scaling_activities(AutoScalingGroupName="full")["Activities"]
        return [each["StatusMessage"] for each in activities if each["StatusCode"] == "Failed"]

    def look() -> int:
        return len(scaling.describe_auto_scaling_groups(AutoScalingGroupNames=["full"])["AutoScalingGroups"][0]["Instances"])

    message = f"There are not enough free addresses in subnet '{full}' to satisfy the requested number of instances. Launching EC2 instance failed."
    scaling.terminate_instance_in_auto_scaling_group(InstanceId=instance, ShouldDecrementDesiredCapacity=False)
    assert (running().keys(), failed()) == (before.keys() - {address}, [message])
    holding = [{"Name": "addresses.private-ip-address", "Values": [address]}, {"Name": "subnet-id", "Values": [full]}]
    assert len(ec2.describe_network_interfaces(Filters=holding)["NetworkInterfaces"]) == 1
    assert (look(), failed()) == (10, [message] * 2)
    assert (look(), failed()) == (11, [message] * 2)
    after = running()
    assert after.keys() == before.keys()
    assert after[address] != instance


def test_a_server_is_replaced_at_once_where_another_address_is_free(aws: Client, vpc: str) -> None:
    ec2, scaling = aws("ec2"), aws("autoscaling")
    roomy = ec2.create_subnet(VpcId=vpc, CidrBlock="172.31.10.0/28", AvailabilityZone="us-east-1a")["Subnet"]["SubnetId"]
    create_group(aws, roomy, "roomy", size=2)

    def instances() -> list[str]:
        found = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=["roomy"])["AutoScalingGroups"][0]
        return [each["InstanceId"] for each in found["Instances"]]

    terminated = instances()[0]
    scaling.terminate_instance_in_auto_scaling_group(InstanceId=terminated, ShouldDecrementDesiredCapacity=False)
    assert (len(instances()), terminated in instances()) == (2, False)
    assert scaling.describe_scaling_activities(AutoScalingGroupName="roomy")["Activities"] == []


def test_only_a_server_of_a_group_can_be_terminated_in_a_group(aws: Client) -> None:
    scaling = aws("autoscaling")
    with pytest.raises(scaling.exceptions.ClientError, match="No managed instance found"):
        scaling.terminate_instance_in_auto_scaling_group(InstanceId="i-0", ShouldDecrementDesiredCapacity=False)


def test_a_step_policy_is_enabled_and_has_no_predictive_settings(aws: Client, group: str) -> None:
    scaling = aws("autoscaling")
    scaling.put_scaling_policy(
        AutoScalingGroupName=group,
        PolicyName="out",
        PolicyType="StepScaling",
        AdjustmentType="ChangeInCapacity",
        StepAdjustments=[{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 2}],
    )
    policy = scaling.describe_policies(AutoScalingGroupName=group)["ScalingPolicies"][0]
    assert policy["Enabled"] is True
    assert "PredictiveScalingConfiguration" not in policy


def test_a_lifecycle_hook_has_no_notification_target_by_default(aws: Client, group: str) -> None:
    scaling = aws("autoscaling")
    scaling.put_lifecycle_hook(
        AutoScalingGroupName=group,
        LifecycleHookName="drain",
        LifecycleTransition="autoscaling:EC2_INSTANCE_TERMINATING",
    )
    hook = scaling.describe_lifecycle_hooks(AutoScalingGroupName=group)["LifecycleHooks"][0]
    assert not hook.keys() & {"NotificationTargetARN", "RoleARN"}


def create_database(aws: Client, name: str, **settings: Any) -> dict[str, Any]:
    created: dict[str, Any] = aws("rds").create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass="db.t4g.medium",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="postgres",
        ManageMasterUserPassword=True,
        **settings,
    )["DBInstance"]
    return created


def test_a_database_keeps_performance_insights_and_has_the_current_authority(aws: Client) -> None:
    created = create_database(aws, "insights", EnablePerformanceInsights=True, PerformanceInsightsRetentionPeriod=7)
    assert created["PerformanceInsightsEnabled"] is True
    assert created["PerformanceInsightsRetentionPeriod"] == 7
    assert created["CACertificateIdentifier"] == "rds-ca-rsa2048-g1"
    changed = aws("rds").modify_db_instance(DBInstanceIdentifier="insights", EnablePerformanceInsights=False)["DBInstance"]
    assert changed["PerformanceInsightsEnabled"] is False
    again = aws("rds").modify_db_instance(DBInstanceIdentifier="insights", EnablePerformanceInsights=True)["DBInstance"]
    assert again["PerformanceInsightsEnabled"] is True


def test_a_managed_password_keeps_its_secret(aws: Client) -> None:
    created = create_database(aws, "managed")
    changed = aws("rds").modify_db_instance(DBInstanceIdentifier="managed", ManageMasterUserPassword=True)["DBInstance"]
    assert created["MasterUserSecret"]["SecretArn"] == changed["MasterUserSecret"]["SecretArn"]


@pytest.fixture
def upgradable(aws: Client) -> Iterator[Any]:
    """A PostgreSQL 17 instance with a parameter group of its own, and another group for PostgreSQL 18."""
    rds = aws("rds")
    groups = [f"pg-{version}" for version in (17, 18)]
    for group in groups:
        family = group.replace("pg-", "postgres")
        rds.create_db_parameter_group(DBParameterGroupName=group, DBParameterGroupFamily=family, Description=family)
    create_database(aws, "upgradable", EngineVersion="17", DBParameterGroupName="pg-17", MultiAZ=False)
    yield rds
    rds.delete_db_instance(DBInstanceIdentifier="upgradable", SkipFinalSnapshot=True)
    for group in rds.describe_db_parameter_groups()["DBParameterGroups"]:
        if group["DBParameterGroupName"] in groups:
            rds.delete_db_parameter_group(DBParameterGroupName=group["DBParameterGroupName"])


def upgrade(rds: Any, **settings: Any) -> dict[str, Any]:
    modified: dict[str, Any] = rds.modify_db_instance(DBInstanceIdentifier="upgradable", EngineVersion="18", **settings)["DBInstance"]
    return modified


def test_a_major_version_must_be_allowed(upgradable: Any) -> None:
    with pytest.raises(upgradable.exceptions.ClientError, match="AllowMajorVersionUpgrade flag must be present"):
        upgrade(upgradable, DBParameterGroupName="pg-18", ApplyImmediately=True)
    upgraded = upgrade(upgradable, DBParameterGroupName="pg-18", ApplyImmediately=True, AllowMajorVersionUpgrade=True)
    assert upgraded["EngineVersion"] == "18"


def test_a_major_version_needs_a_parameter_group_of_its_family(upgradable: Any) -> None:
    with pytest.raises(upgradable.exceptions.ClientError, match="DBParameterGroupFamily postgres17 cannot be used"):
        upgrade(upgradable, ApplyImmediately=True, AllowMajorVersionUpgrade=True)


def test_a_parameter_group_in_use_is_not_deleted(upgradable: Any) -> None:
    with pytest.raises(upgradable.exceptions.ClientError, match="still members of this parameter group pg-17"):
        upgradable.delete_db_parameter_group(DBParameterGroupName="pg-17")
    upgrade(upgradable, DBParameterGroupName="pg-18", ApplyImmediately=True, AllowMajorVersionUpgrade=True)
    upgradable.delete_db_parameter_group(DBParameterGroupName="pg-17")


def test_changes_of_a_database_wait_for_the_maintenance_window(upgradable: Any) -> None:
    def modify(**settings: Any) -> dict[str, Any]:
        modified: dict[str, Any] = upgradable.modify_db_instance(DBInstanceIdentifier="upgradable", **settings)["DBInstance"]
        return modified

    modify(AllocatedStorage=50, DBInstanceClass="db.m7g.large", MultiAZ=True, BackupRetentionPeriod=9)
    waiting = upgradable.describe_db_instances(DBInstanceIdentifier="upgradable")["DBInstances"][0]
    assert (waiting["AllocatedStorage"], waiting["BackupRetentionPeriod"]) == (20, 9)
    assert waiting["PendingModifiedValues"] == {"AllocatedStorage": 50, "DBInstanceClass": "db.m7g.large", "MultiAZ": True}

    applied = modify(ApplyImmediately=True, BackupRetentionPeriod=8)
    assert (applied["AllocatedStorage"], applied["MultiAZ"], applied["PendingModifiedValues"]) == (50, True, {})


def test_a_restored_database_is_no_replica_and_has_no_managed_password(aws: Client) -> None:
    rds = aws("rds")
    source = create_database(aws, "source")
    restored = rds.restore_db_instance_to_point_in_time(
        SourceDBInstanceIdentifier="source", TargetDBInstanceIdentifier="restored", UseLatestRestorableTime=True
    )["DBInstance"]
    assert restored["DbiResourceId"] != source["DbiResourceId"]
    assert not restored.keys() & {"MasterUserSecret", "ReadReplicaSourceDBInstanceIdentifier"}
    renamed = rds.modify_db_instance(DBInstanceIdentifier="restored", NewDBInstanceIdentifier="renamed")["DBInstance"]
    assert renamed["DbiResourceId"] == restored["DbiResourceId"]
    managed = rds.modify_db_instance(DBInstanceIdentifier="renamed", ManageMasterUserPassword=True)["DBInstance"]
    assert managed["MasterUserSecret"]["SecretArn"] != source["MasterUserSecret"]["SecretArn"]


def test_the_secret_of_a_proxy_can_be_changed(aws: Client, vpc: str, subnet: str) -> None:
    rds = aws("rds")
    secret = "arn:aws:secretsmanager:us-east-1:111122223333:secret:first"
    auth = {"AuthScheme": "SECRETS", "IAMAuth": "REQUIRED", "SecretArn": secret}
    role = "arn:aws:iam::111122223333:role/proxy"
    rds.create_db_proxy(
        DBProxyName="changed", EngineFamily="POSTGRESQL", Auth=[auth], RoleArn=role, VpcSubnetIds=[subnet], RequireTLS=True
    )
    rds.modify_db_proxy(DBProxyName="changed", Auth=[{**auth, "SecretArn": f"{secret}-second"}])
    proxy = rds.describe_db_proxies(DBProxyName="changed")["DBProxies"][0]
    assert [each["SecretArn"] for each in proxy["Auth"]] == [f"{secret}-second"]
    assert proxy["RequireTLS"] is True


def test_a_set_database_parameter_has_the_source_user(aws: Client) -> None:
    rds = aws("rds")
    rds.create_db_parameter_group(DBParameterGroupName="p", DBParameterGroupFamily="postgres17", Description="p")
    parameter = {"ParameterName": "rds.force_ssl", "ParameterValue": "1", "ApplyMethod": "immediate"}
    rds.modify_db_parameter_group(DBParameterGroupName="p", Parameters=[parameter])
    assert rds.describe_db_parameters(DBParameterGroupName="p")["Parameters"][0]["Source"] == "user"


def create_zone(aws: Client, name: str, **settings: Any) -> dict[str, Any]:
    created: dict[str, Any] = aws("route53").create_hosted_zone(Name=name, CallerReference=name, **settings)
    return created


def test_a_zone_with_a_vpc_is_private(aws: Client, vpc: str) -> None:
    created = create_zone(aws, "private.example", VPC={"VPCId": vpc, "VPCRegion": "us-east-1"})
    zone = aws("route53").get_hosted_zone(Id=created["HostedZone"]["Id"])
    assert zone["HostedZone"]["Config"]["PrivateZone"] is True
    assert zone["VPCs"] == [{"VPCId": vpc, "VPCRegion": "us-east-1"}]


@pytest.mark.parametrize("ending", ["", ":*"])
def test_a_query_log_accepts_and_keeps_the_arn_as_given(aws: Client, ending: str) -> None:
    name = f"/aws/route53/log{len(ending)}.example"
    aws("logs").create_log_group(logGroupName=name)
    arn = f"arn:aws:logs:us-east-1:111122223333:log-group:{name}{ending}"
    zone = create_zone(aws, f"log{len(ending)}.example")["HostedZone"]["Id"].removeprefix("/hostedzone/")
    created = aws("route53").create_query_logging_config(HostedZoneId=zone, CloudWatchLogsLogGroupArn=arn)
    assert created["QueryLoggingConfig"]["CloudWatchLogsLogGroupArn"] == arn


def test_route_53_returns_no_pending_change(aws: Client) -> None:
    created = create_zone(aws, "quick.example")
    record = {"Name": "a.quick.example", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "172.31.1.101"}]}
    changed = aws("route53").change_resource_record_sets(
        HostedZoneId=created["HostedZone"]["Id"],
        ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]},
    )
    assert "ChangeInfo" not in created
    assert "ChangeInfo" not in changed


def test_a_load_balancer_is_active_at_once(aws: Client, subnet: str) -> None:
    created = aws("elbv2").create_load_balancer(Name="quick", Subnets=[subnet])["LoadBalancers"][0]
    assert created["State"]["Code"] == "active"


def test_a_lifecycle_rule_keeps_the_number_of_retained_versions(aws: Client) -> None:
    s3 = aws("s3")
    s3.create_bucket(Bucket="lifecycle")
    expiration = {"NoncurrentDays": 90, "NewerNoncurrentVersions": 10}
    rules = [{"ID": "a", "Status": "Enabled", "Filter": {"Prefix": ""}, "NoncurrentVersionExpiration": expiration}]
    s3.put_bucket_lifecycle_configuration(Bucket="lifecycle", LifecycleConfiguration={"Rules": rules})
    answer = s3.get_bucket_lifecycle_configuration(Bucket="lifecycle")
    assert answer["Rules"][0]["NoncurrentVersionExpiration"] == expiration


def test_a_policy_that_denies_unencrypted_requests_allows_loopback(aws: Client) -> None:
    s3 = aws("s3")
    s3.create_bucket(Bucket="tls")
    everything = {"Principal": "*", "Resource": "arn:aws:s3:::tls/*"}
    only_tls = {
        **everything,
        "Effect": "Deny",
        "Action": "s3:*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    no_deletion = {**everything, "Effect": "Deny", "Action": "s3:DeleteObject"}
    policy = {"Version": "2012-10-17", "Statement": [only_tls, no_deletion]}
    s3.put_bucket_policy(Bucket="tls", Policy=json.dumps(policy))
    s3.put_object(Bucket="tls", Key="a", Body=b"a")
    with pytest.raises(s3.exceptions.ClientError, match="403"):
        s3.delete_object(Bucket="tls", Key="a")


def test_every_policy_that_the_servers_attach_exists(aws: Client) -> None:
    arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    assert aws("iam").get_policy(PolicyArn=arn)["Policy"]["Arn"] == arn


@pytest.mark.parametrize(("architecture", "mode"), [("x86_64", "uefi-preferred"), ("arm64", "uefi")])
def test_amazon_linux_boots_on_types_with_ena(aws: Client, architecture: str, mode: str) -> None:
    parameter = f"/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{architecture}"
    identifier = aws("ssm").get_parameter(Name=parameter)["Parameter"]["Value"]
    image = aws("ec2").describe_images(ImageIds=[identifier])["Images"][0]
    assert (image["Architecture"], image["BootMode"], image["EnaSupport"]) == (architecture, mode, True)


def test_a_load_balancer_may_have_1000_targets(aws: Client) -> None:
    limits = {each["Name"]: each["Max"] for each in aws("elbv2").describe_account_limits()["Limits"]}
    assert limits["targets-per-application-load-balancer"] == "1000"


def test_the_task_that_deletes_a_service_linked_role_names_the_role(aws: Client) -> None:
    iam = aws("iam")
    service = "autoscaling.amazonaws.com"
    role = iam.create_service_linked_role(AWSServiceName=service, CustomSuffix="gone")["Role"]["RoleName"]
    task = iam.delete_service_linked_role(RoleName=role)["DeletionTaskId"]
    assert task.startswith(f"task/aws-service-role/{service}/{role}/")
