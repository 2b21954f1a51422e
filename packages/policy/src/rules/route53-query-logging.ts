import { every, type Rule } from "../rule";

export const route53QueryLogging: Rule = {
  id: "route53-query-logging",
  title: "Public hosted zones log their DNS queries",
  reason: "Unusual query names are the first sign of an attack on DNS.",
  remedy: "Keep aws_route53_query_log for the hosted zone.",
  controls: { checkov: ["CKV2_AWS_39"], securityHub: ["Route53.2"] },

  subjects: (stack) => every("aws_route53_zone")(stack).filter((zone) => zone.blocks("vpc").length === 0),
  check: (zone, stack) =>
    stack.referring("aws_route53_query_log", "zone_id", zone).length > 0 ? undefined : "it has no query log",
};
