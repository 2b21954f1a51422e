import { Monitor } from "@cdktf/provider-datadog/lib/monitor";
import { ServiceLevelObjective } from "@cdktf/provider-datadog/lib/service-level-objective";
import { Construct } from "constructs";

import { type Environment, prefix } from "../config";
import { monitorTags } from "./alert-monitor";
import { dashboardUrl, runbookUrl } from "./links";
import { logMetricNames } from "./log-metric-names";
import { message } from "./message";
import { type Series, seriesQuery } from "./metric-query";
import type { PageMember } from "./page-monitor";
import { recipients } from "./recipients";
import { fleet } from "./tag-filters";

/** Days over which an objective is to be kept. */
const TIMEFRAME = "30d";

/**
 * How fast the error budget may burn: 14.4 times spends 2 % of a month's budget in an hour, 6 times 5 % in six hours.
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

/** What is promised to clients. */
export interface Objective {
  /** Heading in docs/runbooks/objectives.md. */
  readonly id: string;
  /** What is promised, in a few words. */
  readonly title: string;
  /** The promise as one sentence. */
  readonly meaning: string;
  /** Share of good requests over 30 days, percent. */
  readonly targetPercent: number;
  /** Requests that keep the promise. */
  readonly good: Series;
  /** All requests that the objective is about. */
  readonly total: Series;
}

/** The objectives of an environment, with its targets: availability and latency. */
export function objectivesOf(environment: Environment): Objective[] {
  const { slo } = environment.datadog;
  const names = logMetricNames(environment);
  const total: Series = { aggregator: "sum", metric: names.requests, tags: fleet(environment), as: "count" };
  return [
    {
      id: "availability",
      title: "Requests that do not fail",
      meaning: `Of all requests in 30 days, ${slo.availabilityPercent} % get an answer other than 5xx.`,
      targetPercent: slo.availabilityPercent,
      good: { ...total, tags: [...total.tags, "!status_category:error"] },
      total,
    },
    {
      id: "latency",
      title: `Requests within ${slo.latencySeconds} s`,
      meaning: `Of all requests in 30 days that are not held on purpose, ${slo.latencyPercent} % are answered within ${slo.latencySeconds} s.`,
      targetPercent: slo.latencyPercent,
      good: { ...total, metric: names.fast },
      total: { ...total, metric: names.timed },
    },
  ];
}

export interface ObjectivesProps {
  readonly environment: Environment;
}

/** Objectives with their error budgets, and the alerts that say how fast these burn. */
export class Objectives extends Construct {
  /** What pages. */
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
    const { id, title, meaning, targetPercent, good, total } = objective;
    // Halfway into the budget.
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
      tags: [`env:${environment.name}`, "project:dev-one", "tier:application"],
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
    const { environment } = this.props;
    const title = `${objective.title}: the error budget burns ${rate} times too fast`;
    const runbook = this.runbook(objective);
    const monitor = new Monitor(this, `${objective.id}-${id}-burn`, {
      name: `[${prefix(environment)}] ${title}`,
      type: "slo alert",
      query: `burn_rate("${slo.id}").over("${TIMEFRAME}").long_window("${long}").short_window("${short}") > ${rate}`,
      message: message({
        title,
        warns: false,
        meaning: `${objective.meaning} At this rate ${spends} is gone.`,
        notes:
          severity === "page"
            ? ["On call hears of it through the monitor that pages, once for everything that is wrong."]
            : [],
        runbook,
        dashboard: dashboardUrl(environment, "application"),
        recipients: recipients(environment, severity),
      }),
      priority: severity === "page" ? "2" : "3",
      tags: monitorTags(environment, "application", objective.id, severity),
      monitorThresholds: { critical: rate.toString() },
      includeTags: false,
      // Without requests there is nothing to fail.
      notifyNoData: false,
      ...(severity === "ticket" ? { renotifyInterval: 1440, renotifyStatuses: ["alert"] } : { renotifyInterval: 0 }),
      requireFullWindow: false,
      notifyAudit: false,
    });
    return { monitor, title, runbook };
  }

  private runbook({ id }: Objective): string {
    return runbookUrl(this.props.environment, { tier: "objectives", id });
  }
}
