import type { Resource, Stack } from "@dev-one/terraform-json/resources";

/** Sentences about what a picture shows in a generic way only; each names a resource or a metric. */
export type Notes = Set<string>;

/** Patterns of the resource types that a picture knows. */
interface Coverage {
  /** Shown as a shape, in the text of another shape, or as an arrow; by subject. */
  readonly drawn: Readonly<Record<string, RegExp>>;
  /** Left out, by the reason. */
  readonly leftOut: Readonly<Record<string, RegExp>>;
}

export const platformCoverage: Coverage = {
  drawn: {
    network: /^aws_(vpc|subnet|route|internet_gateway|nat_gateway|eip|vpc_endpoint)$/,
    traffic: /^aws_(security_group|security_group_rule|vpc_security_group_(egress|ingress)_rule)$/,
    entry: /^aws_(lb|lb_listener|lb_listener_rule|acm_certificate|route53_record|route53_zone)$/,
    servers: /^aws_(launch_template|autoscaling_group)$/,
    data: /^aws_(db_instance|db_proxy|db_subnet_group|s3_bucket|kms_key|secretsmanager_secret)$/,
    monitoring: /^aws_cloudwatch_(log_group|metric_alarm)$/,
  },
  leftOut: {
    "a permission of an identity": /^aws_iam_(instance_profile|role|role_policy(_attachment)?|service_linked_role)$/,
    "a permission of a resource": /^aws_(cloudwatch_log_resource|s3_bucket)_policy$/,
    "a setting of the bucket":
      /^aws_s3_bucket_(lifecycle_configuration|ownership_controls|public_access_block|versioning|server_side_encryption_configuration)$/,
    "a setting inside the database or the proxy": /^aws_db_(parameter_group|proxy_default_target_group)$/,
    "a setting whose log group is counted": /^aws_(flow_log|route53_query_log)$/,
    "the arrow to its members comes from the security groups": /^aws_(db_proxy_target|lb_target_group(_attachment)?)$/,
    "a group's size and its alarms are drawn, not what changes it": /^aws_autoscaling_(lifecycle_hook|policy)$/,
    "the default route of the subnet is drawn": /^aws_route_table(_association)?$/,
    "a part of what is drawn": /^aws_(acm_certificate_validation|kms_alias|s3_object|secretsmanager_secret_version)$/,
    "has no rules, and nothing uses it": /^aws_default_security_group$/,
    "reserves the addresses of no server; the servers' addresses are drawn": /^aws_ec2_subnet_cidr_reservation$/,
    "a command that the roll-out runs on servers": /^aws_ssm_document$/,
    "a trigger inside Terraform, nothing in AWS": /^terraform_data$/,
  },
};

export const monitoringCoverage: Coverage = {
  drawn: {
    sources: /^(aws_iam_role|datadog_integration_aws_account|datadog_logs_metric)$/,
    parts: /^datadog_(dashboard_json|monitor|service_level_objective)$/,
    recipients: /^datadog_integration_(opsgenie_service_object|slack_channel)$/,
  },
  leftOut: {
    "a setting of the role that is drawn": /^(aws_iam_role_policy|datadog_integration_aws_external_id)$/,
    "mutes monitors; their recipients are drawn": /^datadog_downtime_schedule$/,
  },
};

/**
 * Resources that a picture shows as generic tiles, by type with their construct paths, and a note for each type: those of other
 * types, and those for which a shape has no room, such as a second load balancer.
 */
export function othersOf(stack: Stack, coverage: Coverage, withoutRoom: readonly Resource[], notes: Notes) {
  const isIn = (patterns: Coverage["drawn"], type: string) =>
    Object.values(patterns).some((pattern) => pattern.test(type));
  const others = stack.resources.filter((resource) => {
    const isDrawn = isIn(coverage.drawn, resource.type) && !withoutRoom.includes(resource);
    return !isDrawn && !isIn(coverage.leftOut, resource.type);
  });
  return [...new Set(others.map(({ type }) => type))].map((type) => {
    const paths = others.filter((each) => each.type === type).map(({ path }) => path);
    notes.add(`${stack.name}: ${type} has no shape of its own and is drawn as a generic tile (${paths.join(", ")}).`);
    return { type, paths };
  });
}
