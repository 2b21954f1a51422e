import { imul } from "../arithmetic";
/** A server, by zone and name. */
export interface ServerName {
  readonly name: string;
  readonly zone: string;
}

/** What is the matter with one server. */
export interface ServerConditions {
  /** Whether it runs at all. */
  readonly lives: boolean;
  readonly agentRuns: boolean;
  readonly logsArrive: boolean;
  readonly reboots: boolean;
  readonly isReady: boolean;
  readonly canReadSockets: boolean;
  /** CPU that something else takes, percent. */
  readonly otherCpu: number;
  /** Share of the memory that can still be given. */
  readonly usableMemory: number;
  readonly socketsInCloseWait: number;
  /** Connections that come to this server alone, as a share of what it is sized for. */
  readonly moreConnections: number;
  /** Connections that nginx allows, as a share of what the server is sized for. */
  readonly connectionLimit: number;
  /** Whether every connection is amid a request that never becomes whole, so that nginx can close none for another. */
  readonly halfRequests: boolean;
  /** What the server receives as a multiple of the usual, for as many connections. */
  readonly received: number;
  /** What it sends, likewise. */
  readonly sent: number;
}

/** What is the matter in a minute: the causes, from which everything that is measured follows. */
export interface Conditions {
  /** Clients, as a share of what all named servers are sized for. */
  readonly demand: number;
  /** Share of the clients that find the way to the load balancer. */
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
  /** Share of requests that fail on our side. */
  readonly failing: number;
  /** Duration of a request as a multiple of the usual. */
  readonly slowness: number;
  /** Share of requests that are held on purpose: long polls, WebSockets. */
  readonly held: number;
  /** Work of PostgreSQL as a multiple of the usual. */
  readonly databaseWork: number;
  /** Seconds that an operation of PostgreSQL's disk takes more than usually. */
  readonly diskSeconds: number;
  /** Connections of the proxy to PostgreSQL beyond the usual, as a share of all that it may open. */
  readonly leakedConnections: number;
  /** Connections that go past the proxy, as a share of all that it may open. */
  readonly directConnections: number;
  /** Share of lent connections that are pinned beyond the usual. */
  readonly pinned: number;
  /** Connections that RDS Proxy refuses in a minute, for their credentials. */
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

/** Demand of a usual day, by the minute of the day in UTC: a quiet night and a busy afternoon, below what starts scaling. */
export function usualDemand(minuteOfDay: number): number {
  const hour = minuteOfDay / 60;
  return 0.33 - 0.22 * Math.cos(((hour - 3) / 24) * 2 * Math.PI);
}

/** A little noise, the same on every run: between -1 and 1, from any numbers. */
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
