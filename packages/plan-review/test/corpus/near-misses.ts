// Changes that differ little from harmless ones.
import type { JsonObject } from "@dev-one/cli/json";

import { allow, database, group, INGRESS, type NamedPlan, narrow, policy, rule, SG } from "./builders";
import { change, create, plan, replace, update } from "./plans";
import { alarm, changed, MESSAGE, monitor, TOPIC } from "./weekly";

const made = (name: string, address: string, after: JsonObject): NamedPlan => [name, plan([create(address, after)])];
const ALARM = "aws_cloudwatch_metric_alarm.a";
const withProvisioner = (address: string): JsonObject => ({
  configuration: {
    root_module: {
      resources: [
        {
          address,
          provisioners: [{ type: "local-exec", expressions: { command: { constant_value: "./run.sh" } } }],
          expressions: {},
        },
      ],
    },
  },
});

const watching: readonly NamedPlan[] = [
  made(
    "an alarm that terminates a server",
    ALARM,
    alarm({ alarm_actions: ["arn:aws:automate:us-east-1:ec2:terminate"] }),
  ),
  made("an alarm that scales a group", ALARM, alarm({ ok_actions: ["arn:aws:autoscaling:us-east-1:444455556666:p"] })),
  made(
    "an alarm that notifies a topic and invokes a function",
    ALARM,
    alarm({ alarm_actions: [TOPIC, "arn:aws:lambda:us-east-1:444455556666:function:f"] }),
  ),
  made(
    "an alarm for a topic of another account",
    ALARM,
    alarm({ alarm_actions: ["arn:aws:sns:us-east-1:999999999999:alarms"] }),
  ),
  [
    "an alarm whose actions are known after the apply",
    plan([create(ALARM, alarm({ alarm_actions: null }), { unknown: { alarm_actions: [true] } })]),
  ],
  made(
    "an alarm with actions in a nested list",
    ALARM,
    alarm({ alarm_actions: [["arn:aws:automate:us-east-1:ec2:terminate"]] }),
  ),
  changed("an alarm with a higher threshold", ALARM, alarm(), { threshold: 50 }),
  changed("a monitor with a higher threshold", "datadog_monitor.m", monitor, {
    query: "sum(last_5m):sum:errors{*} > 50",
    message: "Words.",
  }),
  changed("a monitor no longer tells anybody", "datadog_monitor.m", monitor, {
    message: MESSAGE.replace("@slack-platform ", ""),
  }),
  changed("a monitor tells somebody else", "datadog_monitor.m", monitor, {
    message: MESSAGE.replace("@slack-platform", "@slack-other"),
  }),
  changed("a monitor tells somebody of a recovery instead", "datadog_monitor.m", monitor, {
    message: MESSAGE.replaceAll("is_alert", "is_recovery"),
  }),
  changed("a monitor's handle leaves its condition", "datadog_monitor.m", monitor, {
    message: "{{#is_alert}}Errors are many. {{/is_alert}}@slack-platform See the runbook.",
  }),
  changed("a monitor's handle becomes part of a word", "datadog_monitor.m", monitor, {
    message: MESSAGE.replace(" @slack", " x@slack"),
  }),
  changed(
    "a handle of a monitor with a template variable is split",
    "datadog_monitor.m",
    { ...monitor, message: "@slack-{{team.name}} Look." },
    { message: "@slack- {{team.name}} Look." },
  ),
  changed("a monitor's message becomes code", "datadog_monitor.m", monitor, { message: `~~~\n${MESSAGE}\n~~~` }),
  changed("a monitor's message is commented out", "datadog_monitor.m", monitor, { message: `{{!-- ${MESSAGE} --}}` }),
  changed(
    "a monitor's condition names other hosts",
    "datadog_monitor.m",
    { ...monitor, message: '{{#is_match "host.name" "web"}}@slack-platform{{/is_match}}' },
    { message: '{{#is_match "host.name" "none"}}@slack-platform{{/is_match}}' },
  ),
  changed(
    "a monitor gets another tag, which a downtime may select",
    "datadog_monitor.m",
    { ...monitor, tags: ["a"] },
    { tags: ["mute"] },
  ),
  made("a new downtime", "datadog_downtime_schedule.d", { scope: "*" }),
  changed(
    "a metric filter writes another metric than its alarm reads",
    "aws_cloudwatch_log_metric_filter.f",
    { metric_transformation: [{ name: "errors" }] },
    { metric_transformation: [{ name: "failures" }] },
  ),
  changed(
    "fewer metrics of a group",
    "aws_autoscaling_group.g",
    { enabled_metrics: ["a", "b"] },
    { enabled_metrics: ["a"] },
  ),
  changed(
    "other metrics of a group",
    "aws_autoscaling_group.g",
    { enabled_metrics: ["a", "b"] },
    { enabled_metrics: ["a", "c"] },
  ),
  made("a new log subscription", "aws_cloudwatch_log_subscription_filter.f", { destination_arn: "arn:aws:a" }),
  [
    "a log group is imported with longer retention",
    plan([
      update(
        "aws_cloudwatch_log_group.g",
        { retention_in_days: 7 },
        { retention_in_days: 30 },
        { moreOfChange: { importing: { id: "g" } } },
      ),
    ]),
  ],
  [
    "a provisioner runs for a new dashboard",
    plan([create("aws_cloudwatch_dashboard.d", {})], "production", withProvisioner("aws_cloudwatch_dashboard.d")),
  ],
  [
    "a provisioner runs for a value in a module",
    plan([create('module.m.random_pet.p["a"]', {})], "production", {
      configuration: {
        root_module: {
          module_calls: {
            m: { module: (withProvisioner("random_pet.p").configuration as JsonObject).root_module ?? null },
          },
        },
      },
    }),
  ],
  made("a new null_resource", "null_resource.n", {}),
  made("a random_password", "random_password.p", { length: 32 }),
  ["a random name is replaced", plan([replace("random_pet.p", { length: 2 }, { length: 3 })])],
];

