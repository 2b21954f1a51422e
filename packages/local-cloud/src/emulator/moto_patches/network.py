"""EC2: the network and the launch templates."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.instances import Instance, InstanceState
from moto.ec2.models.launch_templates import LaunchTemplateVersion
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.models.subnets import Subnet
from moto.ec2.responses.subnets import Subnets

from .patch import Method, around


@around(Subnets, "create_subnet_cidr_reservation")
def keep_the_description_of_a_reservation(original: Method, self: Subnets) -> ActionResult:
    """AWS stores the description of a CIDR reservation; moto drops it, and Terraform would replace every reservation."""
    answer: ActionResult = original()
    result: Any = answer.result
    result["SubnetCidrReservation"].description = self._get_param("Description")
    return answer


# For how many looks at a group or an instance refresh an interface still exists. In AWS it is minutes: moto has no time.
LOOKS = 2
# Network interfaces of servers that their group replaces, and how many looks are left.
_ending: list[tuple[NetworkInterface, int]] = []


def end_with_delay(instance: Instance) -> None:
    """Terminates a server that its group replaces. AWS launches the new one at the same time, and the network interface holds the IP
    address until the old one is shut down."""
    _ending.extend((interface, LOOKS) for interface in instance.nics.values())
    instance.ec2_backend.terminate_instances([instance.id])


def look() -> None:
    """Time passes: interfaces that have been looked at often enough are deleted."""
    ended = [interface for interface, looks in _ending if looks == 1]
    _ending[:] = [(interface, looks - 1) for interface, looks in _ending if looks > 1]
    for interface in ended:
        interface.delete()


def free_addresses(subnet: Subnet) -> int:
    """Number of addresses that EC2 may assign; moto's own number contains those of explicit CIDR reservations."""
    reserved = subnet._reserved_ips | subnet.aws_reserved_ips
    return sum(1 for host in subnet.cidr.hosts() if host not in reserved and str(host) not in subnet._subnet_ips)


@around(Instance, "terminate")
def free_the_address_of_a_terminated_instance(original: Method, self: Instance) -> InstanceState:
    """AWS deletes the network interface of a terminated instance and releases its IP address; moto keeps both, and a group in a
    subnet without free addresses cannot replace a server.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html"""
    for interface in self.nics.values():
        interface.delete_on_termination = all(interface is not each for each, _ in _ending)
    previous: InstanceState = original()
    return previous


def description_of_a_rule(rule: SecurityGroupRule) -> str | None:
    """AWS stores the description of every security group rule; moto reads it from CIDR ranges only and drops that of a rule that
    refers to a security group, and every plan would set it again."""
    for source in (rule.ip_range, rule.source_group):
        if source and source.get("Description") is not None:
            return str(source["Description"])
    return None


SecurityGroupRule.description = property(description_of_a_rule)  # type: ignore[assignment,method-assign]


@around(LaunchTemplateVersion, "__init__")
def keep_a_templates_own_tags_apart(
    original: Method, self: LaunchTemplateVersion, template: Any, number: int, data: dict[str, Any], description: str
) -> None:
    """The tags of a launch template are not part of its data; moto adds them to the data as a tag specification of type
    `launch-template`, and every plan would remove that."""
    specifications = data.get("TagSpecifications", [])
    own = [each for each in specifications if each["ResourceType"] == "launch-template"]
    if own:
        data = {**data, "TagSpecifications": [each for each in specifications if each not in own]}
    original(template, number, data, description)
