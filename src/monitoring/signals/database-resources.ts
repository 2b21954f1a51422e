import { databaseMemoryBytes, type Environment } from "../../config";
import { type Aggregator, type MetricQuery, type Series, single } from "../datadog/metric-query";
import { postgres } from "../datadog/tag-filters";
import { above, below } from "../datadog/thresholds";
import type { Signal } from "./signal";

const TIER = "data" as const;

function series(environment: Environment, aggregator: Aggregator, metric: string): Series {
  return { aggregator, metric: `aws.rds.${metric}`, tags: postgres(environment) };
}

/** Memory of PostgreSQL, as a share of that of its instance class. */
export function databaseMemory(environment: Environment): Signal {
  const thresholds = below(environment.datadog.thresholds.databaseFreeableMemoryPercent, "percent");
  const freeable: MetricQuery = {
    series: { freeable: series(environment, "min", "freeable_memory") },
    formula: `freeable / ${databaseMemoryBytes(environment)} * 100`,
    unit: "percent",
  };
  const swap = single(series(environment, "max", "swap_usage"), "byte");
  return {
    id: "database-memory",
    title: "PostgreSQL: memory",
    tier: TIER,
    meaning:
      "PostgreSQL has hardly any memory left; then it swaps, or the kernel ends it, and every connection with it.",
    graphs: [
      { title: "Freeable memory of PostgreSQL, %", lines: [{ label: "freeable", query: freeable }], thresholds },
      { title: "Swap of PostgreSQL", lines: [{ label: "swap", query: swap }], display: "area" },
    ],
    alerts: [
      {
        kind: "metric",
        id: "database-memory",
        title: "PostgreSQL is running out of memory",
        severity: "ticket",
        query: freeable,
        thresholds,
        over: "avg",
        window: "last_15m",
      },
    ],
  };
}

/**
 * Age of the oldest transaction that is not frozen. PostgreSQL stops accepting writes near two billion, and AWS advises an alarm at one.
 * @see https://aws.amazon.com/blogs/database/implement-an-early-warning-system-for-transaction-id-wraparound-in-amazon-rds-for-postgresql/
 */
export function databaseTransactions(environment: Environment): Signal {
  const thresholds = above(environment.datadog.thresholds.databaseTransactionIds, "transaction");
  const used = single(series(environment, "max", "maximum_used_transaction_ids"), "transaction");
  return {
    id: "database-transactions",
    title: "PostgreSQL: transaction ids",
    tier: TIER,
    meaning: "Autovacuum does not freeze old rows; without transaction ids PostgreSQL refuses every write.",
    graphs: [
      { title: "Transaction ids used since the last freeze", lines: [{ label: "used", query: used }], thresholds },
    ],
    alerts: [
      {
        kind: "metric",
        id: "database-transactions",
        title: "PostgreSQL is running out of transaction ids",
        severity: "ticket",
        query: used,
        thresholds,
        over: "avg",
        window: "last_1h",
      },
    ],
  };
}
