import * as z from "zod";

import { type Explanation, within } from "./fields";

interface Limits {
  readonly warning: number;
  readonly critical: number;
}

/** What a threshold may be. */
interface Range {
  readonly minimum: number;
  readonly maximum: number;
  /** With its article, such as `a percentage`. */
  readonly unit: string;
}

const PERCENT: Range = { minimum: 1, maximum: 100, unit: "a percentage" };
const SMALL_PERCENT: Range = { minimum: 0.001, maximum: 100, unit: "a percentage" };
const SECONDS: Range = { minimum: 0.001, maximum: 60, unit: "a number of seconds" };
const CONNECTIONS: Range = { minimum: 0.1, maximum: 1_000_000, unit: "a number of connections" };
const TRANSACTIONS: Range = { minimum: 1, maximum: 2_000_000_000, unit: "a number of transaction ids" };
const SOCKETS: Range = { minimum: 1, maximum: 1_000_000, unit: "a number of sockets" };

/** The worse the higher: the warning comes below the critical value. */
function rising(range: Range, limits: Limits) {
  return pair(range, limits, "below", (warning, critical) => warning < critical);
}

/** The worse the lower: the warning comes above the critical value. */
function falling(range: Range, limits: Limits) {
  return pair(range, limits, "above", (warning, critical) => warning > critical);
}

function pair(
  { minimum, maximum, unit }: Range,
  limits: Limits,
  side: "above" | "below",
  isOrdered: (warning: number, critical: number) => boolean,
) {
  const value = (example: number) => within(minimum, maximum, unit, example.toString()).default(example);
  return z
    .strictObject({
      /** Value from which on it is a warning. */
      warning: value(limits.warning),
      /** Value from which on it is an alert. */
      critical: value(limits.critical),
    })
    .refine(({ warning, critical }) => isOrdered(warning, critical), {
      params: { explain: (input: unknown) => outOfOrder(input as Limits, side) },
    })
    .prefault({});
}

function outOfOrder({ warning, critical }: Limits, side: "above" | "below"): Explanation {
  return {
    problem: `a warning at ${warning} does not come before critical at ${critical}`,
    remedy: `write a warning ${side} ${critical}`,
  };
}

/**
 * Thresholds of the alerts. The defaults are estimates, to be adjusted to the metrics of the first weeks. Each number is written here
 * only: query, threshold, marker on the graph and text follow from it.
 */
export const thresholds = z
  .strictObject({
    /** Connections of a server, share of the `connectionsPerServer` of its service, percent. @default 75, 80 */
    connectionsPercent: rising(PERCENT, { warning: 75, critical: 80 }),
    /** Traffic of a server, in and out, share of its type's baseline, percent. @default 70, 85 */
    networkPercent: rising(PERCENT, { warning: 70, critical: 85 }),
    /** CPU of a server, and of the fleet, percent: above what starts scaling. @default 85, 90 */
    cpuPercent: rising(PERCENT, { warning: 85, critical: 90 }),
    /** Usable memory of a server, percent. @default 15, 10 */
    memoryUsablePercent: falling(PERCENT, { warning: 15, critical: 10 }),
    /** Disk space in use, percent of each file system of a server. @default 80, 90 */
    diskPercent: rising(PERCENT, { warning: 80, critical: 90 }),
    /** Sockets of a server in CLOSE_WAIT. @default 100, 200 */
    closeWaitSockets: rising(SOCKETS, { warning: 100, critical: 200 }),
    /** Servers that are not ready (`/readyz`), share of the fleet, percent; the warning is a line on the graph. @default 20, 50 */
    notReadyPercent: rising(PERCENT, { warning: 20, critical: 50 }),
    /** Responses 5xx, share of all requests, percent. @default 1, 5 */
    serverErrorPercent: rising(SMALL_PERCENT, { warning: 1, critical: 5 }),
    /** Responses 4xx, share of all requests, percent. @default 15, 30 */
    clientErrorPercent: rising(SMALL_PERCENT, { warning: 15, critical: 30 }),
    /** 95th percentile of all requests, seconds. @default 0.8, 1 */
    latencyP95Seconds: rising(SECONDS, { warning: 0.8, critical: 1 }),
    /** 99th percentile of all requests, seconds. @default 1.5, 2 */
    latencyP99Seconds: rising(SECONDS, { warning: 1.5, critical: 2 }),
    /** 95th percentile of GET and HEAD, seconds. @default 0.4, 0.5 */
    readLatencyP95Seconds: rising(SECONDS, { warning: 0.4, critical: 0.5 }),
    /** 95th percentile of POST, PUT, PATCH and DELETE, seconds. @default 0.8, 1 */
    writeLatencyP95Seconds: rising(SECONDS, { warning: 0.8, critical: 1 }),
    /** Time for which RDS Proxy could reach the database, percent. @default 99, 90 */
    proxyAvailabilityPercent: falling(PERCENT, { warning: 99, critical: 90 }),
    /** Connections that RDS Proxy refuses for their credentials each minute, on average over a quarter of an hour. @default 1, 5 */
    proxyRefusedConnections: rising(CONNECTIONS, { warning: 1, critical: 5 }),
    /** Time that a client of RDS Proxy waits for a connection (borrow latency), seconds. @default 0.05, 0.1 */
    proxyBorrowSeconds: rising(SECONDS, { warning: 0.05, critical: 0.1 }),
    /** Connections to the database, share of what RDS Proxy may open (90 % of `max_connections`), percent. @default 70, 80 */
    databaseConnectionsPercent: rising(PERCENT, { warning: 70, critical: 80 }),
    /** Borrowed connections that are pinned to one client, percent. @default 30, 50 */
    proxyPinnedPercent: rising(PERCENT, { warning: 30, critical: 50 }),
    /** CPU of PostgreSQL, percent. @default 80, 90 */
    databaseCpuPercent: rising(PERCENT, { warning: 80, critical: 90 }),
    /** Free storage of PostgreSQL, percent; storage grows by itself below 10. @default 9, 5 */
    databaseFreeStoragePercent: falling(PERCENT, { warning: 9, critical: 5 }),
    /** Freeable memory of PostgreSQL, share of the memory of its instance class, percent. @default 10, 5 */
    databaseFreeableMemoryPercent: falling(PERCENT, { warning: 10, critical: 5 }),
    /** Transaction ids of PostgreSQL used since the last freeze; writes stop near two billion. @default 500000000, 1000000000 */
    databaseTransactionIds: rising(TRANSACTIONS, { warning: 500_000_000, critical: 1_000_000_000 }),
    /** Latency of the database's disk, seconds for an operation. @default 0.01, 0.02 */
    databaseDiskSeconds: rising(SECONDS, { warning: 0.01, critical: 0.02 }),
    /** Packets that a NAT gateway drops, percent. @default 0.005, 0.01 */
    natDroppedPercent: rising(SMALL_PERCENT, { warning: 0.005, critical: 0.01 }),
  })
  .prefault({});
