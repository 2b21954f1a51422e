import { abs, max, min } from "./arithmetic";
import { calm, type Conditions, type ServerName, usualDemand } from "./platform/conditions";
import type { Design } from "./platform/design";
import { type Course, FAILOVER_MINUTES } from "./platform/platform";

const DAY = 24 * 60;
/** A failure begins at 10:00, after an hour without one. */
const BEGINS = 10 * 60;
const BUSIEST = 15 * 60;
const BEFORE = 60;

/** A failure of the platform, or another event, and its duration. */
export interface Failure {
  readonly id: string;
  /** Its title, such as `One zone is lost`. */
  readonly title: string;
  /** Minutes for which it lasts. */
  readonly minutes: number;
  /** When it begins, by the minute of the day. @default 10:00 */
  readonly begins?: number;
  /** Minutes that are evaluated afterwards. @default 120 */
  readonly after?: number;
  /** The conditions, by the minutes since it began. @default usual conditions */
  readonly causes?: (minute: number, design: Design) => Partial<Conditions>;
  /** Demand by the minute of the day, this week and in others. @default a usual day */
  readonly demand?: (minuteOfDay: number) => number;
  /** Free storage of PostgreSQL as a share, by the minutes since it began, which may be negative. @default 60 % */
  readonly freeStorage?: (minute: number) => number;
  /** Evaluates a whole day from midnight. @default from an hour before it begins */
  readonly isWholeDay?: boolean;
}

/** The simulation of a failure. */
export function courseOf(failure: Failure, design: Design): Course & { readonly begins: number } {
  const { minutes, after = 120, causes, demand = usualDemand, freeStorage = () => 0.6, isWholeDay = false } = failure;
  const begins = isWholeDay ? 0 : BEFORE;
  const minuteOfDay = isWholeDay ? 0 : (failure.begins ?? BEGINS) - BEFORE;
  const usual = (minute: number) => demand((((minute + minuteOfDay) % DAY) + DAY) % DAY);
  return {
    begins,
    minutes: begins + minutes + (isWholeDay ? 0 : after),
    usualDemand: usual,
    freeStorage: (minute) => freeStorage(minute - begins),
    conditions: (minute) => {
      const since = minute - begins;
      const is = since >= 0 && since < minutes ? (causes?.(since, design) ?? {}) : {};
      return { ...calm, demand: usual(minute), ...is };
    },
  };
}

const isFirst = ({ zone, name }: ServerName, { zones, serverNames }: Design): boolean =>
  zone === zones[0] && name === serverNames[0];

/** A day of every week whose afternoon demand exceeds the capacity of the named servers. */
const busyDemand = (minuteOfDay: number): number => {
  const hours = abs(minuteOfDay / 60 - 12);
  return max(usualDemand(minuteOfDay), 0.95 - 0.25 * hours);
};

/** Rises linearly from 0 to 1 over some minutes. */
const rising = (minute: number, minutes: number): number => min(1, minute / minutes);

