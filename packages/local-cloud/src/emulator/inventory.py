"""``python -m emulator.inventory``: lists all resources of an account through AWS's API, as JSON on stdout.

Reads endpoint, region and credentials from the environment, as every AWS client does.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import jmespath

# Kind of resource, service, operation, path of the ids in the response.
QUERIES: tuple[tuple[str, str, str, str], ...] = (
    ("certificate", "acm", "list_certificates", "CertificateSummaryList[].CertificateArn"),
    ("alarm", "cloudwatch", "describe_alarms", "MetricAlarms[].AlarmName"),
    ("scaling group", "autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups[].AutoScalingGroupName"),
    ("scaling policy", "autoscaling", "describe_policies", "ScalingPolicies[].PolicyName"),
    ("address", "ec2", "describe_addresses", "Addresses[].AllocationId"),
    ("flow log", "ec2", "describe_flow_logs", "FlowLogs[].FlowLogId"),
    ("instance", "ec2", "describe_instances", "Reservations[].Instances[?State.Name!='terminated'][].InstanceId"),
    ("internet gateway", "ec2", "describe_internet_gateways", "InternetGateways[].InternetGatewayId"),
    ("launch template", "ec2", "describe_launch_templates", "LaunchTemplates[].LaunchTemplateId"),
    ("NAT gateway", "ec2", "describe_nat_gateways", "NatGateways[?State!='deleted'].NatGatewayId"),
    ("network interface", "ec2", "describe_network_interfaces", "NetworkInterfaces[].NetworkInterfaceId"),
    ("route table", "ec2", "describe_route_tables", "RouteTables[].RouteTableId"),
    ("security group", "ec2", "describe_security_groups", "SecurityGroups[].GroupId"),
    ("subnet", "ec2", "describe_subnets", "Subnets[].SubnetId"),
    ("volume", "ec2", "describe_volumes", "Volumes[].VolumeId"),
    ("VPC", "ec2", "describe_vpcs", "Vpcs[].VpcId"),
    ("VPC endpoint", "ec2", "describe_vpc_endpoints", "VpcEndpoints[?State!='deleted'].VpcEndpointId"),
    ("load balancer", "elbv2", "describe_load_balancers", "LoadBalancers[].LoadBalancerName"),
    ("target group", "elbv2", "describe_target_groups", "TargetGroups[].TargetGroupName"),
    ("instance profile", "iam", "list_instance_profiles", "InstanceProfiles[].InstanceProfileName"),
    ("role", "iam", "list_roles", "Roles[].RoleName"),
    ("key alias", "kms", "list_aliases", "Aliases[].AliasName"),
    ("log group", "logs", "describe_log_groups", "logGroups[].logGroupName"),
    ("log policy", "logs", "describe_resource_policies", "resourcePolicies[].policyName"),
    ("database", "rds", "describe_db_instances", "DBInstances[].DBInstanceIdentifier"),
    ("database snapshot", "rds", "describe_db_snapshots", "DBSnapshots[].DBSnapshotIdentifier"),
    ("database parameters", "rds", "describe_db_parameter_groups", "DBParameterGroups[].DBParameterGroupName"),
    ("database proxy", "rds", "describe_db_proxies", "DBProxies[].DBProxyName"),
    ("database subnets", "rds", "describe_db_subnet_groups", "DBSubnetGroups[].DBSubnetGroupName"),
    ("hosted zone", "route53", "list_hosted_zones", "HostedZones[].Name"),
    ("query log", "route53", "list_query_logging_configs", "QueryLoggingConfigs[].Id"),
    ("bucket", "s3", "list_buckets", "Buckets[].Name"),
    ("secret", "secretsmanager", "list_secrets", "SecretList[].Name"),
)


def inventory() -> Iterator[tuple[str, str]]:
    """Every resource, as kind and id."""
    clients: dict[str, Any] = {}
    for kind, service, operation, ids in QUERIES:
        client = clients.setdefault(service, boto3.client(service))
        for page in pages(client, operation):
            yield from ((kind, str(each)) for each in jmespath.search(ids, page) or [])
    yield from keys(clients["kms"])


def keys(kms: Any) -> Iterator[tuple[str, str]]:
    """A deleted KMS key exists until its waiting period ends; it is listed as another kind than an enabled key."""
    for page in pages(kms, "list_keys"):
        for key in page["Keys"]:
            state = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"]
            yield ("key pending deletion" if state == "PendingDeletion" else "key", key["KeyId"])


def pages(client: Any, operation: str) -> Iterator[dict[str, Any]]:
    if client.can_paginate(operation):
        yield from client.get_paginator(operation).paginate()
    else:
        yield getattr(client, operation)()


if __name__ == "__main__":
    json.dump(sorted(set(inventory())), sys.stdout)
