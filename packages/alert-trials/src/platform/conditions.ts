import { imul } from "../arithmetic";

/** A server that conditions are about. */
export interface ServerName {
  /** Name of its service. */
  readonly service: string;
  /** Whether it is the first of the servers of its service. */
  readonly isFirst: boolean;
  /** Baseline network bandwidth, bits per second. */
  readonly networkBits: number;
  /** Connections that the server is sized for. */
  readonly connectionsPerServer: number;
}

/** The usual condition of one server. */
export const calmServer = {
  /** Whether it runs. */
  lives: true,
  agentRuns: true,
  logsArrive: true,
  reboots: false,
  isReady: true,
  canReadSockets: true,
  /** CPU that other processes use, percent. */
  otherCpu: 0,
  /** Share of the memory that is available. */
  usableMemory: 0.62,
  socketsInCloseWait: 3,
  /** Share of the disk that is in use. */
  diskInUse: 0.3,
  /** Whether nginx answers the agent's requests for its status. */
  nginxAnswers: true,
  /** Additional connections to this server alone, as a share of what it is sized for. */
  moreConnections: 0,
  /** Connections that nginx allows, as a share of what the server is sized for. */
  connectionLimit: 3,
  /** Whether every connection has an incomplete request, so that nginx has no idle connection to close for a new one. */
  halfRequests: false,
  /** Bytes that the server receives for each connection, as a multiple of the usual. */
  received: 1,
  /** Bytes that it sends for each connection, as a multiple of the usual. */
  sent: 1,
};
export type ServerConditions = Readonly<typeof calmServer>;

/** The usual conditions of the platform in a minute: the causes from which the model derives every metric. */
export const calm = {
  /** Share of the clients that reach the load balancer. */
  arriving: 1,
  lostZone: undefined as string | undefined,
  databaseUp: true,
  launchesFail: false,
  /** False without a release: nginx answers by itself, is ready, and logs no request. */
  expectsProgram: true,
  /** A new template: every server is replaced, one at a time in each zone. */
  deploys: false,
  cloudWatchIsRead: true,
  /** The service that `work` and `failing` are about; undefined for every service. */
  service: undefined as string | undefined,
  /** CPU of a request as a multiple of the usual. */
  work: 1,
  /** Share of requests that fail with a server error. */
  failing: 0,
  /** Share of requests that the service refuses with 4xx, beyond the usual. */
  refused: 0,
  /** Connections that the load balancer rejects in a minute. */
  rejectedConnections: 0,
  /** Memory of PostgreSQL that is freeable, as a share of all. */
  freeableMemory: 0.3,
  /** Transaction ids that PostgreSQL used since the last freeze. */
  transactionIds: 180e6,
  /** Duration of a request as a multiple of the usual. */
  slowness: 1,
  /** Share of requests that are held on purpose: long polls, WebSockets. */
  held: 0,
  /** Share of nginx's log lines that Datadog's pipeline cannot read. */
  unreadLines: 0,
  /** Load of PostgreSQL as a multiple of the usual. */
  databaseWork: 1,
  /** Additional latency of an operation of PostgreSQL's disk, seconds. */
  diskSeconds: 0,
  /** Connections of the proxy to PostgreSQL beyond the usual, as a share of all that it may open. */
  leakedConnections: 0,
  /** Connections to PostgreSQL that bypass the proxy, as a share of all that it may open. */
  directConnections: 0,
  /** Share of borrowed connections that are pinned beyond the usual. */
  pinned: 0,
  /** Connections that RDS Proxy refuses in a minute because of their credentials. */
  refusedByProxy: 0,
  /** Zone whose NAT gateway has no ports left. */
  natWithoutPorts: undefined as string | undefined,
  /** What becomes of the nightly jobs that are due. */
  jobs: "succeeded" as "succeeded" | "failed" | "missing",
  server: (() => ({})) as (server: ServerName) => Partial<ServerConditions>,
};

export interface Conditions extends Readonly<typeof calm> {
  /** Clients of each service, as a share of what its servers are sized for. */
  readonly demand: number;
}

/** Whether `work` and `failing` are about the requests of a service. */
export function areAbout({ service }: Conditions, name: string): boolean {
  return service === undefined || service === name;
}

/** Demand of a usual day, by the minute of the day in UTC: lowest at night and highest in the afternoon, below the scaling threshold. */
export function usualDemand(minuteOfDay: number): number {
  const hour = minuteOfDay / 60;
  return 0.33 - 0.22 * Math.cos(((hour - 3) / 24) * 2 * Math.PI);
}

/** Deterministic noise between -1 and 1, from any numbers. */
export function noise(...numbers: readonly number[]): number {
  let state = 0x9e3779b9;
  for (const number of numbers) {
    state = imul(state ^ (number | 0), 0x85ebca6b);
    state ^= state >>> 13;
    state = imul(state, 0xc2b2ae35);
    state ^= state >>> 16;
  }
  return (state >>> 0) / 2 ** 31 - 1;
}
