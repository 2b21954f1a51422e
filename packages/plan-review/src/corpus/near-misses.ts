// What differs by little from something that nobody has to look at.
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
    "an alarm that calls a function, beside a topic",
    ALARM,
    alarm({ alarm_actions: [TOPIC, "arn:aws:lambda:us-east-1:444455556666:function:f"] }),
  ),
  made(
    "an alarm for somebody else's topic",
    ALARM,
    alarm({ alarm_actions: ["arn:aws:sns:us-east-1:999999999999:alarms"] }),
  ),
  [
    "an alarm of which nobody knows yet what it does",
    plan([create(ALARM, alarm({ alarm_actions: null }), { unknown: { alarm_actions: [true] } })]),
  ],
  made(
    "an alarm whose actions stand where nobody expects them",
    ALARM,
    alarm({ alarm_actions: [["arn:aws:automate:us-east-1:ec2:terminate"]] }),
  ),
  changed("an alarm that wakes nobody before 50", ALARM, alarm(), { threshold: 50 }),
  changed("a monitor that wakes nobody before 50", "datadog_monitor.m", monitor, {
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
    "a monitor's handle, which a tag completes, is torn apart",
    "datadog_monitor.m",
    { ...monitor, message: "@slack-{{team.name}} Look." },
    { message: "@slack- {{team.name}} Look." },
  ),
  changed("a monitor's message becomes code", "datadog_monitor.m", monitor, { message: `~~~\n${MESSAGE}\n~~~` }),
  changed("a monitor's message is commented out", "datadog_monitor.m", monitor, { message: `{{!-- ${MESSAGE} --}}` }),
  changed(
    "a monitor tells of other hosts only",
    "datadog_monitor.m",
    { ...monitor, message: '{{#is_match "host.name" "web"}}@slack-platform{{/is_match}}' },
    { message: '{{#is_match "host.name" "none"}}@slack-platform{{/is_match}}' },
  ),
  changed(
    "a monitor has another tag, by which it may be muted",
    "datadog_monitor.m",
    { ...monitor, tags: ["a"] },
    { tags: ["mute"] },
  ),
  made("monitors are muted", "datadog_downtime_schedule.d", { scope: "*" }),
  changed(
    "the metric of a filter has another name, and its alarm none",
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
  made("logs go somewhere else as well", "aws_cloudwatch_log_subscription_filter.f", { destination_arn: "arn:aws:a" }),
  [
    "a log group is taken over, and kept longer",
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
    "a program runs for a new dashboard",
    plan([create("aws_cloudwatch_dashboard.d", {})], "production", withProvisioner("aws_cloudwatch_dashboard.d")),
  ],
  [
    "a program runs for a value, in a module",
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
  made("nothing but a program", "null_resource.n", {}),
  made("a password in the state", "random_password.p", { length: 32 }),
  ["a name that others take in is made anew", plan([replace("random_pet.p", { length: 2 }, { length: 3 })])],
];

const keeping: readonly NamedPlan[] = [
  changed("logs are kept for ever", "aws_cloudwatch_log_group.g", { retention_in_days: 30 }, { retention_in_days: 0 }),
  changed(
    "the first backup, which interrupts the database",
    "aws_db_instance.db",
    { ...database, backup_retention_period: 0 },
    { backup_retention_period: 7 },
  ),
  changed(
    "backups are kept longer, and whatever waits is applied with it",
    "aws_db_instance.db",
    { ...database, backup_retention_period: 7, apply_immediately: true },
    { backup_retention_period: 14 },
  ),
  changed(
    "backups are kept longer, on a smaller database",
    "aws_db_instance.db",
    { ...database, backup_retention_period: 7 },
    { backup_retention_period: 14, instance_class: "db.m7g.medium" },
  ),
  [
    "backups are kept for nobody knows how long",
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
    "staging's backups are kept longer, and its logs shorter",
    plan(
      [
        update("aws_db_instance.db", { ...database, backup_retention_period: 1 }, { backup_retention_period: 7 }),
        update("aws_cloudwatch_log_group.g", { retention_in_days: 30 }, { retention_in_days: 7 }),
      ],
      "staging",
    ),
  ],
  changed(
    "messages wait longer, and are worked on when they are old",
    "aws_sqs_queue.q",
    { message_retention_seconds: 3600 },
    { message_retention_seconds: 86400 },
  ),
];

/** Each can lock out somebody who is meant to come in. */
const tightening: readonly NamedPlan[] = [
  [
    "a rule for fewer addresses",
    plan([group, update(INGRESS, rule({ cidr_ipv4: "10.0.0.0/8" }), { cidr_ipv4: "10.1.0.0/16" })]),
  ],
  changed(
    "a policy allows less",
    "aws_iam_policy.p",
    { policy: policy(allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::assets/*")) },
    { policy: narrow },
  ),
  changed(
    "a bucket that may be public is shut",
    "aws_s3_bucket_public_access_block.b",
    { bucket: "b", block_public_policy: false, restrict_public_buckets: false },
    { block_public_policy: true, restrict_public_buckets: true },
  ),
  changed(
    "a listener demands a newer TLS",
    "aws_lb_listener.l",
    { ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06" },
    { ssl_policy: "ELBSecurityPolicy-TLS13-1-3-2021-06" },
  ),
  changed(
    "a key of our own, which readers may not use",
    "aws_s3_bucket_server_side_encryption_configuration.e",
    { rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm: "AES256" }] }] },
    { rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm: "aws:kms" }] }] },
  ),
  changed(
    "images cannot be overwritten",
    "aws_ecr_repository.r",
    { image_tag_mutability: "MUTABLE" },
    { image_tag_mutability: "IMMUTABLE" },
  ),
  changed(
    "a group's own rule is taken away and put back, for its description",
    "aws_security_group.servers",
    {
      ...SG,
      ingress: [{ protocol: "tcp", from_port: 443, to_port: 443, cidr_blocks: ["10.0.0.0/8"], description: "a" }],
    },
    { ingress: [{ protocol: "tcp", from_port: 443, to_port: 443, cidr_blocks: ["10.0.0.0/8"], description: "b" }] },
  ),
  changed(
    "an entry of a prefix list is taken away and put back, for its description",
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
  made("a new name of ours", "aws_route53_record.r", {
    name: "status",
    type: "CNAME",
    records: ["status.example.com"],
  }),
];

const words: readonly NamedPlan[] = [
  changed(
    "everything is of another environment, by the provider",
    "aws_vpc.v",
    { tags: { Name: "v" }, tags_all: { Name: "v", env: "production" } },
    { tags_all: { Name: "v", env: "staging" } },
  ),
  changed(
    "nothing is backed up any more, by the provider",
    "aws_ebs_volume.v",
    { tags: {}, tags_all: { Backup: "daily" } },
    { tags_all: {} },
  ),
  changed(
    "another cloud's labels by which something is backed up, by the provider",
    "google_compute_disk.d",
    { labels: {}, effective_labels: { backup: "daily" } },
    { effective_labels: { backup: "never" } },
  ),
  changed(
    "another cloud's tags, to which firewalls apply",
    "google_compute_instance.i",
    { tags: ["private"] },
    { tags: ["public"] },
  ),
  changed(
    "a droplet's tags, to which firewalls apply",
    "digitalocean_droplet.d",
    { tags: ["private"] },
    { tags: ["public"] },
  ),
  changed(
    "an annotation that puts a service onto the internet",
    "kubernetes_service.s",
    { metadata: [{ annotations: { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal" } }] },
    { metadata: [{ annotations: { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing" } }] },
  ),
  changed(
    "a repository that everybody can read",
    "github_repository.r",
    { visibility: "private", description: "a" },
    { visibility: "public", description: "b" },
  ),
  [
    "nothing changes, and a check could not be made",
    plan([change("aws_vpc.v", ["no-op"], { before: {}, after: {} })], "production", {
      checks: [{ address: { to_display: "check.dns" }, status: "error" }],
    }),
  ],
];

/** To be approved. */
export const nearMisses: readonly NamedPlan[] = [...watching, ...keeping, ...tightening, ...growing, ...words];

/** Forbidden, although they are told as improvements. */
export const worseThanTheyLook: readonly NamedPlan[] = [
  [
    "fewer addresses, which are half of the world",
    plan([
      group,
      update(INGRESS, rule({ from_port: 22, to_port: 22, cidr_ipv4: "10.0.0.0/8" }), { cidr_ipv4: "10.0.0.0/1" }),
    ]),
  ],
  changed(
    "a policy with a condition that everybody fulfils",
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
    "an administrator with a condition that is always true",
    "aws_iam_policy.p",
    { policy: narrow },
    { policy: policy(allow("*", "*", { Condition: { Bool: { "aws:SecureTransport": "true" } } })) },
  ),
  changed(
    "logs are kept for a year, and were for ever",
    "aws_cloudwatch_log_group.g",
    { retention_in_days: 0 },
    { retention_in_days: 365 },
  ),
  changed(
    "a database cannot be deleted any more, and is not encrypted",
    "aws_db_instance.db",
    { ...database, deletion_protection: false },
    { deletion_protection: true, storage_encrypted: false },
  ),
  [
    "one bucket is no longer emptied, another is",
    plan([
      update("aws_s3_bucket.a", { force_destroy: true }, { force_destroy: false }),
      update("aws_s3_bucket.b", { force_destroy: false }, { force_destroy: true }),
    ]),
  ],
  changed(
    "a longer time for one kind of backup, none for another",
    "aws_db_instance.db",
    { ...database, backup_retention_period: 7, delete_automated_backups: false },
    { backup_retention_period: 35, delete_automated_backups: true },
  ),
  changed(
    "a newer name of an older TLS",
    "aws_lb_listener.l",
    { ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06" },
    { ssl_policy: "ELBSecurityPolicy-TLS13-1-0-2021-06" },
  ),
  changed(
    "another owner, for whom logs are kept for fewer days",
    "aws_cloudwatch_log_group.g",
    { retention_in_days: 90, tags: { owner: "a" } },
    { retention_in_days: 30, tags: { owner: "b" } },
  ),
  changed(
    "less time to think before a key goes",
    "aws_kms_key.k",
    { deletion_window_in_days: 30 },
    { deletion_window_in_days: 7 },
  ),
];
