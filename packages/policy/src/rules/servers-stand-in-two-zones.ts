import { every, type Rule } from "../rule";
import { zoneOf } from "../zones";

export const serversStandInTwoZones: Rule = {
  id: "servers-stand-in-two-zones",
  title: "The servers behind a target group stand in two zones or more",
  reason: "When a zone is lost, the others serve.",
  remedy: "Name at least two zones in the environment; the groups follow.",
  controls: { securityHub: ["AutoScaling.2"] },

  subjects: (stack) =>
    every("aws_lb_target_group")(stack).filter(
      (target) => stack.referring("aws_autoscaling_group", "target_group_arns", target).length > 0,
    ),
  judge: (target, stack) => {
    const groups = stack.referring("aws_autoscaling_group", "target_group_arns", target);
    // A group that may be empty holds no zone up.
    const lasting = groups.filter((group) => (group.number("min_size") ?? 0) > 0);
    const zones = new Set(lasting.flatMap((group) => group.targets("vpc_zone_identifier").map(zoneOf)));
    return zones.size >= 2 ? undefined : `its servers that always run stand in ${zones.size} zone`;
  },
};
