import { type Case, one, set, type Values } from "../support";

const template = (values: Values) => ({ aws_launch_template: { t: values } });
const encoded = (text: string) => template({ user_data: Buffer.from(text).toString("base64") });
const subnets = {
  aws_subnet: { a: { availability_zone_id: "use1-az2" }, b: { availability_zone_id: "use1-az4" } },
};
const group = (subnet: string, min_size: number) => ({
  min_size,
  vpc_zone_identifier: [`\${aws_subnet.${subnet}.id}`],
  target_group_arns: ["${aws_lb_target_group.t.arn}"],
});
const behind = (...groups: Values[]) => ({
  ...subnets,
  aws_lb_target_group: { t: {} },
  aws_autoscaling_group: Object.fromEntries(groups.map((each, index) => [`g${index}`, each])),
});
const alarm = (evaluation_periods: number, scaling_adjustment: number) => ({
  aws_autoscaling_policy: { p: { step_adjustment: [{ scaling_adjustment }] } },
  aws_cloudwatch_metric_alarm: {
    a: {
      evaluation_periods,
      datapoints_to_alarm: 3,
      metric_query: [
        { id: "each", expression: "FILL(connections, 0) / servers", return_data: true },
        { id: "connections", metric: { namespace: "AWS/ApplicationELB", period: 60 } },
        { id: "servers", metric: { namespace: "AWS/AutoScaling", period: 60 } },
      ],
      alarm_actions: ["${aws_autoscaling_policy.p.arn}"],
    },
  },
});
const balancer = (values: Values) => ({
  ...subnets,
  aws_lb: {
    l: {
      drop_invalid_header_fields: true,
      access_logs: { enabled: true, bucket: "b" },
      subnets: ["${aws_subnet.a.id}", "${aws_subnet.b.id}"],
      ...values,
    },
  },
});

export const servers: readonly Case[] = [
  {
    rule: "ebs-encryption",
    fails: template({}),
    says: "it has no block_device_mappings, and the encryption of the AMI's volumes is not known",
    passes: template({ block_device_mappings: [{ ebs: { encrypted: "true", kms_key_id: "${aws_kms_key.k.arn}" } }] }),
    breaks: (stack) => {
      const [disk] = one(stack, "aws_launch_template").block_device_mappings as { ebs: Values }[];
      delete disk?.ebs.kms_key_id;
    },
  },
  {
    rule: "scaling-alarm-allows-late-metrics",
    fails: alarm(3, 2),
    says: "3 of 3 periods must breach, and the newest 3 may be missing or filled",
    passes: alarm(6, 2),
    breaks: set("aws_cloudwatch_metric_alarm", { evaluation_periods: 5 }, "connections-high"),
  },
  {
    rule: "ec2-no-key-pair",
    fails: template({ key_name: "admin" }),
    says: "key_name is set",
    passes: template({}),
    breaks: set("aws_launch_template", { key_name: "admin" }),
  },
  {
    rule: "ec2-user-data-has-no-secret",
    fails: encoded('export DATABASE_PASSWORD="correct-horse"'),
    says: "it seems to hold a password",
    passes: encoded("password_file=/run/secret"),
    breaks: set("aws_launch_template", { user_data: Buffer.from("key: AKIAIOSFODNN7EXAMPLE").toString("base64") }),
  },
  {
    rule: "asg-uses-elb-health-check",
    fails: behind({ ...group("a", 1), health_check_type: "EC2", health_check_grace_period: 60 }),
    says: "health_check_type is not ELB",
    passes: behind({ ...group("a", 1), health_check_type: "ELB", health_check_grace_period: 60 }),
    breaks: set("aws_autoscaling_group", { target_group_arns: undefined }, "elastic"),
  },
  {
    rule: "asg-in-two-availability-zones",
    fails: behind(group("a", 4), group("b", 0)),
    says: "groups with a minimum size above 0 are in 1 Availability Zone only",
    passes: behind(group("a", 4), group("b", 4)),
    breaks: (stack) => {
      const first = one(stack, "aws_autoscaling_group", "zone-1");
      one(stack, "aws_autoscaling_group", "zone-2").vpc_zone_identifier = first.vpc_zone_identifier;
    },
  },
  {
    rule: "elb-attributes-hardened",
    fails: balancer({ subnets: ["${aws_subnet.a.id}"] }),
    says: "its subnets are in one Availability Zone",
    passes: balancer({}),
    breaks: set("aws_lb", { drop_invalid_header_fields: false }),
  },
  {
    rule: "production-deletion-protection",
    fails: { aws_lb: { l: {} } },
    says: "deletion protection is off",
    passes: {
      aws_lb: { l: { enable_deletion_protection: true } },
      aws_db_instance: { d: { deletion_protection: true } },
    },
    stack: "production",
    breaks: set("aws_db_instance", { deletion_protection: false }),
  },
];
