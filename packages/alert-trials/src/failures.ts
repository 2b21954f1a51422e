import { type Environment, servicesWithJobs } from "../../../src/environments";
import { abs, max, min } from "./arithmetic";
import { calm, type Conditions, type ServerConditions, type ServerName, usualDemand } from "./platform/conditions";
import { type Design, servicesInOrder } from "./platform/design";
import { type Course, FAILOVER_MINUTES } from "./platform/platform";
import { BYTES_PER_CONNECTION } from "./platform/server-metrics";

const HOUR = 60;
const DAY = 24 * HOUR;
/** A failure begins at 10:00, after an hour without one. */
const BEGINS = 10 * HOUR;
const BUSIEST = 15 * HOUR;
const BEFORE = HOUR;

/** A failure of the platform, or another event, and its duration. */
export interface Failure extends Options {
  readonly id: string;
  /** Its title, such as `One zone is lost`. */
  readonly title: string;
  /** Minutes for which it lasts. */
  readonly minutes: number;
  /** The conditions, by the minutes since it began. */
  readonly causes: Causes;
  /** The service to which it happens, where it happens to one. @default the first, if `isOfOneService` */
  readonly service?: string;
}

type Causes = (minute: number, design: Design) => Partial<Conditions>;

interface Options {
  /** When it begins, by the minute of the day. @default 10:00 */
  readonly begins?: number;
  /** Minutes that are evaluated afterwards. @default 120 */
  readonly after?: number;
  /** Demand by the minute of the day, this week and in others. @default a usual day */
  readonly demand?: (minuteOfDay: number) => number;
  /** Free storage of PostgreSQL as a share, by the minutes since it began, which may be negative. @default 60 % */
  readonly freeStorage?: (minute: number) => number;
  /** Whether it happens to one service, or to a server of one, and is tried on each service. @default false */
  readonly isOfOneService?: boolean;
  /** Evaluates a whole day from midnight. @default from an hour before it begins */
  readonly isWholeDay?: boolean;
}

/** The simulation of a failure. */
export function courseOf(failure: Failure, design: Design): Course & { readonly begins: number } {
  const { minutes, causes, after = 120, demand = usualDemand, freeStorage = () => 0.6, isWholeDay = false } = failure;
  const service = failure.isOfOneService ? (failure.service ?? design.pools[0]?.service.name) : undefined;
  const begins = isWholeDay ? 0 : BEFORE;
  const first = isWholeDay ? 0 : (failure.begins ?? BEGINS) - BEFORE;
  const minuteOfDay = (minute: number) => (((minute + first) % DAY) + DAY) % DAY;
  const usual = (minute: number) => demand(minuteOfDay(minute));
  return {
    begins,
    minutes: begins + minutes + (isWholeDay ? 0 : after),
    minuteOfDay,
    usualDemand: usual,
    freeStorage: (minute) => freeStorage(minute - begins),
    conditions: (minute) => {
      const since = minute - begins;
      const caused = since >= 0 && since < minutes ? causes(since, design) : {};
      return { ...calm, demand: usual(minute), ...(service === undefined ? caused : happeningTo(service, caused)) };
    },
  };
}

/** Conditions that only the servers and requests of one service have. */
function happeningTo(service: string, caused: Partial<Conditions>): Partial<Conditions> {
  const { server = calm.server } = caused;
  return { ...caused, service, server: (each) => (each.service === service ? server(each) : {}) };
}

/** A failure whose conditions are the same in every minute, or follow from the minutes since it began. */
function failure(
  id: string,
  title: string,
  minutes: number,
  causes: Partial<Conditions> | Causes,
  options: Options = {},
): Failure {
  return { id, title, minutes, causes: typeof causes === "function" ? causes : () => causes, ...options };
}

/** A failure of one service; the others are as usual. */
function ofOneService(id: string, title: string, minutes: number, causes: Partial<Conditions> | Causes): Failure {
  return failure(id, title, minutes, causes, { isOfOneService: true });
}

/** A failure of the first server of a service; the others are as usual. */
function ofOneServer(
  id: string,
  title: string,
  minutes: number,
  is: Partial<ServerConditions> | ((server: ServerName, minute: number) => Partial<ServerConditions>),
  others: Partial<Conditions> = {},
): Failure {
  const own = typeof is === "function" ? is : () => is;
  return ofOneService(id, title, minutes, (minute) => ({
    ...others,
    server: (server) => (server.isFirst ? own(server, minute) : {}),
  }));
}

/** Traffic of a connection that takes 2.4 times its share of a server's bandwidth, as a multiple of the usual. */
const filling = ({ networkBits, connectionsPerServer }: ServerName): number =>
  (2.4 * networkBits) / connectionsPerServer / (8 * BYTES_PER_CONNECTION);

/** A day of every week whose afternoon demand exceeds the capacity of the named servers. */
const busyDemand = (minuteOfDay: number): number => {
  const hours = abs(minuteOfDay / 60 - 12);
  return max(usualDemand(minuteOfDay), 0.95 - 0.25 * hours);
};

