import { every, type Rule } from "../rule";

export const defaultSecurityGroupIsEmpty: Rule = {
  id: "default-security-group-is-empty",
  title: "The default security group of every VPC lets nothing through",
  reason: "What is started without a group of its own gets this one.",
  remedy: "Keep aws_default_security_group without rules.",
  controls: { checkov: ["CKV2_AWS_12"], securityHub: ["EC2.2"], cis: ["5.4"] },

  subjects: every("aws_vpc"),
  judge: (vpc, stack) => {
    const [group] = stack.referring("aws_default_security_group", "vpc_id", vpc);
    if (group === undefined) return "its default group is left as AWS makes it";
    return ["ingress", "egress"].map((way) =>
      group.blocks(way).length === 0 ? undefined : `its default group has ${way} rules`,
    );
  },
};
