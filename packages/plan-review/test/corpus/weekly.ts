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
  [
    "a new alarm for a topic of the own account",
    plan([create("aws_cloudwatch_metric_alarm.a", alarm({ ok_actions: [TOPIC] }))]),
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
    "one more graph on a dashboard",
    "aws_cloudwatch_dashboard.d",
    { dashboard_body: '{"widgets":[]}' },
    { dashboard_body: '{"widgets":[{"type":"text"}]}' },
  ),
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
];

const keeping: readonly NamedPlan[] = [
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
