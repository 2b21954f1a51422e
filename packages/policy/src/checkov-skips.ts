/** A check of checkov that is not followed somewhere, and why. */
export interface Skip {
  readonly check: string;
  /** Stack and construct path; `*` stands for any text. */
  readonly where: string;
  readonly reason: string;
}

/** One that matches nothing any more fails the run, too. */
export const skips: readonly Skip[] = [
  {
    check: "CKV_AWS_158",
    where: "*/dns/query-log-group",
    reason:
      "Route 53 logs queries in us-east-1 only, where an environment of another region has no key; names are public.",
  },
  {
    check: "CKV_AWS_260",
    where: "*/network/security-groups/edge-from-anywhere-tcp-80",
    reason: "Clients that begin with plain HTTP are redirected to HTTPS; the rule listeners-speak-tls sees to that.",
  },
  {
    check: "CKV_AWS_260",
    where: "*/network/security-groups/servers-from-edge-tcp-80",
    reason:
      "It lets in the load balancer's group, not the world; checkov takes a rule without an address range for open.",
  },
  {
    check: "CKV_AWS_338",
    where: "staging/*",
    reason: "A year is for production; staging's logs are of use for a month, and the rule logs-are-kept knows both.",
  },
  {
    check: "CKV_AWS_293",
    where: "staging/database/instance",
    reason:
      "Staging can be torn down and built again by one command; production is protected (production-is-protected).",
  },
  {
    check: "CKV_AWS_157",
    where: "staging/database/instance",
    reason: "A standby doubles the price of staging's database; production has one (database-can-be-had-back).",
  },
  {
    check: "CKV_AWS_150",
    where: "staging/edge/load-balancer",
    reason:
      "Staging can be torn down and built again by one command; production is protected (production-is-protected).",
  },
  {
    check: "CKV2_AWS_62",
    where: "*/bucket",
    reason: "Nothing waits for new objects: Terraform reads its state when it runs, and people read access logs.",
  },
  {
    check: "CKV_AWS_18",
    where: "*/bucket",
    reason:
      "One of the buckets holds the access logs; for the other, every access is by a role of ours, which CloudTrail has.",
  },
  {
    check: "CKV_AWS_144",
    where: "*/bucket",
    reason: "The environment lives in one region. Without that region its state describes nothing that is there.",
  },
  {
    check: "CKV_AWS_145",
    where: "*/access-logs/bucket/bucket",
    reason: "Load balancers can write access logs to buckets with S3's own key only.",
  },
  {
    check: "CKV2_AWS_71",
    where: "*/certificate/certificate",
    reason: "The design serves every name below the domain.",
  },
  {
    check: "CKV2_AWS_28",
    where: "*/edge/load-balancer",
    reason: "The design has no web application firewall: the services are APIs whose clients are known to their teams.",
  },
  {
    check: "CKV2_AWS_57",
    where: "*/servers/datadog-api-key/secret",
    reason: "Datadog's keys are changed in Datadog; a new value comes by a variable and its version.",
  },
  {
    check: "CKV2_AWS_5",
    where: "*/network/security-groups/proxy",
    reason: "It is RDS Proxy's, which checkov does not know.",
  },
  {
    check: "CKV_AWS_378",
    where: "*/edge/hosts/*",
    reason: "TLS ends at the load balancer; what follows stays within the VPC, from its group to the servers' group.",
  },
  {
    check: "CKV2_AWS_38",
    where: "*/dns/zone",
    reason:
      "The design has no DNSSEC: the registrar must take a key for it, and a mistake there takes the domain away.",
  },
  {
    check: "CKV2_AWS_23",
    where: "*/private-dns/servers/*",
    reason: "The named servers' addresses come from the address table, and Auto Scaling gives them out.",
  },
];
