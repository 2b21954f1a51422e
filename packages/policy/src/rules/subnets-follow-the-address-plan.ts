import { containsCidr, overlapCidr } from "cidr-tools";

import { every, type Rule } from "../rule";

export const subnetsFollowTheAddressPlan: Rule = {
  id: "subnets-follow-the-address-plan",
  title: "Every subnet lies in its VPC and overlaps no other",
  reason: "AWS refuses overlapping subnets in the middle of a deployment, when half of the network stands.",
  remedy: "Correct the zone's subnets in src/config.",
  controls: {},

  subjects: every("aws_subnet"),
  judge: (subnet, stack) => {
    const cidr = subnet.text("cidr_block") ?? "";
    const vpc = subnet.target("vpc_id");
    const others = stack.of("aws_subnet").filter((each) => each !== subnet && each.target("vpc_id") === vpc);
    const range = vpc?.text("cidr_block");
    return [
      range === undefined || containsCidr(range, cidr) ? undefined : `${cidr} leaves the VPC ${range}`,
      ...others
        .filter((other) => overlapCidr(other.text("cidr_block") ?? "", cidr))
        .map((other) => `${cidr} overlaps ${other.path}`),
    ];
  },
};
