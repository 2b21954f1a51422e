import { UserError } from "@dev-one/cli/user-error";

import { parts } from "./parts";
import { printable, type Resource } from "./resources/resource";

const IAM = "IAM costs nothing";
const WIRING = "a setting of the network, which costs nothing";
const BUCKET = "a setting of a bucket, which costs nothing";
const BALANCER = "billed as what the load balancer carries";
const DATADOG = "part of what Datadog charges for hosts";

/** Types that cost nothing, or whose cost is in the line of another type. */
const free: Readonly<Record<string, string>> = {
  aws_acm_certificate: "certificates for a load balancer cost nothing",
  aws_acm_certificate_validation: "certificates for a load balancer cost nothing",
  aws_autoscaling_lifecycle_hook: "Auto Scaling costs nothing beyond its servers",
  aws_autoscaling_policy: "Auto Scaling costs nothing beyond its servers",
  aws_cloudwatch_log_resource_policy: "a permission, which costs nothing",
  aws_db_parameter_group: "a setting of the database, which costs nothing",
  aws_db_proxy_default_target_group: "billed with RDS Proxy",
  aws_db_proxy_target: "billed with RDS Proxy",
  aws_db_subnet_group: "a setting of the database, which costs nothing",
  aws_default_security_group: WIRING,
  aws_ec2_subnet_cidr_reservation: WIRING,
  aws_iam_instance_profile: IAM,
  aws_iam_openid_connect_provider: IAM,
  aws_iam_policy: IAM,
  aws_iam_role: IAM,
  aws_iam_role_policy: IAM,
  aws_iam_role_policy_attachment: IAM,
  aws_iam_service_linked_role: IAM,
  aws_internet_gateway: "the gateway costs nothing; what leaves through it is a line of the network",
  aws_kms_alias: "a name of a key, which costs nothing",
  aws_lb_listener: BALANCER,
  aws_lb_target_group: BALANCER,
  aws_lb_target_group_attachment: BALANCER,
  aws_route: WIRING,
  aws_route53_record: "records are part of their zone up to 10,000",
  aws_route_table: WIRING,
  aws_route_table_association: WIRING,
  aws_s3_bucket_ownership_controls: BUCKET,
  aws_s3_bucket_policy: BUCKET,
  aws_s3_bucket_public_access_block: BUCKET,
  aws_s3_bucket_server_side_encryption_configuration: BUCKET,
  aws_s3_bucket_versioning: BUCKET,
  aws_secretsmanager_secret_version: "billed with its secret",
  aws_security_group: WIRING,
  aws_subnet: WIRING,
  aws_vpc: WIRING,
  aws_vpc_security_group_egress_rule: WIRING,
  aws_vpc_security_group_ingress_rule: WIRING,
  datadog_dashboard_json: DATADOG,
  datadog_downtime_schedule: DATADOG,
  datadog_integration_aws_external_id: DATADOG,
  datadog_integration_opsgenie_service_object: DATADOG,
  datadog_integration_slack_channel: DATADOG,
  datadog_monitor: DATADOG,
  datadog_service_level_objective: DATADOG,
  terraform_data: "exists in Terraform only",
};

/** Types that may cost something that is not in the estimate. */
const leftOut: Readonly<Record<string, string>> = {
  datadog_integration_aws_account:
    "Datadog's reads of CloudWatch, by the metric, and what Datadog bills for hosts without an agent",
  datadog_logs_metric: "custom metrics beyond the 100 that come with each host",
};

/** Costs that an estimate always leaves out. */
export const alwaysLeftOut: readonly string[] = [
  "Taxes, support plans, and people.",
  "Discounts: Savings Plans, reserved instances, Datadog's commitments, and what AWS gives for free each month.",
  "The hours above the average: the load balancer's units are those of the average hour, and AWS bills each hour by itself.",
  "Growth of the database's storage beyond what it starts with, CPU credits of burstable classes, and snapshots made by hand.",
  "Traffic between RDS Proxy and the database, and what a server reads in another zone other than the database.",
  "DNS queries from inside the VPC, the second and third year of a rotated KMS key, reads from buckets, and log searches.",
  "The domain's registration, and what a deployment or a replaced server adds for minutes.",
];

export interface Covered {
  readonly type: string;
  readonly count: number;
  readonly reason: string;
}

export interface Coverage {
  readonly priced: readonly { readonly type: string; readonly count: number; readonly part: string }[];
  readonly free: readonly Covered[];
  readonly leftOut: readonly Covered[];
}

/** How the estimate covers each type of resource. @throws UserError for a type that it does not cover */
export function coverageOf(resources: readonly Resource[]): Coverage {
  const byType = new Map<string, Resource[]>();
  for (const resource of resources) byType.set(resource.type, [...(byType.get(resource.type) ?? []), resource]);
  const types = [...byType].sort(([one], [other]) => (one < other ? -1 : 1));
  for (const [type, [first]] of types) {
    if (partOf(type) === undefined && !Object.hasOwn(free, type) && !Object.hasOwn(leftOut, type)) {
      throw new UserError(
        `There is no price for ${printable(type)} (${printable(first?.address ?? "")}): price it in packages/cost/src/parts, or say in packages/cost/src/coverage.ts why it costs nothing.`,
      );
    }
  }
  const within = (reasons: Readonly<Record<string, string>>): Covered[] =>
    types.flatMap(([type, { length }]) => {
      const reason = Object.hasOwn(reasons, type) ? reasons[type] : undefined;
      return reason === undefined ? [] : [{ type, count: length, reason }];
    });
  return {
    priced: types.flatMap(([type, { length }]) => {
      const part = partOf(type);
      return part === undefined ? [] : [{ type, count: length, part }];
    }),
    free: within(free),
    leftOut: within(leftOut),
  };
}

/** Whether a type has lines of its own in the estimate. */
export function isPriced(type: string): boolean {
  return partOf(type) !== undefined;
}

function partOf(type: string): string | undefined {
  return parts.find(({ types }) => types.includes(type))?.name;
}
