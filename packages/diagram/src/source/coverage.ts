import { UserError } from "@dev-one/cli/user-error";

import type { TerraformJson } from "./terraform-json";

/** Resource types that a picture shows: as a shape, in the text of another shape, or as an arrow. */
export type Drawn = readonly string[];
/** Resource types that a picture leaves out, each with the reason. */
export type LeftOut = Readonly<Record<string, string>>;

/** Resource types that the picture of the platform shows. */
export const platformDrawn: Drawn = [
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
  "aws_subnet",
  "aws_vpc",
  "aws_vpc_endpoint",
  "aws_vpc_security_group_egress_rule",
  "aws_vpc_security_group_ingress_rule",
];

export const platformLeftOut: LeftOut = {
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
};

/** Resource types that the picture of monitoring shows. */
export const monitoringDrawn: Drawn = [
  "aws_iam_role",
  "datadog_dashboard_json",
  "datadog_integration_aws_account",
  "datadog_integration_opsgenie_service_object",
  "datadog_integration_slack_channel",
  "datadog_logs_metric",
  "datadog_monitor",
  "datadog_service_level_objective",
];

export const monitoringLeftOut: LeftOut = {
  aws_iam_role_policy: "what the role that is drawn may read",
  datadog_downtime_schedule: "mutes monitors; their recipients are drawn",
  datadog_integration_aws_external_id: "the external ID of the role that is drawn",
};

/**
 * Checks that every resource type is drawn or left out for a reason.
 * @throws UserError naming the first resource type that is neither drawn nor left out for a reason
 */
export function checkCoverage(stack: TerraformJson, drawn: Drawn, leftOut: LeftOut): void {
  const unknown = stack.resources.find(({ type }) => !drawn.includes(type) && !Object.hasOwn(leftOut, type));
  if (unknown !== undefined) {
    throw new UserError(
      `The picture of stack ${stack.name} neither draws nor leaves out ${unknown.type} (${unknown.path}); ` +
        "draw it, or list it with the reason in packages/diagram/src/source/coverage.ts.",
    );
  }
}
