import { imul } from "../arithmetic";
/** A server, by zone and name. */
export interface ServerName {
  readonly name: string;
  readonly zone: string;
}

/** The condition of one server. */
export interface ServerConditions {
  /** Whether it runs. */
  readonly lives: boolean;
  readonly agentRuns: boolean;
  readonly logsArrive: boolean;
  readonly reboots: boolean;
  readonly isReady: boolean;
  readonly canReadSockets: boolean;
  /** CPU that other processes use, percent. */
  readonly otherCpu: number;
  /** Share of the memory that is available. */
  readonly usableMemory: number;
  readonly socketsInCloseWait: number;
  /** Additional connections to this server alone, as a share of what it is sized for. */
  readonly moreConnections: number;
  /** Connections that nginx allows, as a share of what the server is sized for. */
  readonly connectionLimit: number;
  /** Whether every connection has an incomplete request, so that nginx has no idle connection to close for a new one. */
  readonly halfRequests: boolean;
  /** Bytes that the server receives for each connection, as a multiple of the usual. */
  readonly received: number;
  /** Bytes that it sends for each connection, as a multiple of the usual. */
  readonly sent: number;
}

/** The conditions of the platform in a minute: the causes from which the model derives every metric. */
export interface Conditions {
  /** Clients, as a share of what all named servers are sized for. */
  readonly demand: number;
  /** Share of the clients that reach the load balancer. */
  readonly arriving: number;
  readonly lostZone: string | undefined;
  readonly databaseUp: boolean;
  readonly launchesFail: boolean;
  /** False with `servers.program: "none"`: nginx answers by itself, is ready, and logs no request. */
  readonly expectsProgram: boolean;
  /** A new template: every server is replaced, one at a time in each zone. */
  readonly deploys: boolean;
  readonly cloudWatchIsRead: boolean;
  /** CPU of a request as a multiple of the usual. */
  readonly work: number;
  /** Share of requests that fail with a server error. */
  readonly failing: number;
  /** Duration of a request as a multiple of the usual. */
  readonly slowness: number;
  /** Share of requests that are held on purpose: long polls, WebSockets. */
  readonly held: number;
  /** Load of PostgreSQL as a multiple of the usual. */
  readonly databaseWork: number;
  /** Additional latency of an operation of PostgreSQL's disk, seconds. */
  readonly diskSeconds: number;
  /** Connections of the proxy to PostgreSQL beyond the usual, as a share of all that it may open. */
  readonly leakedConnections: number;
  /** Connections to PostgreSQL that bypass the proxy, as a share of all that it may open. */
  readonly directConnections: number;
  /** Share of borrowed connections that are pinned beyond the usual. */
  readonly pinned: number;
  /** Connections that RDS Proxy refuses in a minute because of their credentials. */
  readonly refusedByProxy: number;
  /** Zone whose NAT gateway has no ports left. */
  readonly natWithoutPorts: string | undefined;
  readonly server: (server: ServerName) => Partial<ServerConditions>;
}

export const calmServer: ServerConditions = {
  lives: true,
  agentRuns: true,
  logsArrive: true,
  reboots: false,
  isReady: true,
  canReadSockets: true,
  otherCpu: 0,
  usableMemory: 0.62,
  socketsInCloseWait: 3,
  moreConnections: 0,
  connectionLimit: 3,
  halfRequests: false,
  received: 1,
  sent: 1,
};

export const calm: Omit<Conditions, "demand"> = {
  arriving: 1,
  lostZone: undefined,
  databaseUp: true,
  launchesFail: false,
  expectsProgram: true,
  deploys: false,
  cloudWatchIsRead: true,
  work: 1,
  failing: 0,
  slowness: 1,
  held: 0,
  databaseWork: 1,
  diskSeconds: 0,
  leakedConnections: 0,
  directConnections: 0,
  pinned: 0,
  refusedByProxy: 0,
  natWithoutPorts: undefined,
  server: () => ({}),
};

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
