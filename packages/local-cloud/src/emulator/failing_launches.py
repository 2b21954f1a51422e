"""Failing launches, for tests: launches in moto always succeed, and launches in AWS may fail (no capacity in the zone, a quota, an
IP address still in use).

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

from .moto_patches.patch import Method, around

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
        _activities[self.name] = [failed(self, message) for _ in range(failing)] + _activities[self.name]
    if count_needed > failing:
        original(count_needed - failing, propagated_tags)


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
    for group in found:
        if group.name in _failures and len(group.active_instances()) < (group.desired_capacity or 0):
            group.set_desired_capacity(group.desired_capacity)
    return found


@around(AutoScalingResponse, "describe_scaling_activities")
def tell_failed_activities(original: Method, self: AutoScalingResponse) -> ActionResult:
    """moto stores no scaling activities; this returns the failed ones only."""
    original()
    return ActionResult({"Activities": _activities[self._get_param("AutoScalingGroupName")]})
