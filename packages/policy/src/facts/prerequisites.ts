import type { Resource, Stack } from "@dev-one/terraform-json/resources";

/** What must exist in AWS before a resource, although no argument of the resource refers to it. */
export interface Prerequisite {
  /** What happens otherwise. */
  readonly otherwise: string;
  /** Where that is documented. */
  readonly source: string;
  /** The resources that must exist before. */
  readonly resources: (resource: Resource, stack: Stack) => readonly Resource[];
}

const EC2 = "https://docs.aws.amazon.com/vpc/latest/userguide";
const RDS = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide";
const PROVIDER = "https://github.com/hashicorp/terraform-provider-aws";
const REGISTRY = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources";

const internetGateway = (source: string): Prerequisite => ({
  otherwise: "AWS refuses a public address in a VPC without an internet gateway",
  source,
  resources: (_, stack) => stack.of("aws_internet_gateway"),
});

const policiesOfRole = (otherwise: string, source: string): Prerequisite => ({
  otherwise,
  source,
  resources: (resource, stack) => rolesOf(resource).flatMap((role) => policiesOf(role, stack)),
});

const versioning = (otherwise: string, source: string): Prerequisite => ({
  otherwise,
  source,
  resources: (resource, stack) => settingOfBucket("aws_s3_bucket_versioning", resource.target("bucket"), stack),
});

const securityGroupRules = (argument: string, otherwise: string, source: string): Prerequisite => ({
  otherwise,
  source,
  resources: (resource, stack) =>
    resource
      .targets(argument)
      .flatMap((group) => [
        ...stack.referring("aws_vpc_security_group_ingress_rule", "security_group_id", group),
        ...stack.referring("aws_vpc_security_group_egress_rule", "security_group_id", group),
      ]),
});

const logGroups = (argument: string, prefix: string): Prerequisite => ({
  otherwise: "RDS creates the log group, without KMS key and without expiration",
  source: `${RDS}/USER_LogAccess.Procedural.UploadtoCloudWatch.html`,
  resources: (resource, stack) => {
    const name = `${prefix}${resource.text(argument) ?? ""}`;
    return stack
      .of("aws_cloudwatch_log_group")
      .filter((group) => `${group.text("name") ?? ""}/`.startsWith(`${name}/`));
  },
});

const NOTHING: readonly Prerequisite[] = [];

/**
 * The prerequisites of each resource type. `NOTHING`: what its arguments refer to is enough. Service-linked roles are in no line: RDS and
 * Elastic Load Balancing create theirs with the permissions of the caller, and Auto Scaling groups refer to a role of their own.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAM.ServiceLinkedRoles.html
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-service-linked-roles.html
 */
