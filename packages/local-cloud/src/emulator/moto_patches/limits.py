"""Elastic Load Balancing: the limits of an account."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.elbv2.responses import ELBV2Response

from .patch import Method, around


@around(ELBV2Response, "describe_account_limits")
def allow_as_many_targets_as_aws_does(original: Method, self: ELBV2Response) -> ActionResult:
    """AWS allows 1,000 targets of an Application Load Balancer by default; moto says 30.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"""
    answer: ActionResult = original()
    result: Any = answer.result
    for limit in result["Limits"]:
        if limit["Name"] == "targets-per-application-load-balancer":
            limit["Max"] = 1000
    return answer
