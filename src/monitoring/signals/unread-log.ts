import type { Environment } from "../../config";
import { logMetricNames } from "../datadog/log-metric-names";
import { type Series, single } from "../datadog/metric-query";
import { EACH_SERVER, fleet } from "../datadog/tag-filters";
import type { Thresholds } from "../datadog/thresholds";
import type { Signal } from "./signal";

/** In an hour. A few lines are cut when a process is killed while it writes. */
const MANY_LINES: Thresholds = { comparator: ">", critical: 10, unit: "error" };

/** Lines of nginx's logs from which Datadog's pipeline derives no attributes, so that no metric counts them. */
export function unreadLogSignals(environment: Environment): Signal[] {
  const { unreadLines } = logMetricNames(environment);
  const unread: Series = { aggregator: "sum", metric: unreadLines, tags: fleet(environment), as: "count" };
  return [
    {
      id: "unread-log",
      title: "Lines of nginx's logs that are not read",
      tier: "application",
      meaning: "These requests are in no metric: error rates, latency and objectives leave them out.",
      graphs: [
        {
          title: "Log lines that are not read, by server",
          lines: [{ label: "lines", query: single({ ...unread, by: EACH_SERVER }, "error") }],
          display: "bars",
          thresholds: MANY_LINES,
        },
      ],
      alerts: [
        {
          kind: "metric",
          id: "unread-log-lines",
          title: "Datadog does not read lines of nginx's logs",
          severity: "ticket",
          query: single(unread, "error"),
          thresholds: MANY_LINES,
          over: "sum",
          window: "last_1h",
          onMissingData: "resolve",
        },
      ],
    },
  ];
}
