import { every, type Rule } from "../rule";

export const deadServersAreReplaced: Rule = {
  id: "dead-servers-are-replaced",
  title: "Groups ask the load balancer whether a server is healthy",
  reason: "EC2 sees only whether the machine runs. One whose service is dead would stay, and get traffic.",
  remedy: "Set health_check_type to ELB with a grace period, and attach the group to a target group.",
  controls: { checkov: ["CKV2_AWS_15"], securityHub: ["AutoScaling.1"] },

  subjects: every("aws_autoscaling_group"),
  judge: (group) => [
    group.text("health_check_type") === "ELB" ? undefined : "health_check_type is not ELB",
    group.has("health_check_grace_period") ? undefined : "there is no grace period",
    group.targets("target_group_arns").length > 0 ? undefined : "it serves no target group",
  ],
};
