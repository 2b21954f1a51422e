import type { Resource } from "@dev-one/terraform-json/resources";

import type { NotPriced } from "./context";
import { parts } from "./parts";

const WIRING = "a setting of the network, which costs nothing";
const DATABASE = "a setting of the database, which costs nothing";

/** Types that cost nothing, or whose cost is in the line of another type. */
const free: readonly (readonly [types: RegExp, reason: string])[] = [
  [/^aws_acm_certificate/, "certificates for a load balancer cost nothing"],
  [/^aws_autoscaling_(lifecycle_hook|policy)$/, "Auto Scaling costs nothing beyond its servers"],
  [/^aws_cloudwatch_log_resource_policy$/, "a permission, which costs nothing"],
  [/^aws_db_(parameter|subnet)_group$/, DATABASE],
  [/^aws_db_proxy_(default_target_group|target)$/, "billed with RDS Proxy"],
  [/^aws_iam_/, "IAM costs nothing"],
  [/^aws_internet_gateway$/, "the gateway costs nothing; what leaves through it is a line of the network"],
  [/^aws_kms_alias$/, "a name of a key, which costs nothing"],
  [/^aws_lb_(listener|target_group|target_group_attachment)$/, "billed as what the load balancer carries"],
  [/^aws_route53_record$/, "records are part of their zone up to 10,000"],
  [/^aws_(route|route_table|route_table_association|subnet|vpc)$/, WIRING],
  [/^aws_(ec2_subnet_cidr_reservation|(default_)?security_group|vpc_security_group_(in|e)gress_rule)$/, WIRING],
  [
    /^aws_s3_bucket_(ownership_controls|policy|public_access_block|server_side_encryption_configuration|versioning)$/,
    "a setting of a bucket, which costs nothing",
  ],
  [/^aws_s3_object$/, "part of what is kept in its bucket"],
  [/^aws_secretsmanager_secret_version$/, "billed with its secret"],
  [
    /^datadog_(dashboard_json|downtime_schedule|monitor|service_level_objective|integration_(?!aws_account))/,
    "part of what Datadog charges for hosts",
  ],
  [/^aws_ssm_document$/, "Systems Manager charges nothing for commands on instances in EC2"],
  [/^terraform_data$/, "exists in Terraform only"],
];

/** Types that may cost something that is not in the estimate. */
const leftOut: readonly (readonly [types: RegExp, reason: string])[] = [
  [
    /^datadog_integration_aws_account$/,
    "Datadog's reads of CloudWatch, by the metric, and what Datadog bills for hosts without an agent",
  ],
  [/^datadog_logs_metric$/, "custom metrics beyond the 100 that come with each host"],
];

/** Costs that an estimate always leaves out. */
export const alwaysLeftOut: readonly string[] = [
  "Taxes, support plans, and people.",
  "Discounts: Savings Plans, reserved instances, Datadog's commitments, and what AWS gives for free each month.",
  "Servers that a service's own group adds to its smallest size.",
  "The hours above the average: the load balancer's units are those of the average hour, and AWS bills each hour by itself.",
  "Growth of the database's storage beyond what it starts with, CPU credits of burstable classes, and snapshots made by hand.",
  "Traffic between RDS Proxy and the database, and what a server reads in another zone other than the database.",
  "DNS queries from inside the VPC, the second and third year of a rotated KMS key, reads from buckets, and log searches.",
  "The domain's registration, and what a deployment or a replaced server adds for minutes.",
];

export type Coverage = ReturnType<typeof coverageOf>;

/** The resources of a type without lines. */
type Covered = Readonly<Record<"type" | "reason", string>> & { readonly count: number };

/** How the estimate covers the types that have no line; `notPriced` are those that are neither free nor left out. */
export function coverageOf(resources: readonly Resource[]) {
  const types = [...new Set(resources.map(({ type }) => type))].filter((type) => !isPriced(type)).sort();
  const coverage = { free: [] as Covered[], leftOut: [] as Covered[], notPriced: [] as NotPriced[] };
  for (const type of types) {
    const [{ address } = { address: "" }, ...others] = resources.filter((each) => each.type === type);
    const count = others.length + 1;
    const [noCost, omitted] = [free, leftOut].map((table) => table.find(([names]) => names.test(type))?.[1]);
    const more = others.length === 0 ? "" : `, of which there are ${count}`;
    if (noCost !== undefined) coverage.free.push({ type, count, reason: noCost });
    else if (omitted !== undefined) coverage.leftOut.push({ type, count, reason: omitted });
    else coverage.notPriced.push({ address, reason: `there is no price for ${type}${more}` });
  }
  return coverage;
}

/** Whether a type has lines of its own in the estimate. */
export function isPriced(type: string): boolean {
  return parts.some(({ types }) => types.includes(type));
}
