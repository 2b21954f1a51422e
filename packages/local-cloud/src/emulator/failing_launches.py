"""Failing launches: launches in moto always succeed, and launches in AWS may fail. One fails here without a free IP address in the
subnet, which a server that is being replaced still holds. For tests, others fail, too (no capacity in the zone, a quota):

``POST /_local-cloud/failing-launches`` with ``{"group": NAME, "launches": N, "message": TEXT}`` makes the next N launches of an
Auto Scaling group fail, before or after the group is made. Other launches succeed.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import uuid4

from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult
from moto.core.utils import utcnow

from .moto_patches.instance_refreshes import active, is_short
from .moto_patches.network import free_addresses, look
from .moto_patches.patch import Method, around

NO_ADDRESS = (
    "There are not enough free addresses in subnet '{}' to satisfy the requested number of instances. Launching EC2 instance failed."
)

# By group name: number of launches to fail, and their message.
_failures: dict[str, tuple[int, str]] = {}
# By group name, newest first.
_activities: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)


def fail_next(group: str, launches: int, message: str) -> None:
    _failures[group] = (launches, message)


@around(FakeAutoScalingGroup, "replace_autoscaling_group_instances")
def fail_launches(original: Method, self: FakeAutoScalingGroup, count_needed: int, propagated_tags: dict[str, str]) -> None:
    """In AWS each launch is a scaling activity. A failed one stays in the history and has no instance."""
    launches, message = _failures.get(self.name, (0, ""))
    failing = min(launches, count_needed)
    if failing > 0:
        _failures[self.name] = (launches - failing, message)
    messages = [message] * failing
    subnet_id = (self.vpc_zone_identifier or "").split(",")[0]
    if subnet_id != "":
        free = free_addresses(self.autoscaling_backend.ec2_backend.get_subnet(subnet_id))
        messages += [NO_ADDRESS.format(subnet_id)] * max(count_needed - failing - free, 0)
    _activities[self.name] = [failed(self, each) for each in messages] + _activities[self.name]
    if count_needed > len(messages):
        original(count_needed - len(messages), propagated_tags)


def failed(group: FakeAutoScalingGroup, message: str) -> dict[str, Any]:
    now: datetime = utcnow()
    return {
        "ActivityId": str(uuid4()),
        "AutoScalingGroupName": group.name,
        "Description": f"Launching a new EC2 instance.  Status Reason: {message}",
        "Cause": f"At {now:%Y-%m-%dT%H:%M:%SZ} an instance was started in response to a difference between desired and actual capacity.",
        "StartTime": now,
        "EndTime": now,
        "StatusCode": "Failed",
        "StatusMessage": message,
        "Progress": 100,
    }


@around(AutoScalingBackend, "describe_auto_scaling_groups")
def launch_again(
    original: Method, self: AutoScalingBackend, names: list[str], filters: list[dict[str, str]] | None = None
) -> list[FakeAutoScalingGroup]:
    """AWS retries a failed launch after some time. moto does nothing between requests, so the retry happens when the group is
    described."""
    found: list[FakeAutoScalingGroup] = original(names, filters=filters)
    look()
    for group in found:
        # An instance refresh launches its own version.
        if is_short(group) and active(group) is None:
            group.set_desired_capacity(group.desired_capacity)
    return found


@around(AutoScalingResponse, "describe_scaling_activities")
def tell_failed_activities(original: Method, self: AutoScalingResponse) -> ActionResult:
    """moto stores no scaling activities; this returns the failed ones only."""
    original()
    return ActionResult({"Activities": _activities[self._get_param("AutoScalingGroupName")]})
