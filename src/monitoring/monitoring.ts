import { Annotations } from "cdktf";
import { Construct } from "constructs";

import { advice, type Environment } from "../config";
import { AlertMonitor } from "./alert-monitor";
import { AwsIntegration } from "./aws-integration";
import { Dashboard, dashboardPlans } from "./dashboards";
import { runbookUrl } from "./links";
import { LogMetrics } from "./log-metrics";
import { Maintenance } from "./maintenance";
import { Notifications } from "./notifications";
import { Objectives } from "./objectives";
import { type PageMember, PageMonitor } from "./page-monitor";
import type { Signal } from "./signal";
import { signalsOf } from "./signals";

export interface MonitoringProps {
  readonly environment: Environment;
  /** Today, for advice about what ends on a date. */
  readonly now: Date;
}

/** Everything in Datadog about one environment, and the role with which Datadog reads its AWS account. */
export class Monitoring extends Construct {
  private readonly signals: readonly Signal[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: MonitoringProps,
  ) {
    super(scope, id);
    const { environment, now } = props;
    this.signals = signalsOf(environment);

    new AwsIntegration(this, "aws", { environment });
    new LogMetrics(this, "log-metrics", { environment });
    new Notifications(this, "notifications", { environment });
    const { pages } = new Objectives(this, "objectives", { environment });
    new PageMonitor(this, "page", { environment, members: [...this.createMonitors(), ...pages] });
    this.createDashboards();
    new Maintenance(this, "maintenance", { environment });

    for (const sentence of advice(environment, now)) Annotations.of(this).addWarning(sentence);
  }

  /** A monitor for every alert of every signal; those that page are handed on. */
  private createMonitors(): PageMember[] {
    const { environment } = this.props;
    const monitors = new Construct(this, "monitors");
    return this.signals.flatMap((signal) =>
      signal.alerts.flatMap((alert) => {
        const { monitor } = new AlertMonitor(monitors, alert.id, { environment, signal, alert });
        return alert.severity === "page"
          ? [{ monitor, title: alert.title, runbook: runbookUrl(environment, signal) }]
          : [];
      }),
    );
  }

  private createDashboards(): void {
    const { environment } = this.props;
    const dashboards = new Construct(this, "dashboards");
    for (const plan of dashboardPlans(environment)) {
      new Dashboard(dashboards, plan.tier, { environment, plan, signals: this.signals });
    }
  }
}
