import { Monitor } from "@cdktf/provider-datadog/lib/monitor";
import { ServiceLevelObjective } from "@cdktf/provider-datadog/lib/service-level-objective";
import { Construct } from "constructs";

import { type Environment, type PlacedService, prefix, servicesOf } from "../../config";
import { fastRequestsName, logMetricNames } from "../datadog/log-metric-names";
import { type Series, seriesQuery } from "../datadog/metric-query";
import { endsOf } from "../datadog/service-names";
import { fleet } from "../datadog/tag-filters";
import { monitorTags, serviceTags } from "../monitors/alert-monitor";
import type { Links } from "../monitors/links";
import { message } from "../monitors/message";
import type { PageMember } from "../monitors/page-monitor";
import { recipientsBySeverity } from "../monitors/recipients";

/** Time window of every objective. */
const TIMEFRAME = "30d";

/**
 * Burn rates of the error budget that alert: 14.4 uses 2 % of a month's budget in an hour, 6 uses 5 % in six hours.
 * @see https://sre.google/workbook/alerting-on-slos/
 */
const BURN_RATES = [
  { id: "fast", rate: 14.4, long: "1h", short: "5m", severity: "page", spends: "2 % of the month's budget in an hour" },
  {
    id: "slow",
    rate: 6,
    long: "6h",
    short: "30m",
    severity: "ticket",
    spends: "5 % of the month's budget in six hours",
  },
] as const;

/** A service level objective. */
export interface Objective {
  /** Construct id. */
  readonly id: string;
  /** Heading in docs/runbooks/objectives.md, and value of the tag `signal`. */
  readonly heading: string;
  /** The service whose requests it is about. */
  readonly service: PlacedService;
  /** Title, such as `Requests that do not fail`. */
  readonly title: string;
  /** The objective as one sentence. */
  readonly meaning: string;
  /** Share of good requests over 30 days, percent. */
  readonly targetPercent: number;
  /** Good requests. */
  readonly good: Series;
  /** All requests of the objective. */
  readonly total: Series;
}

/** The objectives of every service of an environment: availability and latency. */
export function objectivesOf(environment: Environment): Objective[] {
  return servicesOf(environment).flatMap((service) => {
    const { availabilityPercent, latencyPercent, latencySeconds } = service.objectives;
    const names = logMetricNames(environment);
    const tags = [...fleet(environment), `service:${service.name}`];
    const total: Series = { aggregator: "sum", metric: names.requests, tags, as: "count" };
    const ends = endsOf(service);
    const own = (heading: string, title: string) => ({
      id: `${heading}${ends.id}`,
      heading,
      title: `${title}${ends.title}`,
      service,
    });
    return [
      {
        ...own("availability", "Requests that do not fail"),
        meaning: `Of all requests in 30 days, ${availabilityPercent} % get an answer other than 5xx.`,
        targetPercent: availabilityPercent,
        good: { ...total, tags: [...tags, "!status_category:error"] },
        total,
      },
      {
        ...own("latency", `Requests within ${latencySeconds} s`),
        meaning: `Of all requests in 30 days that are not held on purpose, ${latencyPercent} % are answered within ${latencySeconds} s.`,
        targetPercent: latencyPercent,
        good: { ...total, metric: fastRequestsName(environment, service) },
        total: { ...total, metric: names.timed },
      },
    ];
  });
}

export interface ObjectivesProps {
  /** The environment whose services have the objectives. */
  readonly environment: Environment;
  /** URLs of runbook and dashboard. */
  readonly links: Links;
}

/** Service level objectives with burn rate alerts. */
export class Objectives extends Construct {
  /** The burn rate alerts that page. */
  readonly pages: readonly PageMember[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ObjectivesProps,
  ) {
    super(scope, id);
    this.pages = objectivesOf(props.environment).flatMap((objective) => this.createObjective(objective));
  }

  private createObjective(objective: Objective): PageMember[] {
    const { environment } = this.props;
    const { id, title, meaning, targetPercent, good, total, service } = objective;
    // Half of the error budget.
    const warning = Number(((targetPercent + 100) / 2).toPrecision(12));
    const slo = new ServiceLevelObjective(this, id, {
      name: `[${prefix(environment)}] ${title}`,
      type: "metric",
      description: `${meaning} Runbook: ${this.runbook(objective)}`,
      query: { numerator: seriesQuery(good), denominator: seriesQuery(total) },
      thresholds: [{ timeframe: TIMEFRAME, target: targetPercent, warning }],
      timeframe: TIMEFRAME,
      targetThreshold: targetPercent,
      warningThreshold: warning,
      tags: [`env:${environment.name}`, "project:dev-one", "tier:application", ...serviceTags(service)],
    });
    return BURN_RATES.flatMap((burn) => {
      const member = this.createBurnAlert(objective, slo, burn);
      return burn.severity === "page" ? [member] : [];
    });
  }

  private createBurnAlert(
    objective: Objective,
    slo: ServiceLevelObjective,
    { id, rate, long, short, severity, spends }: (typeof BURN_RATES)[number],
  ): PageMember {
    const { environment, links } = this.props;
    const { service } = objective;
    const title = `${objective.title}: the error budget burns ${rate} times too fast`;
    const runbook = this.runbook(objective);
    const monitor = new Monitor(this, `${objective.heading}-${id}-burn${endsOf(service).id}`, {
      name: `[${prefix(environment)}] ${title}`,
      type: "slo alert",
      query: `burn_rate("${slo.id}").over("${TIMEFRAME}").long_window("${long}").short_window("${short}") > ${rate}`,
      message: message({
        title,
        hasWarning: false,
        meaning: `${objective.meaning} At this rate ${spends} is gone.`,
        notes:
          severity === "page"
            ? ["On call hears of it through the monitor that pages, once for everything that is wrong."]
            : [],
        runbook,
        dashboard: links.dashboard("application"),
        recipients: recipientsBySeverity(environment, service)[severity],
      }),
      priority: severity === "page" ? "2" : "3",
      tags: monitorTags(environment.name, "application", objective.heading, severity, service),
      monitorThresholds: { critical: rate.toString() },
      includeTags: false,
      // No data means no requests, and so no failures.
      notifyNoData: false,
      ...(severity === "ticket" ? { renotifyInterval: 1440, renotifyStatuses: ["alert"] } : { renotifyInterval: 0 }),
      requireFullWindow: false,
      notifyAudit: false,
    });
    return { monitor, title, runbook, service };
  }

  private runbook({ heading }: Objective): string {
    return this.props.links.runbook({ tier: "objectives", id: heading });
  }
}
