import { readJsonFile } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";
import * as z from "zod";

/** In the order in which they run. */
export const SCENARIOS = ["shipped", "service", "long-poll", "stock", "limit"] as const;
export type ScenarioName = (typeof SCENARIOS)[number];

const numbers = z.array(z.number().nullable());

/** What was seen each second, as columns: the same index is the same moment. `null` is what could not be read. */
const samples = z.object({
  /** Seconds since the first connection was asked for. */
  seconds: z.array(z.number()),
  /** nginx's own count of client connections; it includes the one that asks. */
  active: numbers,
  /** Connections of the server's port that the kernel calls established. */
  established: numbers,
  /** Established sockets of the whole machine: on loopback, both ends of every connection. */
  establishedEverywhere: numbers,
  /** The same, as the custom check counts it. */
  check: numbers,
  /** Proportional memory of nginx, all its processes, MiB. */
  nginxMib: numbers,
  /** Proportional memory of the example service, MiB. */
  serviceMib: numbers,
  /** Kernel memory that cannot be reclaimed, above what it was before, MiB: sockets at both ends, and all else. */
  kernelMib: numbers,
  /** Memory of TCP buffers, MiB. */
  buffersMib: numbers,
  /** CPU since the sample before, in percent of one core. */
  nginxCpu: numbers,
  serviceCpu: numbers,
  databaseCpu: numbers,
  generatorCpu: numbers,
  measuringCpu: numbers,
  otherCpu: numbers,
});
export type Samples = z.infer<typeof samples>;

/** What the load generator saw of one kind of request. */
const requests = z.object({
  /** Such as `reads`. */
  name: z.string(),
  /** Requests that were to be made, also those of connections that failed. */
  total: z.number(),
  /** Answers 2xx. */
  succeeded: z.number(),
  /** All that were not answered with 2xx. */
  errors: z.number(),
  /** Latency while every connection was held, milliseconds; null without answers then. */
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
  slowest: z.number().nullable(),
  /** By the second in which they ended. */
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

const run = z.object({
  scenario: z.enum(SCENARIOS),
  /** What the run shows, in one sentence. */
  finding: z.string(),
  connections: z.number(),
  /** Seconds after the first connection from which, and until which, all connections were to be held. */
  plateau: z.object({ from: z.number(), to: z.number() }),
  /** What a long poll waits for; it is taken off the latency. 0 elsewhere. */
  waitSeconds: z.number(),
  /** Of a client, per second. */
  requestsPerSecondAsked: z.number(),
  commands: z.array(z.string()),
  /** Fewest established connections at any sample of the plateau. */
  held: z.number(),
  requestsPerSecond: z.number(),
  errors: z.number(),
  /** Why it failed, read from logs and counters; empty without an error. */
  reasons: z.array(z.string()),
  requests: z.array(requests),
  samples,
  /** Mean over the plateau. */
  means: z.object({
    nginxMib: z.number().nullable(),
    serviceMib: z.number().nullable(),
    kernelMib: z.number().nullable(),
    nginxCpu: z.number().nullable(),
    serviceCpu: z.number().nullable(),
    databaseCpu: z.number().nullable(),
    generatorCpu: z.number().nullable(),
    measuringCpu: z.number().nullable(),
    otherCpu: z.number().nullable(),
  }),
  /** nginx before the first connection, MiB. */
  nginxEmptyMib: z.number().nullable(),
  serviceEmptyMib: z.number().nullable(),
  /** Open files that a worker of nginx could have. */
  openFiles: z.number().nullable(),
});
export type Run = z.infer<typeof run>;

const limit = z.object({
  /** What the search shows, in one sentence. */
  finding: z.string(),
  /** Most connections that were held without an error. */
  held: z.number(),
  /** Fewest that were not; null when none failed. */
  failed: z.number().nullable(),
  stoppedBy: z.enum(["resolution", "probes", "time", "machine"]),
  /** What the machine itself allows in this search, and by which limit. */
  ceiling: z.object({ connections: z.number(), reason: z.string() }),
  reasons: z.array(z.string()),
  probes: z.array(
    z.object({
      connections: z.number(),
      held: z.number(),
      errors: z.number(),
      seconds: z.number(),
      isHeld: z.boolean(),
      reasons: z.array(z.string()),
    }),
  ),
  requestsPerSecondAsked: z.number(),
  /** Of the best probe. */
  nginxMib: z.number().nullable(),
  kernelMib: z.number().nullable(),
  commands: z.array(z.string()),
});
export type Limit = z.infer<typeof limit>;

const substitution = z.object({ file: z.string(), from: z.string(), to: z.string(), reason: z.string() });
export type ListedSubstitution = z.infer<typeof substitution>;

const fileDigest = z.object({
  /** Where the servers have it. */
  path: z.string(),
  /** Of the file as it is synthesized, before anything was changed for the run; hexadecimal. */
  sha256: z.string(),
});
export type FileDigest = z.infer<typeof fileDigest>;

const machine = z.object({
  cores: z.number(),
  cpu: z.string(),
  memoryMib: z.number(),
  kernel: z.string(),
  system: z.string(),
  /** Open files that a process may have. */
  openFiles: z.number(),
  versions: z.record(z.string(), z.string()),
  /** Load averages of one minute: before the first run and after the last. */
  loadBefore: z.number(),
  loadAfter: z.number(),
  /** Priority of everything in the run: 0 is normal, below it comes first. */
  nice: z.number(),
});
export type Machine = z.infer<typeof machine>;

const setting = z.object({
  name: z.string(),
  /** As the servers get it. */
  shipped: z.string(),
  /** As it was on this machine during the runs. */
  here: z.string(),
});
export type Setting = z.infer<typeof setting>;

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
  machine,
  settings: z.array(setting),
  /** The servers' files that ran, or whose settings were read. */
  files: z.array(fileDigest),
  substitutions: z.array(substitution),
  runs: z.array(run),
  limit: limit.nullable(),
  /** Scenarios that could not be run here, and why. */
  leftOut: z.array(z.object({ scenario: z.enum(SCENARIOS), reason: z.string() })),
  wallSeconds: z.number(),
});
/** All that a run of the command found out. */
export type Evidence = z.infer<typeof evidence>;

/** @throws UserError when the file is missing or holds something else */
export function readEvidence(file: string): Evidence {
  const result = evidence.safeParse(readJsonFile(file));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new UserError(
    `${file} holds no evidence that can be read (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}).`,
  );
}
