import { every, type Rule } from "../rule";

export const securityGroupRulesAreNarrow: Rule = {
  id: "security-group-rules-are-narrow",
  title: "Every rule of a security group says what it is for, and names protocol and ports",
  reason: "A rule that nobody can explain is never taken away, and one for all protocols allows what nobody meant.",
  remedy: "Write description, protocol and ports; one rule for each purpose.",
  controls: { checkov: ["CKV_AWS_23", "CKV_AWS_382"], securityHub: ["EC2.19"] },

  subjects: every("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"),
  judge: (rule) => [
    (rule.text("description") ?? "") === "" ? "it has no description" : undefined,
    rule.text("ip_protocol") === "-1" ? "it is for all protocols" : undefined,
    rule.has("from_port") && rule.has("to_port") ? undefined : "it names no ports",
  ],
};
