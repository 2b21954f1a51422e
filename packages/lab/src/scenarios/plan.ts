import type { ScenarioName } from "../evidence";

/** One kind of request within a plan. */
export interface PlannedRequests {
  readonly name: string;
  /** Share of the connections, 0 to 1. */
  readonly share: number;
  readonly path: string;
  /** What is posted. @default a GET */
  readonly body?: string;
}

/** How a scenario loads the server, in time and number. */
export interface Plan {
  readonly scenario: ScenarioName;
  readonly connections: number;
  /** Time in which the connections are opened, evenly, seconds. */
  readonly rampSeconds: number;
  /** Time between two requests of a connection, seconds; 0 to send the next one after each answer. */
  readonly intervalSeconds: number;
  readonly requestsEach: number;
  /** What an answer is asked to take, seconds. */
  readonly waitSeconds: number;
  readonly plateau: { readonly from: number; readonly to: number };
  /** Until the last connection closes. */
  readonly totalSeconds: number;
  readonly requests: readonly PlannedRequests[];
}

interface Asked {
  readonly connections: number;
  /** How long all connections are held. */
  readonly seconds: number;
}

/** Opening connections faster than this measures the generator. */
const CONNECTIONS_PER_SECOND = 1_000;
/** What the service, its database and everything else can serve together on two cores, with much to spare. */
const SERVICE_REQUESTS_PER_SECOND = 480;
/** Each is two connections of nginx and one of the service. */
const POLLS_PER_SECOND = 600;
const SHARE_OF_WRITES = 0.1;
/** Of the example service: it answers a long poll after 50 s at the latest. */
const LONGEST_POLL_SECONDS = 45;
/** Between the ramp and the figures, and between them and the first end of a connection. */
const MARGIN_SECONDS = 1;
/** The stock configuration fails at once. */
const STOCK_SECONDS = 10;

/** nginx answers itself: one request per second on each connection. */
export function shippedPlan({ connections, seconds }: Asked): Plan {
  const ramp = Math.ceil(connections / CONNECTIONS_PER_SECOND);
  return keepAlive("shipped", connections, seconds, ramp, 1, [{ name: "requests", share: 1, path: "/" }]);
}

export function stockPlan({ connections, seconds }: Asked): Plan {
  return { ...shippedPlan({ connections, seconds: Math.min(seconds, STOCK_SECONDS) }), scenario: "stock" };
}

/** Through the example service to the database; the ramp is one interval, so that requests spread evenly. */
export function servicePlan({ connections, seconds }: Asked): Plan {
  const interval = Math.ceil(connections / SERVICE_REQUESTS_PER_SECOND);
  return keepAlive("service", connections, seconds, interval, interval, [
    { name: "reads", share: 1 - SHARE_OF_WRITES, path: "/items" },
    { name: "writes", share: SHARE_OF_WRITES, path: "/items", body: JSON.stringify({ text: "one of many" }) },
  ]);
}

/** Every connection waits for an event, and asks again. */
export function longPollPlan({ connections, seconds }: Asked): Plan {
  const ramp = Math.ceil(connections / POLLS_PER_SECOND);
  const from = ramp + MARGIN_SECONDS;
  const polls = Math.max(2, Math.ceil((from + seconds + MARGIN_SECONDS) / LONGEST_POLL_SECONDS));
  const wait = Math.ceil((from + seconds + MARGIN_SECONDS) / polls);
  return {
    scenario: "long-poll",
    connections,
    rampSeconds: ramp,
    intervalSeconds: 0,
    requestsEach: polls,
    waitSeconds: wait,
    plateau: { from, to: from + seconds },
    totalSeconds: ramp + polls * wait,
    requests: [{ name: "polls", share: 1, path: `/events?wait=${wait}` }],
  };
}

/** One try of the search: as many connections as are asked for, each with a request now and then. */
export function probePlan(connections: number): Plan {
  const ramp = Math.ceil(connections / (5 * CONNECTIONS_PER_SECOND));
  return keepAlive("limit", connections, 4, ramp, 4, [{ name: "requests", share: 1, path: "/" }]);
}

function keepAlive(
  scenario: ScenarioName,
  connections: number,
  seconds: number,
  rampSeconds: number,
  intervalSeconds: number,
  requests: readonly PlannedRequests[],
): Plan {
  const from = rampSeconds + MARGIN_SECONDS;
  // The first connection must not close before the plateau ends.
  const intervals = Math.ceil((from + seconds + MARGIN_SECONDS) / intervalSeconds);
  return {
    scenario,
    connections,
    rampSeconds,
    intervalSeconds,
    requestsEach: intervals + 1,
    waitSeconds: 0,
    plateau: { from, to: from + seconds },
    totalSeconds: rampSeconds + intervals * intervalSeconds,
    requests,
  };
}
