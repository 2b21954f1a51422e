import type { Resource } from "@dev-one/terraform-json/resources";

import { every, type Rule } from "../rule";

const PAGES = /^@(opsgenie|oncall|pagerduty|victorops|splunk|sms|team-oncall)-/;

interface MonitorRecipients {
  /** Recipients of an alert: handles within `{{#is_alert}}`, or outside of every condition. */
  readonly alert: readonly string[];
  /** Handles anywhere, the escalation message included. */
  readonly all: readonly string[];
}

/** The recipients in a Datadog monitor's messages. @throws Undecided */
function recipientsOf(monitor: Resource): MonitorRecipients {
  const message = monitor.text("message") ?? "";
  const escalation = monitor.text("escalation_message") ?? "";
  const alerts = [...message.matchAll(/\{\{#is_alert\}\}(.*?)\{\{\/is_alert\}\}/gs)].map(([, text]) => text ?? "");
  const always = message.replace(/\{\{#(\w+)[^}]*\}\}.*?\{\{\/\1\}\}/gs, "");
  return { alert: handlesIn([...alerts, always].join("\n")), all: handlesIn(`${message}\n${escalation}`) };
}

function handlesIn(text: string): string[] {
  return [...text.matchAll(/(?<![\w.])@[A-Za-z0-9][\w.@-]*/g)].map(([handle]) => handle);
}

/**
 * The query of a monitor. A burn-rate alert names an SLO of its stack, whose id is known after the apply: a plan does not contain the
 * query, and the rules check it in the synthesized JSON.
 * @throws Undecided when another monitor's query is not known
 */
function queryOf(monitor: Resource): string | undefined {
  return monitor.text("type") === "slo alert" ? monitor.template("query") : (monitor.text("query") ?? "");
}

export const monitors: readonly Rule[] = [
  {
    id: "datadog-monitor-has-recipient",
    title: "Every Datadog monitor notifies a recipient when it alerts",
    reason: "An alert without a recipient is not delivered.",
    remedy: "Write an @-handle into the message, inside {{#is_alert}} or outside of every condition.",
    subjects: every("datadog_monitor"),
    check: (monitor) => recipientsOf(monitor).alert.length === 0 && "its message names no recipient for an alert",
  },
  {
    id: "datadog-monitor-links-to-runbook",
    title: "Every Datadog monitor links to a heading of a runbook",
    reason: "The person on call must not have to search for what to do.",
    remedy: "Write `Runbook: https://...#heading` into the message.",
    subjects: every("datadog_monitor"),
    check: (monitor) =>
      !/\bRunbook: https:\/\/\S+#[\w-]+/.test(monitor.text("message") ?? "") &&
      "its message links to no heading of a runbook",
  },
  {
    id: "datadog-monitor-pages-for-production-only",
    title: "Only monitors of production page a person",
    reason: "A page for staging at night costs the attention that production needs.",
    remedy: "Send the alert to a channel; use paging handles in production only.",
    subjects: every("datadog_monitor"),
    check: (monitor, { isProduction }) => {
      if (isProduction) return undefined;
      const { all } = recipientsOf(monitor);
      return all.filter((handle) => PAGES.test(handle)).map((handle) => `it pages ${handle}`);
    },
  },
  {
    id: "datadog-monitor-queries-own-environment",
    title: "A Datadog monitor is tagged with its environment and queries no other",
    reason: "A monitor over two environments averages them, so that the healthy one hides the failing one.",
    remedy: "Take the filter and the tags from the environment (src/monitoring/datadog/tag-filters.ts).",
    subjects: every("datadog_monitor"),
    check: (monitor, { environment }) => {
      const filters =
        monitor.text("type") === "composite" ? [] : [...(queryOf(monitor) ?? "").matchAll(/\benv:([\w-]+|\*)/g)];
      return [
        !monitor.texts("tags").includes(`env:${environment}`) && `it has no tag env:${environment}`,
        ...filters.map(([, env]) => env !== environment && `its query filters by env:${env ?? ""}`),
      ];
    },
  },
  {
    id: "datadog-monitor-query-uses-critical-threshold",
    title: "A Datadog monitor's query compares with its critical threshold",
    reason:
      "Datadog rejects the monitor otherwise, in the middle of a deployment; or it alerts at another value than the one that was reviewed.",
    remedy: "Build the query from the threshold.",
    subjects: every("datadog_monitor"),
    check: (monitor) => {
      if (["composite", "service check"].includes(monitor.text("type") ?? "")) return undefined;
      const query = queryOf(monitor);
      if (query === undefined) return undefined;
      const compared = /[<>]=?\s*(-?[\d.]+(?:e[+-]?\d+)?)\s*$/i.exec(query)?.[1];
      const critical = monitor.block("monitor_thresholds")?.number("critical");
      if (compared === undefined) return "its query compares with nothing";
      return (
        Number(compared) !== critical &&
        `its query compares with ${compared}, its critical threshold is ${critical ?? "not set"}`
      );
    },
  },
];
