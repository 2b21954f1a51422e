"""Auto Scaling."""

from __future__ import annotations

from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError
from moto.autoscaling.models import (
    AutoScalingBackend,
    FakeAutoScalingGroup,
    FakeScalingPolicy,
    LifecycleHook,
    TerminateInstanceActivity,
)
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult

from .network import end_with_delay
from .patch import Method, around


@around(AutoScalingBackend, "create_auto_scaling_group")
def refuse_a_name_in_use(original: Method, self: AutoScalingBackend, name: str, **kwargs: Any) -> FakeAutoScalingGroup:
    """AWS rejects a second group with the same name; moto starts its instances in addition to those of the first, and in a subnet
    with addresses for one group only it fails with an internal error (500, which every client retries for minutes)."""
    if name in self.autoscaling_groups:
        raise AutoscalingClientError(
            "AlreadyExists", "AutoScalingGroup by this name already exists - A group with the same name already exists"
        )
    group: FakeAutoScalingGroup = original(name=name, **kwargs)
    return group


@around(FakeAutoScalingGroup, "replace_autoscaling_group_instances")
def let_the_groups_tags_win(
    original: Method, self: FakeAutoScalingGroup, count_needed: int, propagated_tags: dict[str, str]
) -> None:
    """In AWS a tag that a group propagates takes precedence over one with the same key in the launch template; in moto the launch
    template takes precedence. https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html"""
    of_the_group = dict(propagated_tags)
    before = {state.instance.id for state in self.instance_states}
    original(count_needed, propagated_tags)
    for state in self.instance_states:
        if state.instance.id not in before:
            state.instance.add_tags(of_the_group)


@around(AutoScalingBackend, "terminate_instance")
def launch_while_the_old_server_ends(
    original: Method, self: AutoScalingBackend, instance_id: str, should_decrement: bool
) -> TerminateInstanceActivity:
    """AWS launches the replacement while the old server ends, and again as long as there is no free IP address; moto launches it
    first, and fails with an internal error in a subnet without free addresses.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/replace-unhealthy-instance.html"""
    groups = self.autoscaling_groups.values()
    found = [(group, state) for group in groups for state in group.instance_states if state.instance.id == instance_id]
    if not found:
        raise AutoscalingClientError(
            "ValidationError", f"Instance Id not found - No managed instance found for instance ID: {instance_id}"
        )
    group, state = found[0]
    size = group.desired_capacity
    end_with_delay(state.instance)
    group.instance_states.remove(state)
    group.set_desired_capacity((size or 0) - (1 if should_decrement else 0))
    return TerminateInstanceActivity(state.instance, size)


def keep_settings_of_a_group(original: Method, self: AutoScalingResponse) -> ActionResult:
    """AWS stores the default instance warmup, the instance maintenance policy and the service-linked role of a group; moto drops
    them, and every plan would set them again."""
    answer: ActionResult = original()
    group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
    settings = {
        "default_instance_warmup": self._get_int_param("DefaultInstanceWarmup"),
        "instance_maintenance_policy": self._get_param("InstanceMaintenancePolicy"),
        "service_linked_role_arn": self._get_param("ServiceLinkedRoleARN"),
    }
    for name, value in settings.items():
        if value is not None:
            setattr(group, name, value)
    return answer


for operation in ("create_auto_scaling_group", "update_auto_scaling_group"):
    around(AutoScalingResponse, operation)(keep_settings_of_a_group)


@around(FakeScalingPolicy, "__init__")
def enable_a_new_policy(original: Method, self: FakeScalingPolicy, *args: object, **kwargs: object) -> None:
    """AWS returns a new scaling policy as enabled, and without predictive settings when there are none; moto omits the first and
    returns an empty block for the second, so that Terraform reads a disabled, predictive policy."""
    original(*args, **kwargs)
    self.enabled = True  # type: ignore[attr-defined]
    if not self.predictive_scaling_configuration:
        self.predictive_scaling_configuration = None  # type: ignore[assignment]


@around(LifecycleHook, "__init__")
def notify_only_a_given_target(original: Method, self: LifecycleHook, *args: object, **kwargs: object) -> None:
    """A lifecycle hook in AWS has no notification target by default; moto adds a queue and a role, and Terraform would remove them.
    No hook of this project has a target."""
    original(*args, **kwargs)
    self.role_arn = None  # type: ignore[assignment]
    self.notification_target_arn = None  # type: ignore[assignment]
