import { Annotations } from "cdktf";
import { Construct } from "constructs";

import {
  advice,
  boundaryArn,
  datadogAccountId,
  type Environment,
  prefix,
  serviceOfAllServers,
  servicesOf,
  slackChannels,
} from "../config";
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
import { Objectives } from "./slo/objectives";

export interface MonitoringProps {
  /** The whole environment, because signals and their texts follow from most of it. */
  readonly environment: Environment;
  /** The current time, for advice about what ends on a date, and for the next start of weekly maintenance. */
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
    const { name: environmentName, datadog } = environment;
    const namePrefix = prefix(environment);
    const links = new Links({ namePrefix, site: datadog.site, runbooksUrl: datadog.runbooks });
    this.links = links;

    this.createAwsIntegration();
    new LogMetrics(this, "log-metrics", { environment });
    new Notifications(this, "notifications", {
      slackAccount: datadog.slack.account,
      slackChannels: this.slackChannels(),
      opsgenie: this.opsgenieServices(),
    });
    const { pages } = new Objectives(this, "objectives", { environment, links });
    this.createPages([...this.createMonitors(), ...pages]);
    this.createDashboards();
    new Maintenance(this, "maintenance", { environmentName, maintenance: datadog.maintenance, now });

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

  /** Channels of services that are not the environment's, once each. */
  private slackChannels(): Record<string, string> {
    const own = slackChannels(this.environment);
    const others = servicesOf(this.environment).flatMap(({ alerts: { slack } }) => slack ?? []);
    const ids = others
      .filter((channel) => channel !== own.alerts)
      .map((channel) => [`channel-${channel.slice(1)}`, channel]);
    return { ...own, ...(Object.fromEntries(ids) as Record<string, string>) };
  }

  /** Opsgenie's services of the environment and of its services, once each. */
  private opsgenieServices() {
    const { datadog } = this.environment;
    const all = [datadog.paging, ...servicesOf(this.environment).flatMap(({ alerts }) => alerts.paging ?? [])];
    const isFirst = ({ service }: { service: string }) =>
      datadog.paging.kind === "opsgenie" && datadog.paging.service === service;
    return Object.fromEntries(
      all.flatMap((paging) =>
        paging.kind === "opsgenie"
          ? [[isFirst(paging) ? "opsgenie" : `opsgenie-${paging.service}`, paging] as const]
          : [],
      ),
    );
  }

  /**
   * The platform's page, with what the service on all servers needs, and a page of each other service to its owner
   * (docs/decisions/0027-a-page-for-each-service.md).
   */
  private createPages(members: readonly PageMember[]): void {
    const { environment, links } = this;
    const props = {
      namePrefix: prefix(environment),
      environmentName: environment.name,
      domainName: environment.domain,
      links,
    };
    const others = servicesOf(environment).filter(({ placement }) => placement.kind !== "all-servers");
    const isOf = (member: PageMember, name: string) => member.service?.name === name;
    new PageMonitor(this, "page", {
      ...props,
      recipients: pageRecipients(environment, serviceOfAllServers(environment)),
      members: members.filter((member) => !others.some(({ name }) => isOf(member, name))),
    });
    const pages = new Construct(this, "pages");
    for (const service of others) {
      new PageMonitor(pages, `page-${service.name}`, {
        ...props,
        service,
        recipients: pageRecipients(environment, service),
        members: members.filter((member) => isOf(member, service.name)),
      });
    }
  }

  /** Creates a monitor for every alert of every signal and returns those that page. */
  private createMonitors(): PageMember[] {
    const { environment, links } = this;
    const monitors = new Construct(this, "monitors");
    return this.signals.flatMap((signal) =>
      signal.alerts.flatMap((alert) => {
        const { monitor } = new AlertMonitor(monitors, alert.id, {
          namePrefix: prefix(environment),
          environmentName: environment.name,
          links,
          recipients: recipientsBySeverity(environment, alert.service)[alert.severity],
          signal,
          alert,
        });
        const { title, service } = alert;
        return alert.severity === "page" ? [{ monitor, title, runbook: links.runbook(signal), service }] : [];
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
