/** A check of checkov that does not apply to a resource, and why. */
export interface Skip {
  readonly check: string;
  /** Stack and construct path; `*` stands for any text. */
  readonly where: string;
  readonly reason: string;
}

/** A skip that matches no failed check fails the run. */
export const skips: readonly Skip[] = [
  {
    check: "CKV_AWS_158",
    where: "*/dns/query-log-group",
    reason:
      "Route 53 writes query logs to us-east-1 only, where an environment of another region has no key; the names are public.",
  },
  {
    check: "CKV_AWS_260",
    where: "*/network/security-groups/edge-from-anywhere-tcp-80",
    reason: "Port 80 redirects to HTTPS, which CKV_AWS_2 checks.",
  },
  {
    check: "CKV_AWS_260",
    where: "*/network/security-groups/servers-from-edge-tcp-80",
    reason: "It allows the load balancer's security group; checkov takes a rule without a CIDR for 0.0.0.0/0.",
  },
  {
    check: "CKV_AWS_338",
    where: "staging/*",
    reason:
      "Logs are retained for a year in production and for a month in staging; the rule cloudwatch-log-group-retention checks both.",
  },
  {
    check: "CKV_AWS_293",
    where: "staging/database/instance",
    reason:
      "Staging can be destroyed and created again by one command; production has it (production-deletion-protection).",
  },
  {
    check: "CKV_AWS_157",
    where: "staging/database/instance",
    reason: "Multi-AZ doubles the price of staging's database; production has it (rds-backup-retention).",
  },
  {
    check: "CKV_AWS_150",
    where: "staging/edge/load-balancer",
    reason:
      "Staging can be destroyed and created again by one command; production has it (production-deletion-protection).",
  },
  {
    check: "CKV2_AWS_62",
    where: "*/bucket",
    reason: "No program reacts to new objects: Terraform reads its state when it runs, and people read access logs.",
  },
  {
    check: "CKV_AWS_18",
    where: "*/bucket",
    reason:
      "One of the buckets holds the access logs; only roles of this project access the other, and CloudTrail logs that.",
  },
  {
    check: "CKV_AWS_144",
    where: "*/bucket",
    reason:
      "The environment is in one region. If that region is lost, the state describes resources that no longer exist.",
  },
  {
    check: "CKV_AWS_145",
    where: "*/access-logs/bucket/bucket",
    reason: "Load balancers can write access logs only to buckets with S3-managed keys (SSE-S3).",
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
    reason: "Datadog's API keys are rotated in Datadog; a new value is set by a variable and its version.",
  },
  {
    check: "CKV2_AWS_5",
    where: "*/network/security-groups/proxy",
    reason: "RDS Proxy uses it, which checkov does not see.",
  },
  {
    check: "CKV_AWS_378",
    where: "*/edge/hosts/*",
    reason: "TLS ends at the load balancer; traffic to the servers stays within the VPC, between two security groups.",
  },
  {
    check: "CKV2_AWS_38",
    where: "*/dns/zone",
    reason:
      "The design has no DNSSEC: the registrar must publish a key for it, and a wrong key makes the domain unresolvable.",
  },
  {
    check: "CKV2_AWS_23",
    where: "*/private-dns/servers/*",
    reason: "The records hold the fixed addresses of the address table, which Auto Scaling assigns to instances.",
  },
];
