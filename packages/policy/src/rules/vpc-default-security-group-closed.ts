import { every, type Rule } from "../rule";

export const vpcDefaultSecurityGroupClosed: Rule = {
  id: "vpc-default-security-group-closed",
  title: "The default security group of every VPC has no rules",
  reason: "A resource that is created without a security group gets this one.",
  remedy: "Keep aws_default_security_group without rules.",
  controls: { checkov: ["CKV2_AWS_12"], securityHub: ["EC2.2"], cis: ["5.4"] },

  subjects: every("aws_vpc"),
  check: (vpc, stack) => {
    const [group] = stack.referring("aws_default_security_group", "vpc_id", vpc);
    if (group === undefined) return "aws_default_security_group is missing: the group has AWS's default rules";
    return ["ingress", "egress"].map((direction) =>
      group.blocks(direction).length === 0 ? undefined : `its default security group has ${direction} rules`,
    );
  },
};
