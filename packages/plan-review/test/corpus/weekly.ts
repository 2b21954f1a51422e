// Weekly changes that need no approval.
import type { JsonObject } from "@dev-one/cli/json";

import { database, group, type NamedPlan, SG } from "./builders";
import { create, plan, update } from "./plans";

export const TOPIC = "arn:aws:sns:us-east-1:444455556666:alarms";
export const alarm = (more: JsonObject = {}): JsonObject => ({
  alarm_name: "errors",
  comparison_operator: "GreaterThanThreshold",
  threshold: 5,
  alarm_actions: [TOPIC],
  ...more,
});
export const MESSAGE = "{{#is_alert}}Errors are many. @slack-platform {{/is_alert}} See the runbook.";
export const monitor: JsonObject = { name: "Errors", query: "sum(last_5m):sum:errors{*} > 5", message: MESSAGE };
export const from = (provider: string) => ({ more: { provider_name: `registry.terraform.io/${provider}` } });
export const changed = (name: string, address: string, before: JsonObject, after: JsonObject): NamedPlan => [
  name,
  plan([update(address, before, after)]),
];
const watching: readonly NamedPlan[] = [
  ["a new log group", plan([create("aws_cloudwatch_log_group.g", { name: "app", retention_in_days: 30 })])],
  [
    "a new alarm for a topic of the own account",
    plan([create("aws_cloudwatch_metric_alarm.a", alarm({ ok_actions: [TOPIC] }))]),
  ],
  [
    "a new alarm without actions",
    plan([create("aws_cloudwatch_metric_alarm.a", alarm({ alarm_actions: null, ok_actions: [] }))]),
  ],
  [
    "a metric filter with its alarm",
    plan([
      create("aws_cloudwatch_log_metric_filter.f", { name: "errors", pattern: "ERROR" }),
      create("aws_cloudwatch_metric_alarm.a", alarm()),
    ]),
  ],
  [
    "a log-based metric in Datadog with its monitor",
    plan([
      create("datadog_logs_metric.m", { name: "app.errors" }, from("datadog/datadog")),
      create("datadog_monitor.m", monitor, from("datadog/datadog")),
    ]),
  ],
  ["a new SLO", plan([create("datadog_service_level_objective.o", { name: "Availability" }, from("datadog/datadog"))])],
  changed(
    "a saved query",
    "aws_cloudwatch_query_definition.q",
    { query_string: "fields @message" },
    { query_string: "fields @timestamp, @message" },
  ),
  changed(
    "one more graph on a dashboard",
    "aws_cloudwatch_dashboard.d",
    { dashboard_body: '{"widgets":[]}' },
    { dashboard_body: '{"widgets":[{"type":"text"}]}' },
  ),
  [
    "a Google dashboard",
    plan([
      update(
        "google_monitoring_dashboard.d",
        { dashboard_json: "{}" },
        { dashboard_json: '{"displayName":"a"}' },
        from("hashicorp/google"),
      ),
    ]),
  ],
  changed("the message of a monitor", "datadog_monitor.m", monitor, {
    name: "Too many errors",
    message: "{{#is_alert}}Many answers are errors. @slack-platform {{/is_alert}}\nThe runbook says what to do.",
  }),
  changed(
    "the escalation message of a monitor",
    "datadog_monitor.m",
    { ...monitor, escalation_message: "Still open. @slack-platform" },
    { escalation_message: "Nobody has looked at it. @slack-platform" },
  ),
  changed(
    "the description of an SLO",
    "datadog_service_level_objective.o",
    { name: "Availability", description: "a" },
    { description: "b" },
  ),
  changed(
    "more metrics of an Auto Scaling group",
    "aws_autoscaling_group.g",
    { max_size: 12, enabled_metrics: ["GroupMaxSize"] },
    { enabled_metrics: ["GroupInServiceInstances", "GroupMaxSize"] },
  ),
  changed("detailed monitoring is switched on", "aws_instance.i", { monitoring: false }, { monitoring: true }),
  changed(
    "scan_on_push is switched on",
    "aws_ecr_repository.r",
    { name: "app", image_scanning_configuration: [{ scan_on_push: false }] },
    { image_scanning_configuration: [{ scan_on_push: true }] },
  ),
];