export const PREREQUISITES: Readonly<Record<string, readonly Prerequisite[]>> = {
  aws_acm_certificate: NOTHING,
  aws_acm_certificate_validation: NOTHING,
  aws_autoscaling_group: [
    {
      otherwise: "servers boot without a route to the internet and cannot install packages",
      source: `${EC2}/vpc-nat-gateway.html`,
      resources: (group, stack) => group.targets("vpc_zone_identifier").flatMap((subnet) => routesOf(subnet, stack)),
    },
    {
      otherwise: "EC2 assigns an address that is not in the address table",
      source: `${EC2}/subnet-cidr-reservation.html`,
      resources: (group, stack) =>
        group
          .targets("vpc_zone_identifier")
          .flatMap((subnet) => stack.referring("aws_ec2_subnet_cidr_reservation", "subnet_id", subnet)),
    },
  ],
  aws_autoscaling_lifecycle_hook: NOTHING,
  aws_autoscaling_policy: [
    {
      otherwise: "AWS refuses to count the requests of a target group that no listener uses",
      source: "https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PredefinedMetricSpecification.html",
      resources: (policy, stack) => {
        const targets = policy.targets("target_tracking_configuration");
        return stack
          .of("aws_lb_listener", "aws_lb_listener_rule")
          .filter((each) =>
            each.targets().some((target) => target.type === "aws_lb_target_group" && targets.includes(target)),
          );
      },
    },
  ],
  aws_cloudwatch_log_group: NOTHING,
  aws_cloudwatch_log_resource_policy: NOTHING,
  aws_cloudwatch_metric_alarm: NOTHING,
  aws_db_instance: [
    logGroups("identifier", "/aws/rds/instance/"),
    policiesOfRole("RDS refuses a role without the permissions for Enhanced Monitoring", `${PROVIDER}/issues/315`),
  ],
  aws_db_parameter_group: NOTHING,
  aws_db_proxy: [
    logGroups("name", "/aws/rds/proxy/"),
    {
      otherwise: "RDS Proxy finds no credentials in the secret",
      source: `${RDS}/rds-proxy-secrets-arns.html`,
      resources: (proxy, stack) =>
        proxy
          .targets("auth")
          .flatMap((secret) => stack.referring("aws_secretsmanager_secret_version", "secret_id", secret)),
    },
    policiesOfRole("RDS Proxy may not read its secrets", `${RDS}/rds-proxy-iam-setup.html`),
  ],
  aws_db_proxy_default_target_group: NOTHING,
  // RDS Proxy repeats its connection to the DB instance until the security groups allow it.
  aws_db_proxy_target: NOTHING,
  aws_db_subnet_group: NOTHING,
  aws_default_security_group: NOTHING,
  aws_ec2_subnet_cidr_reservation: NOTHING,
  aws_eip: [internetGateway(`${REGISTRY}/eip`)],
  aws_flow_log: [
    policiesOfRole("the flow log may not write, and its status is Access error", `${EC2}/flow-logs-iam-role.html`),
  ],
  aws_iam_instance_profile: NOTHING,
  aws_iam_openid_connect_provider: NOTHING,
  aws_iam_policy: NOTHING,
  aws_iam_role: NOTHING,
  aws_iam_role_policy: NOTHING,
  aws_iam_role_policy_attachment: NOTHING,
  aws_iam_service_linked_role: NOTHING,
  aws_internet_gateway: NOTHING,
  aws_kms_alias: NOTHING,
  aws_kms_key: NOTHING,
  aws_launch_template: [
    securityGroupRules(
      "vpc_security_group_ids",
      "servers boot without a connection to the internet and to the DNS resolver",
      `${EC2}/security-group-rules.html`,
    ),
    {
      otherwise: "servers boot without the permission",
      source: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html",
      resources: (template, stack) =>
        template
          .targets("iam_instance_profile")
          .flatMap((profile) => rolesOf(profile))
          .flatMap((role) => policiesOf(role, stack))
          .filter((policy) => !isForLater(policy)),
    },
  ],
  aws_lb: [
    {
      otherwise: "the load balancer has no route to clients, and AWS refuses it in a VPC without an internet gateway",
      source: `${PROVIDER}/pull/4587`,
      resources: (balancer, stack) =>
        balancer.flag("internal") === true
          ? []
          : balancer.targets("subnets").flatMap((subnet) => routesOf(subnet, stack)),
    },
    {
      otherwise: "Elastic Load Balancing cannot write its test object and refuses the bucket of the access logs",
      source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html",
      resources: (balancer, stack) =>
        balancer.targets("access_logs").flatMap((bucket) => settingOfBucket("aws_s3_bucket_policy", bucket, stack)),
    },
  ],
  aws_lb_listener: [
    {
      otherwise: "Elastic Load Balancing refuses a certificate that is not issued",
      source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html",
      resources: (listener, stack) =>
        listener
          .targets("certificate_arn")
          .flatMap((certificate) => stack.referring("aws_acm_certificate_validation", "certificate_arn", certificate)),
    },
  ],
  aws_lb_listener_rule: NOTHING,
  aws_lb_target_group: NOTHING,
  aws_lb_target_group_attachment: NOTHING,
  aws_nat_gateway: [internetGateway(`${REGISTRY}/nat_gateway`)],
  aws_route: NOTHING,
  aws_route53_query_log: [
    {
      otherwise: "Route 53 refuses a log group that it may not write to",
      source: "https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateQueryLoggingConfig.html",
      resources: (log, stack) =>
        log
          .targets("cloudwatch_log_group_arn")
          .flatMap((group) => stack.referring("aws_cloudwatch_log_resource_policy", "policy_document", group)),
    },
  ],
  aws_route53_record: NOTHING,
  aws_route53_zone: NOTHING,
  aws_route_table: NOTHING,
  aws_route_table_association: NOTHING,
  aws_s3_bucket: NOTHING,
  aws_s3_bucket_lifecycle_configuration: [
    versioning("rules for noncurrent versions have no effect", `${REGISTRY}/s3_bucket_lifecycle_configuration`),
  ],
  aws_s3_bucket_ownership_controls: NOTHING,
  aws_s3_bucket_policy: [
    {
      otherwise: "S3 refuses a bucket policy while the public access block of the bucket changes",
      source: `${PROVIDER}/issues/7628`,
      resources: (policy, stack) =>
        settingOfBucket("aws_s3_bucket_public_access_block", policy.target("bucket"), stack),
    },
  ],
  aws_s3_bucket_public_access_block: NOTHING,
  aws_s3_bucket_server_side_encryption_configuration: NOTHING,
  aws_s3_bucket_versioning: NOTHING,
  aws_s3_object: [
    versioning(
      "the first version of the object has no version id",
      "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
    ),
  ],
  aws_secretsmanager_secret: NOTHING,
  aws_secretsmanager_secret_version: NOTHING,
  aws_security_group: NOTHING,
  aws_ssm_document: NOTHING,
  aws_subnet: NOTHING,
  aws_vpc: NOTHING,
  aws_vpc_endpoint: [
    securityGroupRules(
      "security_group_ids",
      "the endpoint's private DNS name leads servers to a network interface that refuses them",
      "https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
    ),
  ],
  aws_vpc_security_group_egress_rule: NOTHING,
  aws_vpc_security_group_ingress_rule: NOTHING,
  datadog_dashboard_json: NOTHING,
  datadog_integration_aws_account: [
    policiesOfRole(
      "Datadog's first requests are refused",
      "https://docs.datadoghq.com/integrations/guide/aws-manual-setup/",
    ),
  ],
  datadog_integration_aws_external_id: NOTHING,
  datadog_integration_opsgenie_service_object: NOTHING,
  datadog_integration_slack_channel: NOTHING,
  datadog_logs_metric: NOTHING,
  datadog_monitor: NOTHING,
  datadog_service_level_objective: NOTHING,
  terraform_data: NOTHING,
};

