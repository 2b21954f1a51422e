import { every, type Rule } from "../rule";
import { zoneOf } from "../zones";

export const loadBalancerIsHardened: Rule = {
  id: "load-balancer-is-hardened",
  title: "The load balancer drops malformed headers, writes logs, and stands in two zones",
  reason: "Header tricks reach servers behind it, requests without a log cannot be explained, and one zone is not two.",
  remedy: "Set drop_invalid_header_fields, access_logs, and one public subnet in each zone.",
  controls: {
    checkov: ["CKV_AWS_91", "CKV_AWS_131", "CKV_AWS_328"],
    securityHub: ["ELB.4", "ELB.5", "ELB.12", "ELB.13"],
  },

  subjects: every("aws_lb"),
  judge: (balancer) => [
    balancer.flag("drop_invalid_header_fields") === true ? undefined : "drop_invalid_header_fields is off",
    ["defensive", "strictest"].includes(balancer.text("desync_mitigation_mode") ?? "defensive")
      ? undefined
      : "desync_mitigation_mode lets smuggled requests through",
    balancer.block("access_logs")?.flag("enabled") === true ? undefined : "it writes no access logs",
    new Set(balancer.targets("subnets").map(zoneOf)).size >= 2 ? undefined : "it stands in one zone",
  ],
};
