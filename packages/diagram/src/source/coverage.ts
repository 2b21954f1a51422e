import type { Resource, Stack } from "@dev-one/terraform-json/resources";

/** Sentences about what a picture shows in a generic way only; each names a resource or a metric. */
export type Notes = Set<string>;

/** Resources without a shape of their own, which the picture shows as a generic tile. */
export interface OtherResources {
  readonly type: string;
  /** Their construct paths. */
  readonly paths: readonly string[];
}

/** Resource types of a picture. */
export interface Coverage {
  /** Shown as a shape, in the text of another shape, or as an arrow. */
  readonly drawn: readonly string[];
  /** Left out, each with the reason. */
  readonly leftOut: Readonly<Record<string, string>>;
}

export const platformCoverage: Coverage = {
  drawn: [
    "aws_acm_certificate",
    "aws_autoscaling_group",
    "aws_cloudwatch_log_group",
    "aws_cloudwatch_metric_alarm",
    "aws_db_instance",
    "aws_db_proxy",
    "aws_db_subnet_group",
    "aws_eip",
    "aws_internet_gateway",
    "aws_kms_key",
    "aws_launch_template",
    "aws_lb",
    "aws_lb_listener",
    "aws_lb_listener_rule",
    "aws_nat_gateway",
    "aws_route",
    "aws_route53_record",
    "aws_route53_zone",
    "aws_s3_bucket",
    "aws_secretsmanager_secret",
    "aws_security_group",
    "aws_security_group_rule",
    "aws_subnet",
    "aws_vpc",
    "aws_vpc_endpoint",
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
  ],
  leftOut: {
    aws_acm_certificate_validation: "Terraform waits for it; the certificate is drawn",
    aws_autoscaling_lifecycle_hook: "termination of servers, not their place",
    aws_autoscaling_policy: "the action of an alarm; the group's size and the alarms are drawn",
    aws_cloudwatch_log_resource_policy: "a permission",
    aws_db_parameter_group: "settings inside the database",
    aws_db_proxy_default_target_group: "settings inside the proxy",
    aws_db_proxy_target: "the arrow from proxy to database comes from the security groups",
    aws_default_security_group: "has no rules, and nothing uses it",
    aws_ec2_subnet_cidr_reservation: "reserves the addresses of no server; the servers' addresses are drawn",
    aws_flow_log: "a setting of the VPC; its log group is counted",
    aws_iam_instance_profile: "a permission",
    aws_iam_role: "a permission",
    aws_iam_role_policy: "a permission",
    aws_iam_role_policy_attachment: "a permission",
    aws_iam_service_linked_role: "a permission",
    aws_kms_alias: "another name of the key that is drawn",
    aws_lb_target_group: "the arrow from load balancer to servers comes from the security groups",
    aws_lb_target_group_attachment: "the servers that it registers are drawn",
    aws_route53_query_log: "a setting of the public zone; its log group is counted",
    aws_route_table: "its default route is drawn",
    aws_route_table_association: "the default route of the subnet is drawn",
    aws_s3_bucket_lifecycle_configuration: "a setting of the bucket that is drawn",
    aws_s3_bucket_ownership_controls: "a setting of the bucket that is drawn",
    aws_s3_bucket_policy: "a permission",
    aws_s3_bucket_public_access_block: "a setting of the bucket that is drawn",
    aws_s3_bucket_server_side_encryption_configuration: "a setting of the bucket that is drawn",
    aws_s3_bucket_versioning: "a setting of the bucket that is drawn",
    aws_secretsmanager_secret_version: "the content of the secret that is drawn",
    terraform_data: "a trigger inside Terraform, nothing in AWS",
  },
};

export const monitoringCoverage: Coverage = {
  drawn: [
    "aws_iam_role",
    "datadog_dashboard_json",
    "datadog_integration_aws_account",
    "datadog_integration_opsgenie_service_object",
    "datadog_integration_slack_channel",
    "datadog_logs_metric",
    "datadog_monitor",
    "datadog_service_level_objective",
  ],
  leftOut: {
    aws_iam_role_policy: "what the role that is drawn may read",
    datadog_downtime_schedule: "mutes monitors; their recipients are drawn",
    datadog_integration_aws_external_id: "the external ID of the role that is drawn",
  },
};

/**
 * Resources that a picture shows as generic tiles, with a note for each type: those of other types, and those for which a
 * shape has no room, such as a second load balancer.
 */
export function othersOf(
  stack: Stack,
  { drawn, leftOut }: Coverage,
  withoutRoom: readonly Resource[],
  notes: Notes,
): OtherResources[] {
  const others = new Map<string, string[]>();
  for (const resource of stack.resources) {
    const { type, path } = resource;
    if ((drawn.includes(type) && !withoutRoom.includes(resource)) || Object.hasOwn(leftOut, type)) continue;
    others.set(type, [...(others.get(type) ?? []), path]);
  }
  return [...others].map(([type, paths]) => {
    notes.add(`${stack.name}: ${type} has no shape of its own and is drawn as a generic tile (${paths.join(", ")}).`);
    return { type, paths };
  });
}
