"""Finds existing AWS resources that a plan would create: ``python existing.py < resources.json``.

Reads a list of objects with ``address``, ``type`` and ``values`` (the planned attributes, as far as they are known) from
stdin, and writes an object to stdout: the import id by address, or null when the resource does not exist in AWS. Resources that can
be created again without harm are omitted. The runbook of a killed deployment describes the same rules. Reads endpoint, region and
credentials from the environment, as every AWS client does.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import boto3
import jmespath
from botocore.exceptions import ClientError


class Rule(NamedTuple):
    """How to find a resource. Names in braces are planned attributes."""

    service: str
    operation: str
    arguments: dict[str, Any]
    found: str
    """Where the answer has the id that AWS gave it."""
    id: str = "{found}"
    """What Terraform wants to import it by."""


def filters(name: str = "Filters", **values: str) -> dict[str, Any]:
    return {name: [{"Name": key.replace("_", "-"), "Values": [value]} for key, value in values.items()]}


TAGGED = {"Filters": [{"Name": "tag:Name", "Values": ["{tags[Name]}"]}]}


def rule_of_a_group(is_egress: str) -> Rule:
    same = f"IsEgress==`{is_egress}` && Description=='{{description}}' && FromPort==`{{from_port}}`"
    return Rule(
        "ec2",
        "describe_security_group_rules",
        filters(group_id="{security_group_id}"),
        f"SecurityGroupRules[?{same} && IpProtocol=='{{ip_protocol}}'].SecurityGroupRuleId",
    )


# Resources that AWS does not create twice, and those of which a duplicate would be wrong.
RULES: dict[str, Rule] = {
    "aws_acm_certificate": Rule(
        "acm",
        "list_certificates",
        {"Includes": {"keyTypes": ["EC_prime256v1"]}},
        "CertificateSummaryList[?DomainName=='{domain_name}'].CertificateArn",
    ),
    "aws_autoscaling_group": Rule(
        "autoscaling",
        "describe_auto_scaling_groups",
        {"AutoScalingGroupNames": ["{name}"]},
        "AutoScalingGroups[].AutoScalingGroupName",
    ),
    "aws_cloudwatch_log_group": Rule(
        "logs",
        "describe_log_groups",
        {"logGroupNamePrefix": "{name}"},
        "logGroups[?logGroupName=='{name}'].logGroupName",
    ),
    "aws_db_instance": Rule(
        "rds",
        "describe_db_instances",
        {"DBInstanceIdentifier": "{identifier}"},
        "DBInstances[].DBInstanceIdentifier",
    ),
    "aws_db_parameter_group": Rule(
        "rds",
        "describe_db_parameter_groups",
        {"DBParameterGroupName": "{name}"},
        "DBParameterGroups[].DBParameterGroupName",
    ),
    "aws_db_proxy": Rule("rds", "describe_db_proxies", {"DBProxyName": "{name}"}, "DBProxies[].DBProxyName"),
    "aws_db_proxy_target": Rule(
        "rds",
        "describe_db_proxy_targets",
        {"DBProxyName": "{db_proxy_name}", "TargetGroupName": "{target_group_name}"},
        "Targets[?RdsResourceId=='{db_instance_identifier}'].RdsResourceId",
        "{db_proxy_name}/{target_group_name}/RDS_INSTANCE/{found}",
    ),
    "aws_db_subnet_group": Rule(
        "rds",
        "describe_db_subnet_groups",
        {"DBSubnetGroupName": "{name}"},
        "DBSubnetGroups[].DBSubnetGroupName",
    ),
    "aws_ec2_subnet_cidr_reservation": Rule(
        "ec2",
        "get_subnet_cidr_reservations",
        {"SubnetId": "{subnet_id}"},
        "SubnetIpv4CidrReservations[?Cidr=='{cidr_block}'].SubnetCidrReservationId",
        "{subnet_id}:{found}",
    ),
    "aws_eip": Rule("ec2", "describe_addresses", TAGGED, "Addresses[].AllocationId"),
    "aws_flow_log": Rule(
        "ec2", "describe_flow_logs", filters("Filter", resource_id="{vpc_id}"), "FlowLogs[].FlowLogId"
    ),
    "aws_iam_instance_profile": Rule(
        "iam",
        "get_instance_profile",
        {"InstanceProfileName": "{name}"},
        "[InstanceProfile.InstanceProfileName]",
    ),
    "aws_iam_role": Rule("iam", "get_role", {"RoleName": "{name}"}, "[Role.RoleName]"),
    "aws_iam_service_linked_role": Rule(
        "iam",
        "list_roles",
        {"PathPrefix": "/aws-service-role/{aws_service_name}/"},
        "Roles[?ends_with(RoleName, '_{custom_suffix}')].Arn",
    ),
    "aws_internet_gateway": Rule(
        "ec2", "describe_internet_gateways", TAGGED, "InternetGateways[].InternetGatewayId"
    ),
    "aws_kms_alias": Rule("kms", "list_aliases", {}, "Aliases[?AliasName=='{name}'].AliasName"),
    "aws_launch_template": Rule(
        "ec2",
        "describe_launch_templates",
        {"LaunchTemplateNames": ["{name}"]},
        "LaunchTemplates[].LaunchTemplateId",
    ),
    "aws_lb": Rule("elbv2", "describe_load_balancers", {"Names": ["{name}"]}, "LoadBalancers[].LoadBalancerArn"),
    "aws_lb_listener": Rule(
        "elbv2",
        "describe_listeners",
        {"LoadBalancerArn": "{load_balancer_arn}"},
        "Listeners[?Port==`{port}`].ListenerArn",
    ),
    "aws_lb_listener_rule": Rule(
        "elbv2",
        "describe_rules",
        {"ListenerArn": "{listener_arn}"},
        "Rules[?contains(Conditions[].HostHeaderConfig.Values[], "
        "'{condition[0][host_header][0][values][0]}')].RuleArn",
    ),
    "aws_lb_target_group": Rule(
        "elbv2", "describe_target_groups", {"Names": ["{name}"]}, "TargetGroups[].TargetGroupArn"
    ),
    "aws_nat_gateway": Rule(
        "ec2",
        "describe_nat_gateways",
        filters("Filter", subnet_id="{subnet_id}"),
        "NatGateways[?State!='deleted'].NatGatewayId",
    ),
    "aws_route": Rule(
        "ec2",
        "describe_route_tables",
        {"RouteTableIds": ["{route_table_id}"]},
        "RouteTables[].Routes[?DestinationCidrBlock=='{destination_cidr_block}'].DestinationCidrBlock[]",
        "{route_table_id}_{found}",
    ),
    "aws_route53_query_log": Rule(
        "route53",
        "list_query_logging_configs",
        {},
        "QueryLoggingConfigs[?ends_with(HostedZoneId, '{zone_id}')].Id",
    ),
    "aws_route53_record": Rule(
        "route53",
        "list_resource_record_sets",
        {"HostedZoneId": "{zone_id}"},
        "ResourceRecordSets[?Type=='{type}' && Name=='{escaped_name}.'].Name",
        "{zone_id}_{name}_{type}",
    ),
    "aws_route53_zone": Rule(
        "route53",
        "list_hosted_zones",
        {},
        "HostedZones[?Name=='{name}.' && Config.Comment=='{comment}'].Id",
    ),
    "aws_route_table": Rule("ec2", "describe_route_tables", TAGGED, "RouteTables[].RouteTableId"),
    "aws_route_table_association": Rule(
        "ec2",
        "describe_route_tables",
        {"Filters": [{"Name": "association.subnet-id", "Values": ["{subnet_id}"]}]},
        "RouteTables[].RouteTableId",
        "{subnet_id}/{found}",
    ),
    "aws_s3_bucket": Rule("s3", "list_buckets", {}, "Buckets[?Name=='{bucket}'].Name"),
    "aws_secretsmanager_secret": Rule("secretsmanager", "describe_secret", {"SecretId": "{name}"}, "[ARN]"),
    "aws_security_group": Rule(
        "ec2",
        "describe_security_groups",
        filters(vpc_id="{vpc_id}", group_name="{name}"),
        "SecurityGroups[].GroupId",
    ),
    "aws_subnet": Rule(
        "ec2", "describe_subnets", filters(vpc_id="{vpc_id}", cidr_block="{cidr_block}"), "Subnets[].SubnetId"
    ),
    "aws_ssm_document": Rule("ssm", "describe_document", {"Name": "{name}"}, "[Document.Name]"),
    "aws_vpc": Rule("ec2", "describe_vpcs", TAGGED, "Vpcs[].VpcId"),
    "aws_vpc_endpoint": Rule(
        "ec2",
        "describe_vpc_endpoints",
        filters(vpc_id="{vpc_id}", service_name="{service_name}"),
        "VpcEndpoints[?State!='deleted'].VpcEndpointId",
    ),
    "aws_vpc_security_group_egress_rule": rule_of_a_group("true"),
    "aws_vpc_security_group_ingress_rule": rule_of_a_group("false"),
}

# A second creation overwrites them; a duplicate of the last two is harmless.
REPEATABLE = {
    "aws_acm_certificate_validation",
    "aws_autoscaling_lifecycle_hook",
    "aws_autoscaling_policy",
    "aws_cloudwatch_log_resource_policy",
    "aws_cloudwatch_metric_alarm",
    "aws_db_proxy_default_target_group",
    "aws_default_security_group",
    "aws_iam_role_policy",
    "aws_iam_role_policy_attachment",
    "aws_lb_target_group_attachment",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_versioning",
    "aws_s3_object",
    "terraform_data",
    "aws_kms_key",
    "aws_secretsmanager_secret_version",
}


def existing(resources: list[dict[str, Any]]) -> Iterator[tuple[str, str | None]]:
    for resource in resources:
        kind, values = resource["type"], dict(resource["values"])
        if kind in REPEATABLE:
            continue
        if kind == "aws_route53_record" and "name" in values:
            values["escaped_name"] = values["name"].replace("*", "\\052")  # Route 53 does the same
        rule = RULES[kind]  # a type without a rule is an error in this file
        try:
            arguments, found = filled(rule.arguments, values), rule.found.format(**values)
        except (KeyError, IndexError, TypeError):
            # Its parent is not in the state yet; it is looked up when the parent is.
            yield resource["address"], None
            continue
        ids = [each for page in pages(rule, arguments) for each in jmespath.search(found, page) or []]
        if len(ids) > 1:
            raise SystemExit(f"{resource['address']} is there more than once: {', '.join(ids)}")
        yield resource["address"], rule.id.format(found=ids[0], **values) if ids else None


def filled(template: Any, values: dict[str, Any]) -> Any:
    if isinstance(template, str):
        return template.format(**values)
    if isinstance(template, list):
        return [filled(each, values) for each in template]
    return {name: filled(each, values) for name, each in template.items()}


client = functools.cache(boto3.client)


def pages(rule: Rule, arguments: dict[str, Any]) -> Iterator[dict[str, Any]]:
    api: Any = client(rule.service)
    try:
        if api.can_paginate(rule.operation):
            yield from api.get_paginator(rule.operation).paginate(**arguments)
        else:
            yield getattr(api, rule.operation)(**arguments)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if "NotFound" not in code and "NoSuch" not in code and "Unknown" not in code:
            raise


if __name__ == "__main__":
    json.dump(dict(existing(json.load(sys.stdin))), sys.stdout)
