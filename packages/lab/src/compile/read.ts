import { UserError } from "@dev-one/cli/user-error";
import type { Block, Resource, Stack } from "@dev-one/terraform-json/resources";

/** Types without traffic: identity, keys, storage, logs, alarms, deployment order, and names that Terraform only reads. */
const NO_TRAFFIC = new Set(
  `aws_acm_certificate_validation aws_autoscaling_lifecycle_hook aws_autoscaling_policy aws_cloudwatch_log_group
  aws_cloudwatch_log_resource_policy aws_cloudwatch_metric_alarm aws_flow_log aws_iam_instance_profile aws_iam_role aws_iam_role_policy
  aws_iam_role_policy_attachment aws_iam_service_linked_role aws_kms_alias aws_kms_key aws_route53_query_log aws_s3_bucket
  aws_s3_bucket_lifecycle_configuration aws_s3_bucket_ownership_controls aws_s3_bucket_policy aws_s3_bucket_public_access_block
  aws_s3_bucket_server_side_encryption_configuration aws_s3_bucket_versioning aws_s3_object aws_secretsmanager_secret
  aws_secretsmanager_secret_version aws_ssm_document terraform_data`.split(/\s+/),
);

/**
 * The arguments of each type that carries traffic, with those of its blocks after a dot: first those that the lab builds, then those
 * that have no effect on packets.
 */
const ARGUMENTS: Readonly<Record<string, readonly [built: string, without: string]>> = {
  aws_vpc: ["cidr_block enable_dns_support", "enable_dns_hostnames"],
  aws_subnet: ["availability_zone_id cidr_block vpc_id", "map_public_ip_on_launch"],
  aws_ec2_subnet_cidr_reservation: ["cidr_block reservation_type subnet_id", "description"],
  aws_internet_gateway: ["vpc_id", ""],
  aws_eip: ["domain", ""],
  aws_nat_gateway: ["allocation_id connectivity_type subnet_id", ""],
  aws_route_table: ["vpc_id", ""],
  aws_route: ["destination_cidr_block gateway_id nat_gateway_id route_table_id", ""],
  aws_route_table_association: ["route_table_id subnet_id", ""],
  // A gateway endpoint adds AWS's own prefix list to route tables; an interface endpoint is a host.
  aws_vpc_endpoint: [
    "security_group_ids service_name subnet_ids vpc_endpoint_type vpc_id",
    "private_dns_enabled route_table_ids",
  ],
  aws_security_group: ["name vpc_id", "description revoke_rules_on_delete"],
  aws_default_security_group: ["ingress egress vpc_id", ""],
  ...Object.fromEntries(
    ["ingress", "egress"].map((direction) => [
      `aws_vpc_security_group_${direction}_rule`,
      [
        "cidr_ipv4 from_port ip_protocol referenced_security_group_id security_group_id to_port",
        "description",
      ] as const,
    ]),
  ),
  aws_launch_template: [
    "name user_data vpc_security_group_ids",
    `block_device_mappings description iam_instance_profile image_id instance_type metadata_options monitoring tag_specifications
    update_default_version`,
  ],
  aws_autoscaling_group: [
    "desired_capacity launch_template max_size min_size name target_group_arns vpc_zone_identifier",
    `default_instance_warmup enabled_metrics health_check_grace_period health_check_type ignore_failed_scaling_activities
    instance_maintenance_policy metrics_granularity service_linked_role_arn tag wait_for_capacity_timeout`,
  ],
  aws_acm_certificate: ["domain_name subject_alternative_names", "key_algorithm validation_method"],
  aws_lb: [
    "client_keep_alive idle_timeout internal ip_address_type load_balancer_type name security_groups subnets",
    "access_logs desync_mitigation_mode drop_invalid_header_fields enable_deletion_protection enable_zonal_shift",
  ],
  aws_lb_listener: [
    `certificate_arn load_balancer_arn port protocol ssl_policy default_action.type default_action.target_group_arn
    default_action.redirect.port default_action.redirect.protocol default_action.redirect.status_code
    default_action.fixed_response.content_type default_action.fixed_response.message_body default_action.fixed_response.status_code`,
    "",
  ],
  aws_lb_listener_rule: [
    "action.type action.target_group_arn condition.host_header.values condition.source_ip.values listener_arn priority",
    "",
  ],
  aws_lb_target_group: [
    `deregistration_delay health_check.healthy_threshold health_check.interval health_check.matcher health_check.path
    health_check.protocol health_check.timeout health_check.unhealthy_threshold load_balancing_algorithm_type
    load_balancing_cross_zone_enabled name port protocol target_group_health.dns_failover.minimum_healthy_targets_count
    target_group_health.dns_failover.minimum_healthy_targets_percentage
    target_group_health.unhealthy_state_routing.minimum_healthy_targets_count
    target_group_health.unhealthy_state_routing.minimum_healthy_targets_percentage target_type vpc_id`,
    "",
  ],
  aws_lb_target_group_attachment: ["port target_group_arn target_id", ""],
  aws_route53_zone: ["name vpc.vpc_id", "comment force_destroy"],
  aws_route53_record: [
    "alias.name name records ttl type zone_id",
    "alias.evaluate_target_health alias.zone_id allow_overwrite",
  ],
  aws_db_instance: [
    "db_name db_subnet_group_name engine engine_version identifier multi_az parameter_group_name port username vpc_security_group_ids",
    `allocated_storage allow_major_version_upgrade apply_immediately auto_minor_version_upgrade backup_retention_period backup_window
    ca_cert_identifier copy_tags_to_snapshot delete_automated_backups deletion_protection enabled_cloudwatch_logs_exports
    final_snapshot_identifier iam_database_authentication_enabled instance_class kms_key_id maintenance_window
    manage_master_user_password master_user_secret_kms_key_id max_allocated_storage monitoring_interval monitoring_role_arn
    performance_insights_enabled performance_insights_kms_key_id performance_insights_retention_period publicly_accessible
    skip_final_snapshot storage_encrypted storage_type`,
  ],
  aws_db_subnet_group: ["name subnet_ids", "description"],
  aws_db_parameter_group: ["family name parameter.name parameter.value parameter.apply_method", "description"],
  aws_db_proxy: [
    "engine_family idle_client_timeout name require_tls vpc_security_group_ids vpc_subnet_ids",
    "auth debug_logging role_arn",
  ],
  aws_db_proxy_default_target_group: [
    "connection_pool_config.connection_borrow_timeout connection_pool_config.max_connections_percent db_proxy_name",
    "connection_pool_config.max_idle_connections_percent",
  ],
  aws_db_proxy_target: ["db_instance_identifier db_proxy_name target_group_name", ""],
};

