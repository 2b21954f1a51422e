import { type Case, type Document, set, type Values } from "../support";

const MESSAGE = [
  "{{#is_alert}}**CPU is high** ({{host.name}}): {{value}} %, above 90 %.{{/is_alert}}",
  "",
  "Runbook: https://example.org/runbooks/servers.md#cpu",
  "",
  "{{#is_alert}}@slack-dev-one-staging-alerts{{/is_alert}}",
  "{{#is_warning}}@slack-dev-one-staging-warnings{{/is_warning}}",
].join("\n");

/** A monitor as the monitoring stack writes it, with changes. */
const monitor = (values: Values = {}) => ({
  datadog_monitor: {
    m: {
      type: "metric alert",
      query: "avg(last_5m):avg:system.cpu.user{env:staging,project:dev-one} by {host} > 90",
      message: MESSAGE,
      monitor_thresholds: { critical: "90", warning: "80" },
      tags: ["env:staging", "project:dev-one"],
      ...values,
    },
  },
});
const page = (query: string) => ({ type: "composite", query, tags: ["env:staging"] });

/** A monitoring stack, for environments without one. */
export const monitoringStack = (): Document => ({
  resource: {
    datadog_monitor: {
      ...monitor().datadog_monitor,
      page: { ...monitor().datadog_monitor.m, ...page("${datadog_monitor.m.id}") },
    },
  },
});

export const monitors: readonly Case[] = [
  {
    rule: "datadog-monitor-has-recipient",
    fails: monitor({ message: "{{#is_warning}}@slack-dev-one-staging-warnings{{/is_warning}}" }),
    says: "its message names no recipient for an alert",
    passes: monitor({ message: "Look at this. @oncall-platform" }),
    breaks: set("datadog_monitor", { message: (was) => was.replaceAll(/@[\w-]+/g, "") }),
    stack: "staging-monitoring",
  },
  {
    rule: "datadog-monitor-links-to-runbook",
    fails: monitor({ message: "Runbook: https://example.org/runbooks/servers.md @slack-x" }),
    says: "its message links to no heading of a runbook",
    passes: monitor(),
    breaks: set("datadog_monitor", { message: (was) => was.replace("Runbook:", "See") }),
    stack: "staging-monitoring",
  },
  {
    rule: "datadog-monitor-query-uses-critical-threshold",
    fails: monitor({ monitor_thresholds: { critical: "95" } }),
    says: "its query compares with 90, its critical threshold is 95",
    passes: {
      datadog_monitor: {
        ...monitor({ query: "min(next_1w):forecast(avg:x{env:staging}, 'linear', 1) <= 9e1" }).datadog_monitor,
        // Its query refers to an SLO whose id is known after the apply; its other arguments are known.
        burn: monitor({
          type: "slo alert",
          query: 'burn_rate("${datadog_service_level_objective.o.id}").over("7d") > 90',
        }).datadog_monitor.m,
      },
    },
    breaks: set("datadog_monitor", { monitor_thresholds: undefined }),
    stack: "staging-monitoring",
  },
  {
    rule: "datadog-monitor-pages-for-production-only",
    fails: monitor({ escalation_message: "Still. @opsgenie-dev-one" }),
    says: "it pages @opsgenie-dev-one",
    passes: monitor(),
    breaks: set("datadog_monitor", { message: (was) => `${was} @oncall-platform` }),
    stack: "staging-monitoring",
  },
  {
    rule: "datadog-monitor-queries-own-environment",
    fails: monitor({ query: "avg(last_5m):avg:system.cpu.user{env:production} > 90" }),
    says: "its query filters by env:production",
    passes: { datadog_monitor: { ...monitor().datadog_monitor, p: page("${datadog_monitor.m.id}") } },
    breaks: set("datadog_monitor", { tags: ["project:dev-one"] }),
    stack: "staging-monitoring",
  },
];
