import { type Environment, type PlacedService, servicesWithJobs } from "../../config";
import { jobRunsName } from "../datadog/log-metric-names";
import { type Series, single } from "../datadog/metric-query";
import { fleet } from "../datadog/tag-filters";
import { aboveZero } from "../datadog/thresholds";
import { ofService } from "./service-alerts";
import type { Alert, Signal } from "./signal";

/** How long a failure stays an alert: until the next run of the day after has ended. */
const WINDOW = "last_26h";

/**
 * The nightly jobs of services, by the lines that `dev-one-job` writes when a run ends; none where no service has jobs. A failed run and
 * a missing one have separate alerts, so that one problem opens one ticket: together they alert when no run succeeds.
 */
export function jobSignals(environment: Environment): Signal[] {
  const runs: Series = { aggregator: "sum", metric: jobRunsName(environment), tags: fleet(environment), as: "count" };
  const [first, ...others] = servicesWithJobs(environment).flatMap((service) => alertsOf(service, runs));
  if (first === undefined) return [];
  return [
    {
      id: "jobs",
      title: "Nightly jobs",
      tier: "application",
      meaning: "A nightly job of a service did not do its work; it does not run again before the next day.",
      graphs: [
        {
          title: "Runs of jobs that ended, by outcome",
          lines: [{ label: "runs", query: single({ ...runs, by: ["service", "job", "outcome"] }, "execution") }],
          display: "bars",
        },
      ],
      alerts: [first, ...others],
    },
  ];
}

function alertsOf(service: PlacedService, runs: Series): Alert[] {
  const failed: Alert = {
    kind: "metric",
    id: "jobs-failed",
    title: "A nightly job failed",
    severity: "ticket",
    recovery: "Not again for 26 hours",
    query: single({ ...runs, tags: [...runs.tags, "outcome:failed"], by: ["job"] }, "execution"),
    thresholds: aboveZero("execution"),
    over: "sum",
    window: WINDOW,
    onMissingData: "resolve",
  };
  // One for each job: a group that has no data is dropped after a day, a simple alert is not.
  const missing = Object.entries(service.jobs).map(([job, { minutes }]): Alert => {
    // A run may take as long as its limit when the one before ended at once; an hour more for logs and another time of the day.
    const hours = 25 + Math.ceil(minutes / 60);
    return {
      kind: "metric",
      id: `jobs-missing-${job}`,
      title: `The job ${job} has not run for ${hours} hours`,
      severity: "ticket",
      query: single({ ...runs, tags: [...runs.tags, `job:${job}`] }, "execution"),
      thresholds: { comparator: "<", critical: 1, unit: "execution" },
      over: "sum",
      window: `last_${hours}h`,
      // Datadog notifies of missing data only after it has seen data: not before the first run.
      onMissingData: "notify",
    };
  });
  return [failed, ...missing].map((alert) => ofService(alert, service));
}
