import { type Case, type Resources, set, type Values } from "../support";

const flowLog = (depends_on: readonly string[]) => ({
  aws_iam_role: { r: {} },
  aws_iam_role_policy: { p: { role: "${aws_iam_role.r.id}" } },
  aws_flow_log: { f: { iam_role_arn: "${aws_iam_role.r.arn}", depends_on } },
});

export const order: readonly Case[] = [
  {
    rule: "resources-depend-on-prerequisites",
    fails: flowLog([]),
    says: "it does not depend on aws_iam_role_policy.p: otherwise the flow log may not write, and its status is Access error",
    passes: flowLog(["aws_iam_role_policy.p"]),
    breaks: set("aws_lb", { depends_on: [] }),
  },
];

/** A resource of each prerequisite, the address of what it does not depend on, and the other resources. */
export type Example = readonly [type: string, values: Values, prerequisite: string, others: Resources];

const role = { aws_iam_role: { r: {} }, aws_iam_role_policy: { p: { role: "${aws_iam_role.r.id}" } } };
const routes = {
  aws_subnet: { s: {} },
  aws_route_table: { t: {} },
  aws_route_table_association: {
    a: { subnet_id: "${aws_subnet.s.id}", route_table_id: "${aws_route_table.t.id}" },
  },
};
const bucket = (type: string) => ({ aws_s3_bucket: { b: {} }, [type]: { x: { bucket: "${aws_s3_bucket.b.id}" } } });
const inBucket = { bucket: "${aws_s3_bucket.b.id}" };
const rules = {
  aws_security_group: { g: {} },
  aws_vpc_security_group_egress_rule: { e: { security_group_id: "${aws_security_group.g.id}" } },
};

export const examples: readonly Example[] = [
  ["aws_autoscaling_group", { vpc_zone_identifier: ["${aws_subnet.s.id}"] }, "aws_route_table_association.a", routes],
  [
    "aws_autoscaling_group",
    { vpc_zone_identifier: ["${aws_subnet.s.id}"] },
    "aws_ec2_subnet_cidr_reservation.c",
    { aws_subnet: { s: {} }, aws_ec2_subnet_cidr_reservation: { c: { subnet_id: "${aws_subnet.s.id}" } } },
  ],
  [
    "aws_autoscaling_policy",
    {
      target_tracking_configuration: {
        predefined_metric_specification: { resource_label: "${aws_lb_target_group.t.arn_suffix}" },
      },
    },
    "aws_lb_listener_rule.l",
    { aws_lb_target_group: { t: {} }, aws_lb_listener_rule: { l: { action: "${aws_lb_target_group.t.arn}" } } },
  ],
  [
    "aws_db_instance",
    { identifier: "d" },
    "aws_cloudwatch_log_group.l",
    { aws_cloudwatch_log_group: { l: { name: "/aws/rds/instance/d/upgrade" } } },
  ],
  ["aws_db_instance", { monitoring_role_arn: "${aws_iam_role.r.arn}" }, "aws_iam_role_policy.p", role],
  [
    "aws_db_proxy",
    { name: "d" },
    "aws_cloudwatch_log_group.l",
    { aws_cloudwatch_log_group: { l: { name: "/aws/rds/proxy/d" } } },
  ],
  [
    "aws_db_proxy",
    { auth: [{ secret_arn: "${aws_secretsmanager_secret.s.arn}" }] },
    "aws_secretsmanager_secret_version.v",
    {
      aws_secretsmanager_secret: { s: {} },
      aws_secretsmanager_secret_version: { v: { secret_id: "${aws_secretsmanager_secret.s.id}" } },
    },
  ],
  ["aws_db_proxy", { role_arn: "${aws_iam_role.r.arn}" }, "aws_iam_role_policy.p", role],
  ["aws_eip", {}, "aws_internet_gateway.i", { aws_internet_gateway: { i: {} } }],
  ["aws_flow_log", { iam_role_arn: "${aws_iam_role.r.arn}" }, "aws_iam_role_policy.p", role],
  [
    "aws_launch_template",
    { vpc_security_group_ids: ["${aws_security_group.g.id}"] },
    "aws_vpc_security_group_egress_rule.e",
    rules,
  ],
  [
    "aws_launch_template",
    { iam_instance_profile: { name: "${aws_iam_instance_profile.i.name}" } },
    "aws_iam_role_policy.p",
    { ...role, aws_iam_instance_profile: { i: { role: "${aws_iam_role.r.name}" } } },
  ],
  ["aws_lb", { subnets: ["${aws_subnet.s.id}"] }, "aws_route_table_association.a", routes],
  [
    "aws_lb",
    { access_logs: { bucket: "${aws_s3_bucket.b.bucket}" } },
    "aws_s3_bucket_policy.x",
    bucket("aws_s3_bucket_policy"),
  ],
  [
    "aws_lb_listener",
    { certificate_arn: "${aws_acm_certificate.c.arn}" },
    "aws_acm_certificate_validation.v",
    {
      aws_acm_certificate: { c: {} },
      aws_acm_certificate_validation: { v: { certificate_arn: "${aws_acm_certificate.c.arn}" } },
    },
  ],
  ["aws_nat_gateway", {}, "aws_internet_gateway.i", { aws_internet_gateway: { i: {} } }],
  [
    "aws_route53_query_log",
    { cloudwatch_log_group_arn: "${aws_cloudwatch_log_group.l.arn}" },
    "aws_cloudwatch_log_resource_policy.p",
    {
      aws_cloudwatch_log_group: { l: { name: "l" } },
      aws_cloudwatch_log_resource_policy: { p: { policy_document: "${aws_cloudwatch_log_group.l.arn}" } },
    },
  ],
  ["aws_s3_bucket_lifecycle_configuration", inBucket, "aws_s3_bucket_versioning.x", bucket("aws_s3_bucket_versioning")],
  [
    "aws_s3_bucket_policy",
    inBucket,
    "aws_s3_bucket_public_access_block.x",
    bucket("aws_s3_bucket_public_access_block"),
  ],
  ["aws_s3_object", inBucket, "aws_s3_bucket_versioning.x", bucket("aws_s3_bucket_versioning")],
  [
    "aws_vpc_endpoint",
    { security_group_ids: ["${aws_security_group.g.id}"] },
    "aws_vpc_security_group_egress_rule.e",
    rules,
  ],
  [
    "datadog_integration_aws_account",
    { auth_config: { role_name: "${aws_iam_role.r.name}" } },
    "aws_iam_role_policy.p",
    role,
  ],
];