const META_ARGUMENTS = ["depends_on", "lifecycle", "tags"];

/** The arguments that the lab builds from, of each type that carries traffic; those of a block after a dot. */
export function builtArguments(type: string): string[] {
  return (ARGUMENTS[type]?.[0] ?? "").split(/\s+/).filter((each) => each !== "");
}

/**
 * Refuses a stack with a type or an argument that the lab does not know, because what it leaves out would be measured as absent.
 * @throws UserError with one sentence for each
 */
export function refuseUnknown(stack: Stack): void {
  const problems = stack.resources.flatMap((resource) => {
    if (NO_TRAFFIC.has(resource.type)) return [];
    const known = ARGUMENTS[resource.type];
    if (known === undefined) {
      return [
        `${resource.address}: the lab does not know the type ${resource.type}; add it to packages/lab/src/compile/read.ts, as traffic that is built or as a type without traffic.`,
      ];
    }
    const all = [...META_ARGUMENTS, ...known.join(" ").split(/\s+/)];
    return unknownIn(resource, all, "").map(
      (argument) =>
        `${resource.address}: the lab does not know the argument ${argument}; add it to packages/lab/src/compile/read.ts and to the compiler.`,
    );
  });
  if (problems.length > 0) throw new UserError(problems.join("\n"));
}

function unknownIn(block: Block, known: readonly string[], prefix: string): string[] {
  return block.names().flatMap((name) => {
    const path = `${prefix}${name}`;
    if (known.includes(path)) return [];
    if (!known.some((each) => each.startsWith(`${path}.`))) return [path];
    return block.blocks(name).flatMap((inner) => unknownIn(inner, known, `${path}.`));
  });
}

/** A value that the lab cannot build. */
export function unsupported(resource: Resource, argument: string, value: unknown, supported: string): UserError {
  const found = value === undefined ? "is missing" : `is ${JSON.stringify(value)}`;
  return new UserError(`${resource.address}: ${argument} ${found}, and the lab builds ${supported}.`);
}

/** @throws UserError when it is missing */
export function requiredText(resource: Resource, argument: string): string {
  const value = resource.text(argument);
  if (value === undefined) throw unsupported(resource, argument, value, "from a constant only");
  return value;
}

/** The resource of a type that an argument refers to. @throws UserError when there is none */
export function requiredTarget(resource: Resource, argument: string, type: string): Resource {
  const target = resource.targets(argument).find((each) => each.type === type);
  if (target === undefined)
    throw unsupported(resource, argument, resource.values[argument], `from a reference to ${type} only`);
  return target;
}

/** One of some values. @throws UserError when it is another one */
export function oneOf<T extends string>(
  resource: Resource,
  argument: string,
  values: readonly T[],
  block: Block = resource,
): T {
  const name = argument.split(".").at(-1) ?? argument;
  const value = block.text(name);
  const found = values.find((each) => each === value);
  if (found === undefined) throw unsupported(resource, argument, value, `${values.join(" or ")} only`);
  return found;
}
