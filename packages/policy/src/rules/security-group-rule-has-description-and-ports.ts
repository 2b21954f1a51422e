import { every, type Rule } from "../rule";

export const securityGroupRuleHasDescriptionAndPorts: Rule = {
  id: "security-group-rule-has-description-and-ports",
  title: "Every security group rule has a description, a protocol and ports",
  reason: "A rule without a purpose is never removed, and one for all protocols allows more than was intended.",
  remedy: "Write description, protocol and ports; one rule for each purpose.",
  controls: { checkov: ["CKV_AWS_23", "CKV_AWS_382"], securityHub: ["EC2.19"] },

  subjects: every("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"),
  check: (rule) => [
    (rule.text("description") ?? "") === "" ? "it has no description" : undefined,
    rule.text("ip_protocol") === "-1" ? "ip_protocol is -1 (all protocols)" : undefined,
    rule.has("from_port") && rule.has("to_port") ? undefined : "from_port or to_port is not set",
  ],
};
