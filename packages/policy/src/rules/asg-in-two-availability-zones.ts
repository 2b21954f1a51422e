import { availabilityZoneOf } from "../facts/availability-zones";
import { every, type Rule } from "../rule";

export const asgInTwoAvailabilityZones: Rule = {
  id: "asg-in-two-availability-zones",
  title: "Auto Scaling groups behind a target group run servers in at least two Availability Zones",
  reason: "When one Availability Zone fails, the servers in the other one serve.",
  remedy: "Name at least two Availability Zones in the environment; each gets an Auto Scaling group.",
  controls: { securityHub: ["AutoScaling.2"] },

  subjects: (stack) =>
    every("aws_lb_target_group")(stack).filter(
      (target) => stack.referring("aws_autoscaling_group", "target_group_arns", target).length > 0,
    ),
  check: (target, stack) => {
    const groups = stack.referring("aws_autoscaling_group", "target_group_arns", target);
    // A group whose minimum size is 0 adds no Availability Zone.
    const permanent = groups.filter((group) => (group.number("min_size") ?? 0) > 0);
    const availabilityZones = new Set(
      permanent.flatMap((group) => group.targets("vpc_zone_identifier").map(availabilityZoneOf)),
    );
    return availabilityZones.size >= 2
      ? undefined
      : `groups with a minimum size above 0 are in ${availabilityZones.size} Availability Zone only`;
  },
};