const keeping: readonly NamedPlan[] = [
  changed(
    "unlimited retention of logs",
    "aws_cloudwatch_log_group.g",
    { retention_in_days: 30 },
    { retention_in_days: 0 },
  ),
  changed(
    "backup retention from 0 to 7, which interrupts the database",
    "aws_db_instance.db",
    { ...database, backup_retention_period: 0 },
    { backup_retention_period: 7 },
  ),
  changed(
    "longer backup retention with apply_immediately",
    "aws_db_instance.db",
    { ...database, backup_retention_period: 7, apply_immediately: true },
    { backup_retention_period: 14 },
  ),
  changed(
    "longer backup retention and a smaller instance class",
    "aws_db_instance.db",
    { ...database, backup_retention_period: 7 },
    { backup_retention_period: 14, instance_class: "db.m7g.medium" },
  ),
  [
    "backup retention is known after the apply",
    plan([
      update(
        "aws_db_instance.db",
        { ...database, backup_retention_period: 7 },
        { backup_retention_period: null },
        { unknown: { backup_retention_period: true } },
      ),
    ]),
  ],
  [
    "longer retention of staging's backups and shorter retention of its logs",
    plan(
      [
        update("aws_db_instance.db", { ...database, backup_retention_period: 1 }, { backup_retention_period: 7 }),
        update("aws_cloudwatch_log_group.g", { retention_in_days: 30 }, { retention_in_days: 7 }),
      ],
      "staging",
    ),
  ],
  changed(
    "longer retention of messages in a queue",
    "aws_sqs_queue.q",
    { message_retention_seconds: 3600 },
    { message_retention_seconds: 86400 },
  ),
];

