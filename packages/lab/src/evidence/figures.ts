import { readJsonFile } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";
import * as z from "zod";

/** In execution order. */
export const SCENARIOS = ["shipped", "service", "long-poll", "stock", "limit"] as const;
export type ScenarioName = (typeof SCENARIOS)[number];

const number = z.number().nullable();
const numbers = z.array(number);

/** CPU since the previous sample, in percent of one core. `measuring` is this command itself. */
export const CPU = ["nginxCpu", "serviceCpu", "databaseCpu", "generatorCpu", "measuringCpu", "otherCpu"] as const;

/** The values of a sample. */
export const COLUMNS = [
  /** Active connections that nginx reports, including the connection that requests the status page. */
  "active",
  /** Connections of the server's port in state ESTABLISHED. */
  "established",
  /** Established sockets of the whole machine. On loopback this counts both ends of every connection. */
  "establishedEverywhere",
  /** The same count, as the custom check reports it. */
  "check",
  /** Proportional set size (PSS) of all nginx processes, and of the example service, MiB. */
  "nginxMib",
  "serviceMib",
  /** Growth of unreclaimable kernel memory since the start, MiB. It includes the sockets at both ends. */
  "kernelMib",
  ...CPU,
] as const;
export type Column = (typeof COLUMNS)[number];

const columns = Object.fromEntries(COLUMNS.map((name) => [name, numbers])) as Record<Column, typeof numbers>;

/**
 * One sample per second, stored as columns: equal indexes are the same moment. `null` marks a value that could not be read.
 * `seconds` are those since the start of the first connection.
 */
const samples = z.object({ seconds: z.array(z.number()), ...columns });
export type Samples = z.infer<typeof samples>;

/** Results of the load generator for one kind of request. */
const requests = z.object({
  /** Such as `reads`. */
  name: z.string(),
  /** Planned requests, including those of failed connections. */
  total: z.number(),
  /** Requests answered with a 2xx status. */
  succeeded: z.number(),
  /** Requests without a 2xx answer. */
  errors: z.number(),
  /** Connections that the server closed while no request was in flight, and that were opened again. */
  reopened: z.number().default(0),
  /** Latency of the requests that were planned during the plateau, milliseconds; null without one that succeeded. */
  p50: number,
  p95: number,
  p99: number,
  /** By the second for which the requests were planned; `requests` are the answers that ended in it. */
  perSecond: z.object({
    seconds: z.array(z.number()),
    requests: z.array(z.number()),
    errors: z.array(z.number()),
    p50: numbers,
    p95: numbers,
    p99: numbers,
  }),
});
export type Requests = z.infer<typeof requests>;

/** Columns whose mean over the plateau is a figure of the run. */
export const MEANS = ["nginxMib", "serviceMib", "kernelMib", ...CPU] as const;

const run = z.object({
  scenario: z.enum(SCENARIOS),
  /** Result of the run, in one sentence. */
  finding: z.string(),
  connections: z.number(),
  /** Planned start and end of the time in which all connections are open, in seconds after the first connection. */
  plateau: z.object({ from: z.number(), to: z.number() }),
  /** Requested wait time of a long poll, subtracted from the latency; 0 for other requests. */
  waitSeconds: z.number(),
  /** Commands of the generator's processes, each with its plan as JSON. */
  commands: z.array(z.string()),
  /** Minimum of established connections during the plateau. */
  held: z.number(),
  requestsPerSecond: z.number(),
  errors: z.number(),
  /** Reasons of failures, read from logs and counters; empty without an error. */
  reasons: z.array(z.string()),
  requests: z.array(requests),
  samples,
  /** Mean over the plateau. */
  means: z.record(z.enum(MEANS), number),
  /** Memory of nginx before the first connection, MiB. */
  nginxEmptyMib: number,
  serviceEmptyMib: number,
});
export type Run = z.infer<typeof run>;

const limit = z.object({
  /** Result of the search, in one sentence. */
  finding: z.string(),
  /** Highest number of connections held without an error. */
  held: z.number(),
  /** Lowest number of connections that failed; null if no probe failed. */
  failed: number,
  stoppedBy: z.enum(["resolution", "time", "machine"]),
  /** Highest number that this machine allows, and the limit that sets it. */
  ceiling: z.object({ connections: z.number(), reason: z.string() }),
  reasons: z.array(z.string()),
  probes: z.array(z.object({ connections: z.number(), held: z.number(), errors: z.number(), isHeld: z.boolean() })),
  /** The generator's commands in the probe with the most connections held. */
  commands: z.array(z.string()),
});
export type Limit = z.infer<typeof limit>;

const evidence = z.object({
  /** Day of the run, as 2026-01-31. */
  date: z.string(),
  command: z.string(),
  environment: z.string(),
  connections: z.number(),
  seconds: z.number(),
  instanceType: z.object({ name: z.string(), cores: z.number(), memoryGib: z.number() }),
  connectionsPerServer: z.number(),
  /** nginx's `worker_connections`, of the shipped configuration. */
  workerConnections: z.number(),
  machine: z.object({
    cores: z.number(),
    cpu: z.string(),
    memoryMib: z.number(),
    kernel: z.string(),
    system: z.string(),
    /** Open-files limit of a process. */
    openFiles: z.number(),
    versions: z.record(z.string(), z.string()),
    /** One-minute load averages before the first run and after the last run. */
    loadBefore: z.number(),
    loadAfter: z.number(),
  }),
  /** Values on the servers, and on this machine during the runs. */
  settings: z.array(z.object({ name: z.string(), shipped: z.string(), here: z.string() })),
  /** The server files that were executed or read: path on a server, and SHA-256 before the substitutions for the run. */
  files: z.array(z.object({ path: z.string(), sha256: z.string() })),
  substitutions: z.array(z.object({ file: z.string(), from: z.string(), to: z.string(), reason: z.string() })),
  runs: z.array(run),
  limit: limit.nullable(),
  /** Scenarios that could not run on this machine, with the reason. */
  leftOut: z.array(z.object({ scenario: z.enum(SCENARIOS), reason: z.string() })),
  wallSeconds: z.number(),
});
/** Result of one run of the command. */
export type Evidence = z.infer<typeof evidence>;

/** @throws UserError when the file is missing or contains something other than evidence */
export function readEvidence(file: string): Evidence {
  const { data, error } = evidence.safeParse(readJsonFile(file));
  if (data !== undefined) return data;
  const [issue] = error.issues;
  throw new UserError(`${file} holds no evidence that can be read (${issue?.path.join(".")}: ${issue?.message}).`);
}
