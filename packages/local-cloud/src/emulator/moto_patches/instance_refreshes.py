"""Instance refreshes of Auto Scaling groups, which moto does not have.

moto does nothing between requests, so a refresh moves on each time that it is described: by one server, which is terminated and
launched at the same time, or by another attempt to launch it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any
from uuid import uuid4

from moto.autoscaling.exceptions import AutoscalingClientError, ValidationError
from moto.autoscaling.models import FakeAutoScalingGroup, InstanceState
from moto.autoscaling.responses import AutoScalingResponse
from moto.cloudwatch.models import cloudwatch_backends
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models.launch_templates import LaunchTemplateVersion
from moto.core.types import Base64EncodedString

from .network import end_with_delay, look
from .patch import Method, added_to, around

# By group name, newest first, as AWS describes them.
_refreshes: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)

# Failed launches in a row, by id of the refresh. AWS tries again for an hour before a refresh fails:
# https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh.html
_failed_launches: Counter[str] = Counter()
MOST_FAILED_LAUNCHES = 5

ACTIVE = ("Pending", "InProgress", "Baking", "RollbackInProgress")


@around(FakeAutoScalingGroup, "replace_autoscaling_group_instances")
def remember_the_version(original: Method, self: FakeAutoScalingGroup, count_needed: int, propagated_tags: dict[str, str]) -> None:
    """AWS describes a server with the version of the launch template with which it was launched; moto with the default version."""
    before = set(self.instance_states)
    original(count_needed, propagated_tags)
    for state in self.instance_states:
        if state not in before and self.ec2_launch_template is not None:
            state.launched_with = self.launch_template_version  # type: ignore[attr-defined]


def launch_template_of(self: InstanceState) -> dict[str, Any] | None:
    template = self.auto_scaling_group.ec2_launch_template
    if template is None:
        return None
    version = getattr(self, "launched_with", template.default_version_number)
    return {"LaunchTemplateId": template.id, "LaunchTemplateName": template.name, "Version": str(version)}


InstanceState.launch_template = property(launch_template_of)  # type: ignore[assignment,method-assign]


def user_data_of(self: LaunchTemplateVersion) -> Base64EncodedString | None:
    """AWS launches servers with every version of a launch template; moto fails for one whose user data is an empty text, which the
    provider sends for a version without any."""
    user_data = self.data.get("UserData")
    return user_data if isinstance(user_data, Base64EncodedString) else Base64EncodedString(user_data) if user_data else None


LaunchTemplateVersion.user_data = property(user_data_of)  # type: ignore[assignment,method-assign]


@added_to(AutoScalingResponse)
def start_instance_refresh(self: AutoScalingResponse) -> ActionResult:
    group = group_of(self)
    if active(group) is not None:
        message = "An Instance Refresh is already in progress and blocks the execution of this Instance Refresh."
        raise AutoscalingClientError("InstanceRefreshInProgress", message)
    desired = self._get_param("DesiredConfiguration")
    preferences = self._get_param("Preferences", {})
    if desired is None and preferences.get("AutoRollback"):
        raise ValidationError("AutoRollback cannot be set to true when no DesiredConfiguration is specified.")
    refresh = {
        "InstanceRefreshId": str(uuid4()),
        "AutoScalingGroupName": group.name,
        "Status": "Pending",
        "StartTime": utcnow(),
        "PercentageComplete": 0,
        "InstancesToUpdate": len(group.active_instances()),
        "DesiredConfiguration": desired,
        "Preferences": preferences,
        "Strategy": "Rolling",
    }
    _refreshes[group.name].insert(0, refresh)
    return ActionResult({"InstanceRefreshId": refresh["InstanceRefreshId"]})


@added_to(AutoScalingResponse)
def rollback_instance_refresh(self: AutoScalingResponse) -> ActionResult:
    refresh = needed(group_of(self))
    roll_back(refresh, "Rollback was requested.")
    return ActionResult({"InstanceRefreshId": refresh["InstanceRefreshId"]})


@added_to(AutoScalingResponse)
def cancel_instance_refresh(self: AutoScalingResponse) -> ActionResult:
    refresh = needed(group_of(self))
    refresh.update(Status="Cancelled", StatusReason="Cancelled due to user request.", EndTime=utcnow())
    return ActionResult({"InstanceRefreshId": refresh["InstanceRefreshId"]})


@added_to(AutoScalingResponse)
def describe_instance_refreshes(self: AutoScalingResponse) -> ActionResult:
    group = group_of(self)
    refresh = active(group)
    if refresh is not None:
        look()
        move_on(group, refresh)
    return ActionResult({"InstanceRefreshes": _refreshes[group.name]})


def group_of(response: AutoScalingResponse) -> FakeAutoScalingGroup:
    name = response._get_param("AutoScalingGroupName")
    groups: dict[str, FakeAutoScalingGroup] = response.autoscaling_backend.autoscaling_groups
    if name not in groups:
        raise ValidationError(f"AutoScalingGroup name not found - AutoScalingGroup {name} not found")
    return groups[name]


def active(group: FakeAutoScalingGroup) -> dict[str, Any] | None:
    return next((each for each in _refreshes[group.name] if each["Status"] in ACTIVE), None)


def needed(group: FakeAutoScalingGroup) -> dict[str, Any]:
    refresh = active(group)
    if refresh is None:
        raise AutoscalingClientError("ActiveInstanceRefreshNotFound", "No in progress or pending Instance Refresh found.")
    return refresh


def move_on(group: FakeAutoScalingGroup, refresh: dict[str, Any]) -> None:
    """One step: a server is replaced, or the status changes."""
    old = group.launch_template_version
    new = (refresh["DesiredConfiguration"] or {}).get("LaunchTemplate", {}).get("Version", old)
    if refresh["Status"] == "RollbackInProgress":
        if not replace_one(group, refresh, old):
            refresh.update(Status="RollbackSuccessful", EndTime=utcnow())
        return
    alarm = alarm_in_alarm(group, refresh)
    if alarm is not None:
        fail(refresh, f"The alarm {alarm} is in ALARM.")
    elif refresh["Status"] == "Pending":
        refresh["Status"] = "InProgress"
    elif refresh["Status"] == "InProgress":
        if replace_one(group, refresh, new):
            key = refresh["InstanceRefreshId"]
            _failed_launches[key] = _failed_launches[key] + 1 if is_short(group) else 0
            if _failed_launches[key] == MOST_FAILED_LAUNCHES:
                fail(refresh, "Launches failed.")
        else:
            refresh["Status"] = "Baking"
    else:
        group.launch_template_version = group.provided_launch_template_version = new
        refresh.update(Status="Successful", EndTime=utcnow())


def replace_one(group: FakeAutoScalingGroup, refresh: dict[str, Any], version: str) -> bool:
    """Replaces one server that has another version, or launches one that is missing; false when there is none."""
    others = [state for state in group.active_instances() if (state.launch_template or {}).get("Version") != version]
    size = group.desired_capacity or 0
    if not is_short(group):
        if not others:
            return False
        end_with_delay(others[0].instance)
        group.instance_states.remove(others[0])
    before = group.launch_template_version
    group.launch_template_version = version
    try:
        group.set_desired_capacity(size)
    finally:
        group.launch_template_version = before
    left = len([state for state in group.active_instances() if (state.launch_template or {}).get("Version") != version])
    refresh.update(InstancesToUpdate=left, PercentageComplete=100 * (size - left) // max(size, 1))
    return True


def is_short(group: FakeAutoScalingGroup) -> bool:
    return len(group.active_instances()) < (group.desired_capacity or 0)


def alarm_in_alarm(group: FakeAutoScalingGroup, refresh: dict[str, Any]) -> str | None:
    backend = group.autoscaling_backend
    alarms = cloudwatch_backends[backend.account_id][backend.region_name].alarms
    names: list[str] = (refresh["Preferences"].get("AlarmSpecification") or {}).get("Alarms", [])
    return next((name for name in names if name in alarms and alarms[name].state_value == "ALARM"), None)


def fail(refresh: dict[str, Any], reason: str) -> None:
    if refresh["Preferences"].get("AutoRollback"):
        roll_back(refresh, reason)
    else:
        refresh.update(Status="Failed", StatusReason=reason, EndTime=utcnow())


def roll_back(refresh: dict[str, Any], reason: str) -> None:
    refresh.update(Status="RollbackInProgress", RollbackDetails={"RollbackReason": reason, "RollbackStartTime": utcnow()})
