import { Annotations } from "cdktf";
import { Construct } from "constructs";

import { advice, boundaryArn, datadogAccountId, type Environment, prefix, slackChannels } from "../config";
import { Dashboard, dashboardPlans } from "./dashboards";
import { LogMetrics } from "./datadog/log-metrics";
import { AwsIntegration } from "./integrations/aws-integration";
import { Notifications } from "./integrations/notifications";
import { AlertMonitor } from "./monitors/alert-monitor";
import { Links } from "./monitors/links";
import { Maintenance } from "./monitors/maintenance";
import { type PageMember, PageMonitor } from "./monitors/page-monitor";
import { pageRecipients, recipientsBySeverity } from "./monitors/recipients";
import { signalsOf } from "./signals";
import type { Signal } from "./signals/signal";
import { Objectives, objectivesOf } from "./slo/objectives";

export interface MonitoringProps {
  /** The whole environment, because signals and their texts follow from most of it. */
  readonly environment: Environment;
  /** The current time, for advice about what ends on a date. */
  readonly now: Date;
}

/** Everything in Datadog about one environment, and the role with which Datadog reads its AWS account. */
export class Monitoring extends Construct {
  private readonly environment: Environment;
  private readonly signals: readonly Signal[];
  private readonly links: Links;

  constructor(scope: Construct, id: string, { environment, now }: MonitoringProps) {
    super(scope, id);
    this.environment = environment;
    this.signals = signalsOf(environment);
    const { name: environmentName, domain: domainName, datadog } = environment;
    const namePrefix = prefix(environment);
    const links = new Links({ namePrefix, site: datadog.site, runbooksUrl: datadog.runbooks });
    this.links = links;

    this.createAwsIntegration();
    new LogMetrics(this, "log-metrics", { environmentName, latencySeconds: datadog.slo.latencySeconds });
    new Notifications(this, "notifications", {
      slackAccount: datadog.slack.account,
      slackChannels: slackChannels(environment),
      opsgenie: datadog.paging.kind === "opsgenie" ? datadog.paging : undefined,
    });
    const { pages } = new Objectives(this, "objectives", {
      namePrefix,
      environmentName,
      links,
      recipients: recipientsBySeverity(environment),
      objectives: objectivesOf(environment),
    });
    new PageMonitor(this, "page", {
      namePrefix,
      environmentName,
      domainName,
      links,
      recipients: pageRecipients(environment),
      members: [...this.createMonitors(), ...pages],
    });
    this.createDashboards();
    new Maintenance(this, "maintenance", { environmentName, maintenance: datadog.maintenance });

    for (const sentence of advice(environment, now)) Annotations.of(this).addWarning(sentence);
  }

  private createAwsIntegration(): void {
    const { environment } = this;
    const account = datadogAccountId(environment);
    if (account === undefined) {
      throw new RangeError(
        `datadog.awsAccountId is not set and there is no default for the site ${environment.datadog.site}`,
      );
    }
    new AwsIntegration(this, "aws", {
      roleName: `${prefix(environment)}-datadog`,
      environmentName: environment.name,
      accountId: environment.accountId,
      region: environment.region,
      datadogAccountId: account,
      permissionsBoundaryArn: boundaryArn(environment),
    });
  }

  /** Creates a monitor for every alert of every signal and returns those that page. */
  private createMonitors(): PageMember[] {
    const { environment, links } = this;
    const recipients = recipientsBySeverity(environment);
    const monitors = new Construct(this, "monitors");
    return this.signals.flatMap((signal) =>
      signal.alerts.flatMap((alert) => {
        const { monitor } = new AlertMonitor(monitors, alert.id, {
          namePrefix: prefix(environment),
          environmentName: environment.name,
          links,
          recipients: recipients[alert.severity],
          signal,
          alert,
        });
        return alert.severity === "page" ? [{ monitor, title: alert.title, runbook: links.runbook(signal) }] : [];
      }),
    );
  }

  private createDashboards(): void {
    const { environment, links, signals } = this;
    const dashboards = new Construct(this, "dashboards");
    for (const plan of dashboardPlans(environment)) {
      new Dashboard(dashboards, plan.tier, {
        environmentName: environment.name,
        domainName: environment.domain,
        links,
        plan,
        signals,
      });
    }
  }
}
