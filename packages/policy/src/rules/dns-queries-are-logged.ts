import { every, type Rule } from "../rule";

export const dnsQueriesAreLogged: Rule = {
  id: "dns-queries-are-logged",
  title: "Public zones log what is asked for",
  reason: "Who looked for which names is how an attack on DNS is first seen.",
  remedy: "Keep aws_route53_query_log for the zone.",
  controls: { checkov: ["CKV2_AWS_39"], securityHub: ["Route53.2"] },

  subjects: (stack) => every("aws_route53_zone")(stack).filter((zone) => zone.blocks("vpc").length === 0),
  judge: (zone, stack) =>
    stack.referring("aws_route53_query_log", "zone_id", zone).length > 0 ? undefined : "its queries are not logged",
};