const rolesOf = (resource: Resource): Resource[] => resource.targets().filter(({ type }) => type === "aws_iam_role");

const policiesOf = (role: Resource, stack: Stack): Resource[] => [
  ...stack.referring("aws_iam_role_policy", "role", role),
  ...stack.referring("aws_iam_role_policy_attachment", "role", role),
];

/**
 * Servers boot without the database, whose proxy depends on all Availability Zones, and `granted` may refer to what depends on the
 * launch template, such as its Auto Scaling group.
 */
const isForLater = (policy: Resource): boolean =>
  policy.template("name") === "granted" || policy.targets("policy").some(({ type }) => type === "aws_db_proxy");

const settingOfBucket = (type: string, bucket: Resource | undefined, stack: Stack): Resource[] =>
  bucket === undefined ? [] : stack.referring(type, "bucket", bucket);

/** Associations and routes by which a subnet reaches the internet, through the NAT gateway's subnet, too. */
function routesOf(subnet: Resource, stack: Stack): Resource[] {
  const associations = stack.referring("aws_route_table_association", "subnet_id", subnet);
  const routes = associations
    .flatMap((association) => association.targets("route_table_id"))
    .flatMap((table) => stack.referring("aws_route", "route_table_id", table));
  const gateways = routes.flatMap((route) => route.targets("nat_gateway_id"));
  return [
    ...associations,
    ...routes,
    ...gateways.flatMap((gateway) => gateway.targets("subnet_id")).flatMap((each) => routesOf(each, stack)),
  ];
}