/** Every trial, first those that must not notify anyone. */
export const failures: readonly Failure[] = [
  {
    id: "first-deployment",
    title: "The first deployment, with program none: a day with a few requests",
    minutes: DAY,
    isWholeDay: true,
    causes: () => ({ expectsProgram: false, arriving: 0.001 }),
  },
  { id: "normal-day", title: "A normal day: a quiet night, a busy afternoon", minutes: DAY, isWholeDay: true },
  {
    id: "deploy",
    title: "A deployment replaces every named server, one at a time in each zone",
    minutes: 60,
    causes: () => ({ deploys: true }),
  },
  {
    id: "scale-in",
    title: "A busy noon, as every week: the elastic group grows, and shrinks again in the evening",
    minutes: 13 * 60,
    after: 60,
    demand: busyDemand,
  },
  {
    id: "long-polls",
    title: "Half of the requests are held on purpose, as long polls and WebSockets are",
    minutes: 8 * 60,
    causes: () => ({ held: 0.5 }),
  },
  {
    id: "host-lost",
    title: "One named server dies; its group replaces it",
    minutes: 1,
    causes: (_, design) => ({ server: (server) => ({ lives: !isFirst(server, design) }) }),
  },
  {
    id: "host-not-replaced",
    title: "One named server dies, and AWS has no instance to replace it with, for two hours",
    minutes: 120,
    causes: (minute, design) => ({
      launchesFail: true,
      server: (server) => ({ lives: minute > 0 || !isFirst(server, design) }),
    }),
  },
  {
    id: "host-rebooted",
    title: "One server reboots",
    minutes: 1,
    causes: (_, design) => ({ server: (server) => ({ reboots: isFirst(server, design) }) }),
  },
  {
    id: "zone-lost",
    title: "A zone is lost for an hour, at the busiest time: the one with PostgreSQL's primary",
    minutes: 60,
    begins: BUSIEST,
    causes: (_, { databaseZone }) => ({ lostZone: databaseZone }),
  },
  {
    id: "other-zone-lost",
    title: "The other zone is lost for an hour, at the busiest time",
    minutes: 60,
    begins: BUSIEST,
    causes: (_, { zones, databaseZone }) => ({ lostZone: zones.find((zone) => zone !== databaseZone) }),
  },
  {
    id: "agent-silent",
    title: "The agent of one server stops for an hour; the server goes on",
    minutes: 60,
    causes: (_, design) => ({ server: (server) => ({ agentRuns: !isFirst(server, design) }) }),
  },
  {
    id: "agents-silent",
    title: "All agents stop for half an hour; the servers go on",
    minutes: 30,
    causes: () => ({ server: () => ({ agentRuns: false }) }),
  },
  {
    id: "logs-silent",
    title: "No logs arrive for an hour",
    minutes: 60,
    causes: () => ({ server: () => ({ logsArrive: false }) }),
  },
  {
    id: "cloudwatch-silent",
    title: "Datadog cannot read CloudWatch for three hours",
    minutes: 180,
    causes: () => ({ cloudWatchIsRead: false }),
  },
  {
    id: "clients-gone",
    title: "Nine of ten clients do not find the way, for an hour",
    minutes: 60,
    causes: () => ({ arriving: 0.1 }),
  },
  {
    id: "clients-cut-off",
    title: "No client reaches the load balancer, for half an hour",
    minutes: 30,
    causes: () => ({ arriving: 0 }),
  },
  {
    id: "spike",
    title: "Twice the clients within ten minutes, for two hours",
    minutes: 120,
    causes: (minute) => ({ arriving: 1 + rising(minute, 10) }),
  },
  {
    id: "peak-without-growth",
    title: "Twice the clients for an hour, and AWS has no instances for the elastic group",
    minutes: 60,
    causes: (minute) => ({ arriving: 1 + rising(minute, 10), launchesFail: true }),
  },
  {
    id: "errors-burst",
    title: "One request in five fails, for ten minutes",
    minutes: 10,
    causes: () => ({ failing: 0.2 }),
  },
  {
    id: "errors-slow-burn",
    title: "Eight requests in a thousand fail, all day",
    minutes: 8 * 60,
    causes: () => ({ failing: 0.008 }),
  },
  {
    id: "slow",
    title: "Requests take sixteen times as long, for an hour",
    minutes: 60,
    causes: () => ({ slowness: 16 }),
  },
  {
    id: "memory-leak",
    title: "The service leaks memory on every server, for five hours, and is restarted",
    minutes: 5 * 60,
    causes: (minute) => ({ server: () => ({ usableMemory: 0.62 - 0.57 * rising(minute, 300) }) }),
  },
  {
    id: "socket-leak",
    title: "The service leaks sockets on every server, for three hours, and is restarted",
    minutes: 3 * 60,
    causes: (minute, { environment }) => ({
      server: () => ({
        socketsInCloseWait: 2 * environment.datadog.thresholds.closeWaitSockets.critical * rising(minute, 180),
      }),
    }),
  },
  {
    id: "sockets-unreadable",
    title: "The agent of one server may not read its sockets any more, for an hour",
    minutes: 60,
    causes: (_, design) => ({ server: (server) => ({ canReadSockets: !isFirst(server, design) }) }),
  },
  {
    id: "expensive-release",
    title: "A release makes requests twelve times as expensive, for two hours",
    minutes: 120,
    causes: () => ({ work: 12 }),
  },
  {
    id: "runaway-process",
    title: "A process takes all CPU of one server, for an hour",
    minutes: 60,
    causes: (_, design) => ({ server: (server) => ({ otherCpu: isFirst(server, design) ? 90 : 0 }) }),
  },
  {
    id: "clients-that-stay",
    title: "Clients that never let go fill one server, for an hour",
    minutes: 60,
    causes: (_, design) => ({ server: (server) => ({ moreConnections: isFirst(server, design) ? 0.6 : 0 }) }),
  },
  {
    id: "large-downloads",
    title: "Large downloads fill the network of one server, for an hour",
    minutes: 60,
    causes: (_, design) => ({ server: (server) => ({ sent: isFirst(server, design) ? 20 : 1 }) }),
  },
  {
    id: "large-uploads",
    title: "Large uploads fill the network of one server, for an hour",
    minutes: 60,
    causes: (_, design) => ({ server: (server) => ({ received: isFirst(server, design) ? 20 : 1 }) }),
  },
  {
    id: "connection-limit",
    title: "One server gets too low a limit of connections, for an hour",
    minutes: 60,
    causes: (_, design) => ({ server: (server) => ({ connectionLimit: isFirst(server, design) ? 0.2 : 3 }) }),
  },
  {
    id: "half-requests",
    title: "Requests that never become whole take all connections of one server, for an hour",
    minutes: 60,
    causes: (_, design) => ({
      server: (server) => (isFirst(server, design) ? { connectionLimit: 0.2, halfRequests: true } : {}),
    }),
  },
  {
    id: "server-not-ready",
    title: "One server does not reach the database, for half an hour",
    minutes: 30,
    causes: (_, design) => ({ server: (server) => ({ isReady: !isFirst(server, design) }) }),
  },
  {
    id: "database-failover",
    title: "PostgreSQL fails over to its standby, or restarts where it has none",
    minutes: FAILOVER_MINUTES,
    causes: () => ({ databaseUp: false }),
  },
  {
    id: "database-down",
    title: "PostgreSQL is down for half an hour",
    minutes: 30,
    causes: () => ({ databaseUp: false }),
  },
  {
    id: "database-slow",
    title: "PostgreSQL has five times the work, for two hours",
    minutes: 120,
    causes: () => ({ databaseWork: 5 }),
  },
  {
    id: "disk-slow",
    title: "PostgreSQL's disk is out of operations, for two hours",
    minutes: 120,
    causes: (_, { environment }) => ({ diskSeconds: 2 * environment.datadog.thresholds.databaseDiskSeconds.critical }),
  },
  {
    id: "data-grows",
    title: "Data grows by half of the storage a week, and cannot grow further",
    minutes: 240,
    freeStorage: (minute) => 0.3 - (0.5 * minute) / (7 * DAY),
  },
  {
    id: "storage-fills",
    title: "An import fills the storage in two hours; tables are dropped after six",
    minutes: 360,
    freeStorage: (minute) => (minute < 0 || minute >= 360 ? 0.6 : 0.6 - 0.58 * rising(minute, 120)),
  },
  {
    id: "connections-leak",
    title: "The service leaks connections to PostgreSQL, for three hours, and is restarted",
    minutes: 180,
    causes: (minute) => ({ leakedConnections: 0.8 * rising(minute, 150) }),
  },
  {
    id: "connections-direct",
    title: "Somebody goes to PostgreSQL past the proxy with many connections, for an hour",
    minutes: 60,
    causes: () => ({ directConnections: 0.6 }),
  },
  {
    id: "connections-pinned",
    title: "A release pins connections of RDS Proxy, for two hours",
    minutes: 120,
    causes: () => ({ pinned: 0.7 }),
  },
  {
    id: "proxy-refuses",
    title: "RDS Proxy refuses the credentials of one client, for an hour",
    minutes: 60,
    causes: () => ({ refusedByProxy: 12 }),
  },
  {
    id: "nat-without-ports",
    title: "The NAT gateway of one zone has no ports left, for half an hour",
    minutes: 30,
    causes: (_, { zones }) => ({ natWithoutPorts: zones[0], failing: 0.001 }),
  },
];