/** Rises linearly from 0 to 1 over some minutes. */
const rising = (minute: number, minutes: number): number => min(1, minute / minutes);

/** The trials of every environment, first those that must not notify anyone. */
export const failures: readonly Failure[] = [
  failure(
    "first-deployment",
    "The first deployment, with program none: a day with a few requests",
    DAY,
    { expectsProgram: false, arriving: 0.001 },
    { isWholeDay: true },
  ),
  failure("normal-day", "A normal day: a quiet night, a busy afternoon", DAY, {}, { isWholeDay: true }),
  failure("deploy", "A deployment replaces every named server, one at a time in each zone", HOUR, { deploys: true }),
  failure(
    "scale-in",
    "A busy noon, as every week: the elastic group grows, and shrinks again in the evening",
    13 * HOUR,
    {},
    { after: 60, demand: busyDemand },
  ),
  failure("long-polls", "Half of the requests are held on purpose, as long polls and WebSockets are", 8 * HOUR, {
    held: 0.5,
  }),
  ofOneServer("host-lost", "One server dies; its group replaces it", 1, { lives: false }),
  ofOneServer(
    "host-not-replaced",
    "One server dies, and AWS has no instance to replace it with, for two hours",
    2 * HOUR,
    (_, minute) => ({ lives: minute > 0 }),
    { launchesFail: true },
  ),
  ofOneServer("host-rebooted", "One server reboots", 1, { reboots: true }),
  failure(
    "zone-lost",
    "A zone is lost for an hour, at the busiest time: the one with PostgreSQL's primary",
    HOUR,
    (_, { databaseZone }) => ({ lostZone: databaseZone }),
    { begins: BUSIEST },
  ),
  failure(
    "other-zone-lost",
    "The other zone is lost for an hour, at the busiest time",
    HOUR,
    (_, { zones, databaseZone }) => ({ lostZone: zones.find((zone) => zone !== databaseZone) }),
    { begins: BUSIEST },
  ),
  ofOneServer("agent-silent", "The agent of one server stops for an hour; the server goes on", HOUR, {
    agentRuns: false,
  }),
  failure("agents-silent", "All agents stop for half an hour; the servers go on", 30, {
    server: () => ({ agentRuns: false }),
  }),
  failure("logs-silent", "No logs arrive for an hour", HOUR, { server: () => ({ logsArrive: false }) }),
  failure("logs-unread", "Datadog cannot read one line of nginx's log in a hundred, for three hours", 3 * HOUR, {
    unreadLines: 0.01,
  }),
  failure("cloudwatch-silent", "Datadog cannot read CloudWatch for three hours", 3 * HOUR, { cloudWatchIsRead: false }),
  failure("clients-gone", "Nine of ten clients do not find the way, for an hour", HOUR, { arriving: 0.1 }),
  failure("clients-cut-off", "No client reaches the load balancer, for half an hour", 30, { arriving: 0 }),
  failure("spike", "Twice the clients within ten minutes, for two hours", 2 * HOUR, (minute) => ({
    arriving: 1 + rising(minute, 10),
  })),
  failure(
    "peak-without-growth",
    "Twice the clients for an hour, and AWS has no instances for the elastic group",
    HOUR,
    (minute) => ({ arriving: 1 + rising(minute, 10), launchesFail: true }),
  ),
  failure("client-errors", "A client sends requests that the service refuses: every other one, for an hour", HOUR, {
    refused: 0.5,
  }),
  failure("connections-rejected", "The load balancer is full, and rejects connections, for half an hour", 30, {
    rejectedConnections: 200,
  }),
  failure("errors-burst", "One request in five fails, for ten minutes", 10, { failing: 0.2 }),
  failure("errors-slow-burn", "Eight requests in a thousand fail, all day", 8 * HOUR, { failing: 0.008 }),
  ofOneService("service-down", "Every request of one service fails, for half an hour", 30, { failing: 1 }),
  failure("slow", "Requests take sixteen times as long, for an hour", HOUR, { slowness: 16 }),
  ofOneService(
    "memory-leak",
    "The service leaks memory on every server, for five hours, and is restarted",
    5 * HOUR,
    (minute) => ({ server: () => ({ usableMemory: 0.62 - 0.57 * rising(minute, 300) }) }),
  ),
  ofOneService(
    "disk-fills",
    "Logs fill the disk of every server, for five hours, and are deleted",
    5 * HOUR,
    (minute) => ({
      server: () => ({ diskInUse: 0.3 + 0.67 * rising(minute, 240) }),
    }),
  ),
  ofOneServer("nginx-silent", "nginx of one server does not answer its agent, for an hour", HOUR, {
    nginxAnswers: false,
  }),
  ofOneServer("agent-missing", "One server runs without its agent, for five hours", 5 * HOUR, { agentRuns: false }),
  ofOneService(
    "socket-leak",
    "The service leaks sockets on every server, for three hours, and is restarted",
    3 * HOUR,
    (minute, { environment }) => {
      const { critical } = environment.datadog.thresholds.closeWaitSockets;
      return { server: () => ({ socketsInCloseWait: 2 * critical * rising(minute, 180) }) };
    },
  ),
  ofOneServer("sockets-unreadable", "The agent of one server may not read its sockets any more, for an hour", HOUR, {
    canReadSockets: false,
  }),
  ofOneService("expensive-release", "A release makes requests twelve times as expensive, for two hours", 2 * HOUR, {
    work: 12,
  }),
  ofOneServer("runaway-process", "A process takes all CPU of one server, for an hour", HOUR, { otherCpu: 90 }),
  ofOneServer("clients-that-stay", "Clients that never let go fill one server, for an hour", HOUR, {
    moreConnections: 0.6,
  }),
  ofOneServer("large-downloads", "Large downloads fill the network of one server, for an hour", HOUR, (server) => ({
    sent: filling(server),
  })),
  ofOneServer("large-uploads", "Large uploads fill the network of one server, for an hour", HOUR, (server) => ({
    received: filling(server),
  })),
  ofOneServer("connection-limit", "One server gets too low a limit of connections, for an hour", HOUR, {
    connectionLimit: 0.2,
  }),
  ofOneServer(
    "half-requests",
    "Requests that never become whole take all connections of one server, for an hour",
    HOUR,
    { connectionLimit: 0.2, halfRequests: true },
  ),
  ofOneServer("server-not-ready", "One server does not reach the database, for half an hour", 30, { isReady: false }),
  ofOneService("release-not-ready", "A release does not become ready on any server, for half an hour", 30, {
    server: () => ({ isReady: false }),
  }),
  failure(
    "database-failover",
    "PostgreSQL fails over to its standby, or restarts where it has none",
    FAILOVER_MINUTES,
    { databaseUp: false },
  ),
  failure("database-down", "PostgreSQL is down for half an hour", 30, { databaseUp: false }),
  failure("database-slow", "PostgreSQL has five times the work, for two hours", 2 * HOUR, { databaseWork: 5 }),
  failure("database-memory", "A query takes nearly all memory of PostgreSQL, for an hour", HOUR, {
    freeableMemory: 0.03,
  }),
  failure(
    "transactions-not-frozen",
    "Autovacuum freezes nothing for months, and then all, within two hours",
    2 * HOUR,
    {
      transactionIds: 1.2e9,
    },
  ),
  failure("disk-slow", "PostgreSQL's disk is out of operations, for two hours", 2 * HOUR, (_, { environment }) => ({
    diskSeconds: 2 * environment.datadog.thresholds.databaseDiskSeconds.critical,
  })),
  failure(
    "data-grows",
    "Data grows by half of the storage a week, and cannot grow further",
    4 * HOUR,
    {},
    { freeStorage: (minute) => 0.3 - (0.5 * minute) / (7 * DAY) },
  ),
  failure(
    "storage-fills",
    "An import fills the storage in two hours; tables are dropped after six",
    6 * HOUR,
    {},
    { freeStorage: (minute) => (minute < 0 || minute >= 360 ? 0.6 : 0.6 - 0.58 * rising(minute, 120)) },
  ),
  failure(
    "connections-leak",
    "The service leaks connections to PostgreSQL, for three hours, and is restarted",
    3 * HOUR,
    (minute) => ({ leakedConnections: 0.8 * rising(minute, 150) }),
  ),
  failure("connections-direct", "A program connects to PostgreSQL directly, not through RDS Proxy, for an hour", HOUR, {
    directConnections: 0.6,
  }),
  failure("connections-pinned", "A release pins connections of RDS Proxy, for two hours", 2 * HOUR, { pinned: 0.7 }),
  failure("proxy-refuses", "RDS Proxy refuses the credentials of one client, for an hour", HOUR, {
    refusedByProxy: 12,
  }),
  failure(
    "nat-without-ports",
    "The NAT gateway of one zone has no ports left, for half an hour",
    30,
    (_, { zones }) => ({ natWithoutPorts: zones[0], failing: 0.001 }),
  ),
];

/** Trials of environments whose services have nightly jobs: a day, so that each job is due once. */
const jobFailures: readonly Failure[] = [
  failure("jobs-fail", "The nightly jobs of one day fail", DAY, { jobs: "failed" }, { after: 30 * HOUR }),
  failure("jobs-missing", "The nightly jobs of one day do not run", DAY, { jobs: "missing" }, { after: 30 * HOUR }),
];

/** Every trial of an environment. What happens to one service is tried on each; the title names all services but the first. */
export function failuresOf(environment: Environment): readonly Failure[] {
  const all = servicesWithJobs(environment).length === 0 ? failures : [...failures, ...jobFailures];
  const services = servicesInOrder(environment).map(({ name }) => name);
  return all.flatMap((each) =>
    each.isOfOneService === true
      ? services.map((service, index) => {
          return { ...each, service, title: index === 0 ? each.title : `${each.title} (${service})` };
        })
      : [each],
  );
}
