"""Route 53."""

from __future__ import annotations

from moto.route53.models import QueryLoggingConfig, Route53Backend
from moto.route53.responses import Route53

from .patch import Method, around


@around(Route53, "_get_bool_param")
def a_zone_with_a_vpc_is_private(original: Method, self: Route53, name: str, *default: bool) -> bool:
    """AWS makes a hosted zone private when it is created with a VPC; moto requires a flag that the AWS provider never sends,
    creates a public zone and drops the VPC."""
    if name == "HostedZoneConfig.PrivateZone" and self._get_param("VPC.VPCId") is not None:
        return True
    return bool(original(name, *default))


@around(Route53Backend, "create_query_logging_config")
def take_a_plain_log_group_arn(
    original: Method, self: Route53Backend, hosted_zone_id: str, log_group_arn: str
) -> QueryLoggingConfig:
    """AWS accepts the ARN of a log group with and without the trailing `:*` and stores it as given; moto accepts it only with that
    suffix, which the AWS provider removes."""
    plain = log_group_arn.removesuffix(":*")
    configuration: QueryLoggingConfig = original(hosted_zone_id, f"{plain}:*")
    configuration.cloud_watch_logs_log_group_arn = log_group_arn
    return configuration
