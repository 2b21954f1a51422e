"""Patches that only shorten waits: the emulator completes every operation before it responds.

The provider polls at fixed intervals, chosen for AWS, for operations in progress. When the response shows that an operation is
complete, the provider does not wait.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.elbv2.models import FakeLoadBalancer
from moto.route53.responses import Route53

from .patch import Method, around


@around(FakeLoadBalancer, "__init__")
def a_load_balancer_is_active_at_once(original: Method, self: FakeLoadBalancer, *args: object, **kwargs: object) -> None:
    """A load balancer in AWS takes minutes to become active. moto returns `provisioning` in the first response, which costs one
    more polling interval of the provider."""
    original(*args, **kwargs)
    self.activate()


def without_change(original: Method, self: Route53) -> ActionResult:
    """Route 53 returns a pending change, and the provider polls it every 15 seconds. moto completes the change before it responds;
    without a change in the response the provider continues immediately."""
    result: dict[str, Any] = original().result
    return ActionResult({name: value for name, value in result.items() if name != "ChangeInfo"})


for operation in ("change_resource_record_sets", "create_hosted_zone", "delete_hosted_zone"):
    around(Route53, operation)(without_change)