/** Each can lock out legitimate clients. */
const tightening: readonly NamedPlan[] = [
  [
    "a security group rule with a smaller CIDR",
    plan([group, update(INGRESS, rule({ cidr_ipv4: "10.0.0.0/8" }), { cidr_ipv4: "10.1.0.0/16" })]),
  ],
  changed(
    "a policy allows fewer actions",
    "aws_iam_policy.p",
    { policy: policy(allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::assets/*")) },
    { policy: narrow },
  ),
  changed(
    "public access of a bucket is blocked",
    "aws_s3_bucket_public_access_block.b",
    { bucket: "b", block_public_policy: false, restrict_public_buckets: false },
    { block_public_policy: true, restrict_public_buckets: true },
  ),
  changed(
    "a listener requires a newer TLS version",
    "aws_lb_listener.l",
    { ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06" },
    { ssl_policy: "ELBSecurityPolicy-TLS13-1-3-2021-06" },
  ),
  changed(
    "SSE-KMS with a key that readers may not use",
    "aws_s3_bucket_server_side_encryption_configuration.e",
    { rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm: "AES256" }] }] },
    { rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm: "aws:kms" }] }] },
  ),
  changed(
    "image tags become immutable",
    "aws_ecr_repository.r",
    { image_tag_mutability: "MUTABLE" },
    { image_tag_mutability: "IMMUTABLE" },
  ),
  changed(
    "an inline rule of a security group changes its description",
    "aws_security_group.servers",
    {
      ...SG,
      ingress: [{ protocol: "tcp", from_port: 443, to_port: 443, cidr_blocks: ["10.0.0.0/8"], description: "a" }],
    },
    { ingress: [{ protocol: "tcp", from_port: 443, to_port: 443, cidr_blocks: ["10.0.0.0/8"], description: "b" }] },
  ),
  changed(
    "an entry of a prefix list changes its description",
    "aws_ec2_managed_prefix_list.l",
    { entry: [{ cidr: "10.0.0.0/8", description: "a" }] },
    { entry: [{ cidr: "10.0.0.0/8", description: "b" }] },
  ),
];

const growing: readonly NamedPlan[] = [
  changed("at least two servers more", "aws_autoscaling_group.g", { min_size: 2 }, { min_size: 4 }),
  changed(
    "larger elastic servers",
    "aws_launch_template.t",
    { instance_type: "m3.xlarge" },
    { instance_type: "m3.2xlarge" },
  ),
  made("a new DNS record", "aws_route53_record.r", {
    name: "status",
    type: "CNAME",
    records: ["status.example.com"],
  }),
];

const words: readonly NamedPlan[] = [
  changed(
    "the default tag env changes",
    "aws_vpc.v",
    { tags: { Name: "v" }, tags_all: { Name: "v", env: "production" } },
    { tags_all: { Name: "v", env: "staging" } },
  ),
  changed(
    "the default tag for backups changes",
    "aws_ebs_volume.v",
    { tags: {}, tags_all: { Backup: "daily" } },
    { tags_all: {} },
  ),
  changed(
    "the provider's label for backups changes at Google",
    "google_compute_disk.d",
    { labels: {}, effective_labels: { backup: "daily" } },
    { effective_labels: { backup: "never" } },
  ),
  changed(
    "network tags of a Google instance change",
    "google_compute_instance.i",
    { tags: ["private"] },
    { tags: ["public"] },
  ),
  changed("tags of a droplet change", "digitalocean_droplet.d", { tags: ["private"] }, { tags: ["public"] }),
  changed(
    "an annotation that makes a Kubernetes service internet-facing",
    "kubernetes_service.s",
    { metadata: [{ annotations: { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal" } }] },
    { metadata: [{ annotations: { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing" } }] },
  ),
  changed(
    "a GitHub repository becomes public",
    "github_repository.r",
    { visibility: "private", description: "a" },
    { visibility: "public", description: "b" },
  ),
  [
    "no change, and a check with an unknown result",
    plan([change("aws_vpc.v", ["no-op"], { before: {}, after: {} })], "production", {
      checks: [{ address: { to_display: "check.dns" }, status: "error" }],
    }),
  ],
];

/** Near misses that need approval. */
export const nearMisses: readonly NamedPlan[] = [...watching, ...keeping, ...tightening, ...growing, ...words];

/** Near misses that are forbidden. */
export const nearMissesForbidden: readonly NamedPlan[] = [
  [
    "a smaller CIDR that is still public",
    plan([
      group,
      update(INGRESS, rule({ from_port: 22, to_port: 22, cidr_ipv4: "10.0.0.0/8" }), { cidr_ipv4: "10.0.0.0/1" }),
    ]),
  ],
  changed(
    "every principal under a condition that every request satisfies",
    "aws_sns_topic_policy.p",
    { policy: policy({ ...allow("sns:Publish"), Principal: { AWS: "arn:aws:iam::444455556666:root" } }) },
    {
      policy: policy({
        ...allow("sns:Publish"),
        Principal: "*",
        Condition: { StringLike: { "aws:PrincipalArn": "*" } },
      }),
    },
  ),
  changed(
    "allows * on * under a condition that every request satisfies",
    "aws_iam_policy.p",
    { policy: narrow },
    { policy: policy(allow("*", "*", { Condition: { Bool: { "aws:SecureTransport": "true" } } })) },
  ),
  changed(
    "retention of logs is a year and was unlimited",
    "aws_cloudwatch_log_group.g",
    { retention_in_days: 0 },
    { retention_in_days: 365 },
  ),
  changed(
    "deletion protection is switched on, and encryption off",
    "aws_db_instance.db",
    { ...database, deletion_protection: false },
    { deletion_protection: true, storage_encrypted: false },
  ),
  [
    "force_destroy is switched off for one bucket and on for another",
    plan([
      update("aws_s3_bucket.a", { force_destroy: true }, { force_destroy: false }),
      update("aws_s3_bucket.b", { force_destroy: false }, { force_destroy: true }),
    ]),
  ],
  changed(
    "longer backup retention, and automated backups are deleted",
    "aws_db_instance.db",
    { ...database, backup_retention_period: 7, delete_automated_backups: false },
    { backup_retention_period: 35, delete_automated_backups: true },
  ),
  changed(
    "a TLS policy with a newer date and an older TLS version",
    "aws_lb_listener.l",
    { ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06" },
    { ssl_policy: "ELBSecurityPolicy-TLS13-1-0-2021-06" },
  ),
  changed(
    "an owner tag changes together with shorter retention of logs",
    "aws_cloudwatch_log_group.g",
    { retention_in_days: 90, tags: { owner: "a" } },
    { retention_in_days: 30, tags: { owner: "b" } },
  ),
  changed(
    "a shorter deletion window of a key with a changed tag",
    "aws_kms_key.k",
    { deletion_window_in_days: 30 },
    { deletion_window_in_days: 7 },
  ),
];
