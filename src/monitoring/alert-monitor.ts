import { Monitor } from "@cdktf/provider-datadog/lib/monitor";
import { Construct } from "constructs";

import { type Environment, prefix } from "../config";
import { dashboardUrl, runbookUrl } from "./links";
import { message } from "./message";
import { isFromCloudWatch } from "./metric-query";
import { ANOMALY_WINDOW, monitorGroups, monitorQuery, monitorType } from "./monitor-query";
import { recipients } from "./recipients";
import type { Alert, ForecastAlert, MetricAlert, Severity, Signal } from "./signal";
import type { Thresholds } from "./thresholds";

/** CloudWatch's numbers are complete that many seconds later. */
const CLOUDWATCH_DELAY_SECONDS = 900;
const NEW_GROUP_DELAY_SECONDS = 300;

/** Datadog's priorities, 1 to 5; 1 is the page itself. */
const PRIORITIES: Readonly<Record<Severity, string>> = { page: "2", ticket: "3", notice: "4" };

export interface AlertMonitorProps {
  readonly environment: Environment;
  /** The signal that the alert is a part of: meaning, runbook, dashboard. */
  readonly signal: Signal;
  /** What is compared, and whom it reaches. */
  readonly alert: Alert;
}

/** The monitor of one alert. */
export class AlertMonitor extends Construct {
  /** The monitor, which the page refers to. */
  readonly monitor: Monitor;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlertMonitorProps,
  ) {
    super(scope, id);
    const { environment, alert } = props;
    const groups = monitorGroups(alert);
    this.monitor = new Monitor(this, "monitor", {
      name: `[${prefix(environment)}] ${alert.title}`,
      type: monitorType(alert),
      query: monitorQuery(alert),
      message: this.message(),
      priority: PRIORITIES[alert.severity],
      tags: monitorTags(environment, props.signal.tier, props.signal.id, alert.severity),
      includeTags: groups.length > 0,
      ...this.monitorThresholds(),
      ...this.missingData(),
      ...(groups.length === 0 ? {} : { newGroupDelay: newGroupDelay(alert) }),
      ...(alert.kind !== "check" && isFromCloudWatch(alert.query) ? { evaluationDelay: CLOUDWATCH_DELAY_SECONDS } : {}),
      ...renotification(alert.severity),
      // Log metrics and CloudWatch have gaps; with a full window demanded, alerts would be skipped.
      requireFullWindow: false,
      notifyAudit: false,
    });
  }

  private message(): string {
    const { environment, signal, alert } = this.props;
    const thresholds = alert.kind === "metric" || alert.kind === "forecast" ? thresholdsOf(alert) : undefined;
    return message({
      title: alert.title,
      meaning: signal.meaning,
      groups: monitorGroups(alert),
      ...(thresholds === undefined ? {} : { thresholds }),
      warns: alert.kind === "check" || thresholds?.warning !== undefined,
      noDataMinutes: alert.noDataMinutes,
      notes:
        alert.severity === "page"
          ? ["On call hears of it through the monitor that pages, once for everything that is wrong."]
          : [],
      runbook: runbookUrl(environment, signal),
      dashboard: dashboardUrl(environment, signal.tier),
      recipients: recipients(environment, alert.severity),
    });
  }

  private monitorThresholds() {
    const { alert } = this.props;
    switch (alert.kind) {
      case "check":
        return {
          monitorThresholds: { warning: alert.warning.toString(), critical: alert.critical.toString(), ok: "1" },
        };
      case "anomaly":
        return {
          monitorThresholds: { critical: "1", criticalRecovery: "0" },
          monitorThresholdWindows: { triggerWindow: ANOMALY_WINDOW, recoveryWindow: ANOMALY_WINDOW },
        };
      case "metric":
      case "forecast":
        return { monitorThresholds: asStrings(thresholdsOf(alert)) };
    }
  }

  /** No data: notify after `noDataMinutes`. Otherwise resolve if the host was terminated by scaling or there are no requests. */
  private missingData() {
    const { alert } = this.props;
    const { noDataMinutes, kind } = alert;
    if (noDataMinutes !== undefined) return { notifyNoData: true, noDataTimeframe: noDataMinutes };
    const hosts = monitorGroups(alert).includes("host");
    const resolves = kind === "metric" && alert.onMissingData === "resolve";
    if (!hosts && !resolves) return { notifyNoData: false };
    // Service checks know no `on_missing_data`.
    if (kind === "check") return { notifyNoData: false, timeoutH: 1 };
    // Instead of `notify_no_data`: the provider refuses both, even when that one is false.
    return { onMissingData: "resolve" };
  }
}

/** Tags by which dashboards, maintenance and people find monitors. */
export function monitorTags({ name }: Environment, tier: string, signal: string, severity: string): string[] {
  return [`env:${name}`, "project:dev-one", `tier:${tier}`, `signal:${signal}`, `severity:${severity}`];
}

/** A ticket is brought up once a day for as long as it is true; a notice is not. */
function renotification(severity: Severity) {
  return severity === "ticket" ? { renotifyInterval: 1440, renotifyStatuses: ["alert"] } : { renotifyInterval: 0 };
}

function newGroupDelay(alert: Alert): number {
  return alert.kind === "metric" ? (alert.newGroupDelay ?? NEW_GROUP_DELAY_SECONDS) : NEW_GROUP_DELAY_SECONDS;
}

/**
 * Whatever pages knows no warning: a composite counts a member's warning as worth an alert, so that every deployment would begin one, and
 * a page that ends by way of a warning would never be closed (docs/decisions/0021).
 */
function thresholdsOf(alert: MetricAlert | ForecastAlert): Thresholds {
  if (alert.severity !== "page") return alert.thresholds;
  const { comparator, critical, criticalRecovery, unit } = alert.thresholds;
  return { comparator, critical, unit, ...(criticalRecovery === undefined ? {} : { criticalRecovery }) };
}

function asStrings({ critical, warning, criticalRecovery, warningRecovery }: Thresholds) {
  return {
    critical: critical.toString(),
    ...(warning === undefined ? {} : { warning: warning.toString() }),
    ...(criticalRecovery === undefined ? {} : { criticalRecovery: criticalRecovery.toString() }),
    ...(warningRecovery === undefined ? {} : { warningRecovery: warningRecovery.toString() }),
  };
}
