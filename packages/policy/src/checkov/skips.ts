/** A check of checkov that does not apply to a resource. */
export interface Skip {
  readonly check: string;
  /** Stack and construct path; `*` stands for any text. */
  readonly where: string;
}

/** Reasons by check and place. A skip that matches no failed check fails the run. */
export const REASONS: Readonly<Record<string, string>> = {
  "CKV_AWS_158 at */dns/query-log-group":
    "Route 53 writes query logs to us-east-1 only, where an environment of another region has no key; the names are public.",
  "CKV_AWS_260 at */network/security-groups/edge-from-anywhere-tcp-80":
    "Port 80 redirects to HTTPS, which CKV_AWS_2 checks.",
  "CKV_AWS_260 at */network/security-groups/*-from-edge-tcp-80":
    "It allows the load balancer's security group; checkov takes a rule without a CIDR for 0.0.0.0/0.",
  "CKV_AWS_338 at staging/*":
    "Logs are retained for a year in production and for a month in staging; the rule cloudwatch-log-group-retention checks both.",
  "CKV_AWS_293 at staging/database/instance":
    "Staging can be destroyed and created again by one command; production has it (production-deletion-protection).",
  "CKV_AWS_157 at staging/database/instance":
    "Multi-AZ doubles the price of staging's database; production has it (rds-backup-retention).",
  "CKV_AWS_150 at staging/edge/load-balancer":
    "Staging can be destroyed and created again by one command; production has it (production-deletion-protection).",
  "CKV2_AWS_62 at */bucket":
    "No program reacts to new objects: Terraform and servers read theirs when they start, and people read access logs.",
  "CKV_AWS_18 at */bucket":
    "One of the buckets holds the access logs; only roles of this project access the others, and CloudTrail logs that.",
  "CKV_AWS_144 at */bucket":
    "The environment is in one region. If that region is lost, the state describes resources that no longer exist.",
  "CKV_AWS_145 at */access-logs/bucket/bucket":
    "Load balancers can write access logs only to buckets with S3-managed keys (SSE-S3).",
  "CKV_AWS_145 at */servers/files/bucket/bucket":
    "Programs and settings, no secrets: with S3-managed keys (SSE-S3), pipelines of services need no permission for a KMS key.",
  "CKV2_AWS_71 at */certificate/certificate": "The design serves every name below the domain.",
  "CKV2_AWS_28 at */edge/load-balancer":
    "The design has no web application firewall: the services are APIs whose clients are known to their teams.",
  "CKV2_AWS_57 at *":
    "Keys of others are rotated where they are issued; passwords of database users by `npm run database-users -- ENV --rotate`.",
  "CKV2_AWS_5 at */network/security-groups/proxy": "RDS Proxy uses it, which checkov does not see.",
  "CKV_AWS_378 at */edge/hosts/*":
    "TLS ends at the load balancer; traffic to the servers stays within the VPC, between two security groups.",
  "CKV2_AWS_38 at */dns/zone":
    "The design has no DNSSEC: the registrar must publish a key for it, and a wrong key makes the domain unresolvable.",
  "CKV2_AWS_23 at */private-dns/servers/*":
    "The records hold the fixed addresses of the address table, which Auto Scaling assigns to instances.",
};

export const skips = Object.keys(REASONS).map((key): Skip => {
  const [check = "", where = ""] = key.split(" at ");
  return { check, where };
});
