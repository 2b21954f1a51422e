import { containsCidr, overlapCidr } from "cidr-tools";

import { every, type Rule } from "../rule";

export const vpcSubnetsDoNotOverlap: Rule = {
  id: "vpc-subnets-do-not-overlap",
  title: "Every subnet's CIDR lies in its VPC's and overlaps no other",
  reason: "AWS rejects overlapping subnets in the middle of a deployment, when half of the network exists.",
  remedy: "Correct the subnets of the Availability Zone in src/environments.",
  controls: {},

  subjects: every("aws_subnet"),
  check: (subnet, stack) => {
    const cidr = subnet.text("cidr_block") ?? "";
    const vpc = subnet.target("vpc_id");
    const others = stack.of("aws_subnet").filter((each) => each !== subnet && each.target("vpc_id") === vpc);
    const range = vpc?.text("cidr_block");
    return [
      range === undefined || containsCidr(range, cidr) ? undefined : `${cidr} is outside of the VPC's ${range}`,
      ...others
        .filter((other) => overlapCidr(other.text("cidr_block") ?? "", cidr))
        .map((other) => `${cidr} overlaps ${other.path}`),
    ];
  },
};
