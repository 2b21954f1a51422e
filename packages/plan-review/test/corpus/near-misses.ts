// Changes that differ little from harmless ones.
import type { JsonObject } from "@dev-one/cli/json";

import { allow, database, type NamedPlan, narrow, policy, SG } from "./builders";
import { change, create, plan, update } from "./plans";
import { alarm, changed, MESSAGE, monitor } from "./weekly";

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
  made("an alarm that scales a group", ALARM, alarm({ ok_actions: ["arn:aws:autoscaling:us-east-1:444455556666:p"] })),
  [
    "an alarm whose actions are known after the apply",
    plan([create(ALARM, alarm({ alarm_actions: null }), { unknown: { alarm_actions: [true] } })]),
  ],
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
  changed("a monitor's message becomes code", "datadog_monitor.m", monitor, { message: `~~~\n${MESSAGE}\n~~~` }),
  changed("a monitor's message is commented out", "datadog_monitor.m", monitor, { message: `{{!-- ${MESSAGE} --}}` }),
  changed(
    "a monitor's condition names other hosts",
    "datadog_monitor.m",
    { ...monitor, message: '{{#is_match "host.name" "web"}}@slack-platform{{/is_match}}' },
    { message: '{{#is_match "host.name" "none"}}@slack-platform{{/is_match}}' },
  ),
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
];

const keeping: readonly NamedPlan[] = [
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
];

/** Each can lock out legitimate clients. */
const tightening: readonly NamedPlan[] = [
  changed(
    "a policy allows fewer actions",
    "aws_iam_policy.p",
    { policy: policy(allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::assets/*")) },
    { policy: narrow },
  ),
  changed(
    "SSE-KMS with a key that readers may not use",
    "aws_s3_bucket_server_side_encryption_configuration.e",
    { rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm: "AES256" }] }] },
    { rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm: "aws:kms" }] }] },
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
];

const words: readonly NamedPlan[] = [
  changed(
    "an annotation that makes a Kubernetes service internet-facing",
    "kubernetes_service.s",
    { metadata: [{ annotations: { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal" } }] },
    { metadata: [{ annotations: { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing" } }] },
  ),
  [
    "no change, and a check with an unknown result",
    plan([change("aws_vpc.v", ["no-op"], { before: {}, after: {} })], "production", {
      checks: [{ address: { to_display: "check.dns" }, status: "error" }],
    }),
  ],
];

/** Near misses that need approval. */
export const nearMisses: readonly NamedPlan[] = [...watching, ...keeping, ...tightening, ...words];

/** Near misses that are forbidden. */
export const nearMissesForbidden: readonly NamedPlan[] = [
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
];
