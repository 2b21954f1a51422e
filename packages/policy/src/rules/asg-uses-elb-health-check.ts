import { every, type Rule } from "../rule";

export const asgUsesElbHealthCheck: Rule = {
  id: "asg-uses-elb-health-check",
  title: "Auto Scaling groups use the load balancer's health check",
  reason:
    "An EC2 health check sees only whether the instance runs. An instance whose service has stopped would stay in the group and get traffic.",
  remedy: "Set health_check_type to ELB with a grace period, and attach the group to a target group.",
  controls: { checkov: ["CKV2_AWS_15"], securityHub: ["AutoScaling.1"] },

  subjects: every("aws_autoscaling_group"),
  check: (group) => [
    group.text("health_check_type") === "ELB" ? undefined : "health_check_type is not ELB",
    group.has("health_check_grace_period") ? undefined : "health_check_grace_period is not set",
    group.targets("target_group_arns").length > 0 ? undefined : "it has no target group",
  ],
};
