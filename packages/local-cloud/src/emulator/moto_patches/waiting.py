"""Patches that only shorten the waiting: everything in the emulator is done when it is answered.

The provider waits in fixed steps, sized for AWS, for what may still be under way there. Where the answer says that nothing
is under way, it does not wait.
"""

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.elbv2.models import FakeLoadBalancer
from moto.route53.responses import Route53

from .patch import Method, around


@around(FakeLoadBalancer, "__init__")
def a_load_balancer_is_active_at_once(original: Method, self: FakeLoadBalancer, *args: object, **kwargs: object) -> None:
    """A load balancer of AWS takes minutes to become active. moto calls it `provisioning` until it is asked once, which
    costs one more round of the provider's waiting."""
    original(*args, **kwargs)
    self.activate()


@around(Route53, "change_resource_record_sets")
def records_are_in_place_at_once(original: Method, self: Route53) -> ActionResult:
    """Route 53 answers with a change that is pending, and the provider asks for it every 15 seconds. moto's change is done
    when it is answered; without a change in the answer the provider goes on."""
    return without_change(original())


@around(Route53, "create_hosted_zone")
def zones_are_in_place_at_once(original: Method, self: Route53) -> ActionResult:
    """As above, for a new zone."""
    return without_change(original())


@around(Route53, "delete_hosted_zone")
def zones_are_gone_at_once(original: Method, self: Route53) -> ActionResult:
    """As above, for a zone that is deleted."""
    return without_change(original())


def without_change(answer: ActionResult) -> ActionResult:
    return ActionResult({name: value for name, value in answer.result.items() if name != "ChangeInfo"})  # type: ignore[attr-defined]