const keeping: readonly NamedPlan[] = [
  changed(
    "longer retention of logs",
    "aws_cloudwatch_log_group.g",
    { retention_in_days: 30 },
    { retention_in_days: 90 },
  ),
  changed(
    "longer retention of logs and another owner tag",
    "aws_cloudwatch_log_group.g",
    { retention_in_days: 30, tags: { owner: "a" } },
    { retention_in_days: 365, tags: { owner: "b" } },
  ),
  [
    "longer backup retention with computed values",
    plan(
      [
        update(
          "aws_db_instance.db",
          { ...database, backup_retention_period: 7, apply_immediately: false, latest_restorable_time: "2026-11-25" },
          { backup_retention_period: 14 },
          { unknown: { latest_restorable_time: true } },
        ),
      ],
      "production",
      {
        configuration: {
          root_module: {
            resources: [
              { address: "aws_db_instance.db", expressions: { backup_retention_period: { constant_value: 14 } } },
            ],
          },
        },
      },
    ),
  ],
  changed(
    "deletion protection of a database is switched on",
    "aws_db_instance.db",
    { ...database, deletion_protection: false },
    { deletion_protection: true },
  ),
  changed(
    "copy_tags_to_snapshot is switched on",
    "aws_rds_cluster.c",
    { copy_tags_to_snapshot: false, backup_retention_period: 7 },
    { copy_tags_to_snapshot: true, backup_retention_period: 35 },
  ),
  changed(
    "delete_automated_backups is switched off",
    "aws_db_instance.db",
    { ...database, delete_automated_backups: true },
    { delete_automated_backups: false },
  ),
  changed(
    "deletion protection of a load balancer is switched on",
    "aws_lb.web",
    { enable_deletion_protection: false },
    { enable_deletion_protection: true },
  ),
  changed(
    "point-in-time recovery and deletion protection of a table are switched on",
    "aws_dynamodb_table.t",
    { deletion_protection_enabled: false, point_in_time_recovery: [{ enabled: false }] },
    { deletion_protection_enabled: true, point_in_time_recovery: [{ enabled: true }] },
  ),
  changed(
    "disable_api_termination is switched on",
    "aws_instance.i",
    { disable_api_termination: null, disable_api_stop: false },
    { disable_api_termination: true, disable_api_stop: true },
  ),
  changed("a key is rotated", "aws_kms_key.k", { enable_key_rotation: false }, { enable_key_rotation: true }),
  changed(
    "a longer deletion window of a key",
    "aws_kms_key.k",
    { deletion_window_in_days: 7 },
    { deletion_window_in_days: 30 },
  ),
  changed(
    "a longer recovery window of a secret",
    "aws_secretsmanager_secret.s",
    { recovery_window_in_days: 7 },
    { recovery_window_in_days: 30 },
  ),
  changed(
    "force_destroy of a bucket is switched off",
    "aws_s3_bucket.b",
    { force_destroy: true },
    { force_destroy: false },
  ),
  changed(
    "versioning of a bucket is enabled again",
    "aws_s3_bucket_versioning.v",
    { bucket: "b", versioning_configuration: [{ status: "Suspended" }] },
    { versioning_configuration: [{ status: "Enabled" }] },
  ),
  changed(
    "log file validation of a trail is switched on",
    "aws_cloudtrail.t",
    { enable_log_file_validation: false },
    { enable_log_file_validation: true },
  ),
  changed("records are kept longer", "aws_kinesis_stream.s", { retention_period: 24 }, { retention_period: 168 }),
];

const together: readonly NamedPlan[] = [
  [
    "a week's changes in staging",
    plan(
      [
        group,
        update("aws_security_group.other", { ...SG, id: "sg-2", tags: { owner: "a" } }, { tags: { owner: "b" } }),
        create("aws_cloudwatch_log_group.g", { name: "app" }),
        update("datadog_monitor.m", monitor, { name: "Too many errors" }, from("datadog/datadog")),
        update("aws_cloudwatch_log_group.h", { retention_in_days: 7 }, { retention_in_days: 14 }),
      ],
      "staging",
    ),
  ],
];

export const weekly: readonly NamedPlan[] = [...watching, ...keeping, ...together];
