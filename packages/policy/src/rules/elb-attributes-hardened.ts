import { availabilityZoneOf } from "../facts/availability-zones";
import { every, type Rule } from "../rule";

export const elbAttributesHardened: Rule = {
  id: "elb-attributes-hardened",
  title: "The load balancer drops invalid headers, writes access logs, and has subnets in two Availability Zones",
  reason:
    "Invalid headers allow request smuggling, requests without an access log cannot be investigated, and one Availability Zone can fail.",
  remedy: "Set drop_invalid_header_fields, access_logs, and one public subnet in each Availability Zone.",
  controls: {
    checkov: ["CKV_AWS_91", "CKV_AWS_131", "CKV_AWS_328"],
    securityHub: ["ELB.4", "ELB.5", "ELB.12", "ELB.13"],
  },

  subjects: every("aws_lb"),
  check: (balancer) => [
    balancer.flag("drop_invalid_header_fields") === true ? undefined : "drop_invalid_header_fields is off",
    ["defensive", "strictest"].includes(balancer.text("desync_mitigation_mode") ?? "defensive")
      ? undefined
      : "desync_mitigation_mode allows request smuggling",
    balancer.block("access_logs")?.flag("enabled") === true ? undefined : "it writes no access logs",
    new Set(balancer.targets("subnets").map(availabilityZoneOf)).size >= 2
      ? undefined
      : "its subnets are in one Availability Zone",
  ],
};
