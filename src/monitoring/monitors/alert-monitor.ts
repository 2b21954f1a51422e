import { Monitor } from "@cdktf/provider-datadog/lib/monitor";
import { Construct } from "constructs";

import type { PlacedService } from "../../config";
import { isFromCloudWatch } from "../datadog/metric-query";
import type { Thresholds } from "../datadog/thresholds";
import type { Alert, ForecastAlert, MetricAlert, Severity, Signal } from "../signals/signal";
import type { Links } from "./links";
import { message } from "./message";
import { ANOMALY_WINDOW, monitorGroups, monitorQuery, monitorType } from "./monitor-query";
import type { Recipients } from "./recipients";

/** Seconds after which CloudWatch metrics are complete in Datadog. */
const CLOUDWATCH_DELAY_SECONDS = 900;
const NEW_GROUP_DELAY_SECONDS = 300;

/** Priorities of monitors, 1 to 5. 1 is the page monitor's. */
const PRIORITIES: Readonly<Record<Severity, string>> = { page: "2", ticket: "3", notice: "4" };

export interface AlertMonitorProps {
  /** What the monitor's name starts with, such as `dev-one-staging`. */
  readonly namePrefix: string;
  /** Value of the tag `env`. */
  readonly environmentName: string;
  /** URLs of runbook and dashboard. */
  readonly links: Links;
  /** Recipients of the alert's severity. */
  readonly recipients: Recipients;
  /** The signal of the alert. */
  readonly signal: Signal;
  /** The alert. */
  readonly alert: Alert;
}

/** The monitor of one alert. */
export class AlertMonitor extends Construct {
  /** The monitor. */
  readonly monitor: Monitor;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlertMonitorProps,
  ) {
    super(scope, id);
    const { alert, signal } = props;
    const groups = monitorGroups(alert);
    this.monitor = new Monitor(this, "monitor", {
      name: `[${props.namePrefix}] ${alert.title}`,
      type: monitorType(alert),
      query: monitorQuery(alert),
      message: this.message(),
      priority: PRIORITIES[alert.severity],
      tags: monitorTags(props.environmentName, signal.tier, signal.id, alert.severity, alert.service),
      includeTags: groups.length > 0,
      ...this.monitorThresholds(),
      ...this.missingData(),
      ...(groups.length === 0 ? {} : { newGroupDelay: newGroupDelay(alert) }),
      ...(alert.kind !== "check" && isFromCloudWatch(alert.query) ? { evaluationDelay: CLOUDWATCH_DELAY_SECONDS } : {}),
      ...renotification(alert),
      // Log metrics and CloudWatch metrics have gaps, so a required full window would skip evaluations.
      requireFullWindow: false,
      notifyAudit: false,
    });
  }

  private message(): string {
    const { links, recipients, signal, alert } = this.props;
    const thresholds = alert.kind === "metric" || alert.kind === "forecast" ? thresholdsOf(alert) : undefined;
    return message({
      title: alert.title,
      meaning: alert.meaning ?? signal.meaning,
      groups: monitorGroups(alert),
      ...(thresholds === undefined ? {} : { thresholds }),
      hasWarning: alert.kind === "check" || thresholds?.warning !== undefined,
      noDataMinutes: alert.noDataMinutes,
      notifiesOfMissingData: notifiesOfMissingData(alert),
      ...recoveryOf(alert),
      notes:
        alert.severity === "page"
          ? ["On call hears of it through the monitor that pages, once for everything that is wrong."]
          : [],
      runbook: links.runbook(signal),
      dashboard: links.dashboard(signal.tier),
      recipients,
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
    if (notifiesOfMissingData(alert)) return { onMissingData: "show_and_notify_no_data" };
    if (!resolvesWithoutData(alert)) return { notifyNoData: false };
    // Monitors of service checks have no `on_missing_data`.
    if (kind === "check") return { notifyNoData: false, timeoutH: 1 };
    // Without `notify_no_data`, because the provider rejects both together, even with `false`.
    return { onMissingData: "resolve" };
  }
}

/** Tags of monitors, by which dashboards, downtimes and people select them. @param service the one that it is about @default none */
export function monitorTags(
  environmentName: string,
  tier: string,
  signal: string,
  severity: string,
  service?: PlacedService,
): string[] {
  return [
    ...[`env:${environmentName}`, "project:dev-one", `tier:${tier}`, `signal:${signal}`, `severity:${severity}`],
    ...serviceTags(service),
  ];
}

/** Tags of what belongs to one service. */
export function serviceTags(service: PlacedService | undefined): string[] {
  return service === undefined ? [] : [`service:${service.name}`, `team:${service.owner}`];
}

/** Tickets renotify once a day while the alert lasts; notices do not. */
function renotification(alert: Alert) {
  if (alert.severity !== "ticket") return { renotifyInterval: 0 };
  return { renotifyInterval: 1440, renotifyStatuses: notifiesOfMissingData(alert) ? ["alert", "no data"] : ["alert"] };
}

/** Whether a window without data is what the alert is about. */
function notifiesOfMissingData(alert: Alert): boolean {
  return alert.kind === "metric" && alert.onMissingData === "notify";
}

/** Whether missing data resolves the alert: the host was terminated by scaling, or there are no requests. */
function resolvesWithoutData(alert: Alert): boolean {
  if (alert.noDataMinutes !== undefined) return false;
  return monitorGroups(alert).includes("host") || (alert.kind === "metric" && alert.onMissingData === "resolve");
}

/** A recovery without data says so: the cause may last. */
function recoveryOf(alert: Alert): { readonly recovery?: string } {
  const { recovery } = alert;
  if (recovery !== undefined) return { recovery };
  return resolvesWithoutData(alert) ? { recovery: "Over, or without data" } : {};
}

function newGroupDelay(alert: Alert): number {
  return alert.kind === "metric" ? (alert.newGroupDelay ?? NEW_GROUP_DELAY_SECONDS) : NEW_GROUP_DELAY_SECONDS;
}

/**
 * Alerts that page have no warning threshold: a composite monitor alerts on a member's warning, so every deployment would page, and
 * a page whose member falls back to a warning would not be resolved (docs/decisions/0021).
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
