import type { ScenarioName } from "../evidence";

/** One kind of request within a plan. */
export interface PlannedRequests {
  readonly name: string;
  /** Share of the connections, 0 to 1. */
  readonly share: number;
  readonly path: string;
  /** Body of a POST request. @default a GET request */
  readonly body?: string;
}

/** Timing and number of the connections and requests of a scenario. */
export interface Plan {
  readonly scenario: ScenarioName;
  readonly connections: number;
  /** Seconds during which the connections are opened at a constant rate. */
  readonly rampSeconds: number;
  /** Seconds between two requests of a connection; 0 sends the next request right after the answer. */
  readonly intervalSeconds: number;
  readonly requestsEach: number;
  /** Requested wait time of a long poll, seconds. */
  readonly waitSeconds: number;
  readonly plateau: { readonly from: number; readonly to: number };
  /** Seconds until the last connection closes. */
  readonly totalSeconds: number;
  readonly requests: readonly PlannedRequests[];
}

interface Asked {
  readonly connections: number;
  /** Seconds during which all connections stay open. */
  readonly seconds: number;
}

/** Above this rate the generator is the bottleneck, not the server. */
const CONNECTIONS_PER_SECOND = 1_000;
/** Rate that service, database and generator sustain together on two cores with a large reserve. */
const SERVICE_REQUESTS_PER_SECOND = 480;
/** Each poll uses two connections of nginx and one of the service. */
const POLLS_PER_SECOND = 600;
const SHARE_OF_WRITES = 0.1;
/** The example service answers a long poll after at most 50 s. */
const LONGEST_POLL_SECONDS = 45;
/** Seconds between ramp and plateau, and between plateau and the close of the first connection. */
const MARGIN_SECONDS = 1;
/** The stock configuration fails immediately, so a short run is enough. */
const STOCK_SECONDS = 10;

/** nginx answers without a service: one request per second on each connection. */
export function shippedPlan({ connections, seconds }: Asked): Plan {
  const ramp = Math.ceil(connections / CONNECTIONS_PER_SECOND);
  return keepAlive("shipped", connections, seconds, ramp, 1, [{ name: "requests", share: 1, path: "/" }]);
}

export function stockPlan({ connections, seconds }: Asked): Plan {
  return { ...shippedPlan({ connections, seconds: Math.min(seconds, STOCK_SECONDS) }), scenario: "stock" };
}

/** Requests go through the example service to the database. The ramp lasts one interval, so that requests are spread evenly. */
export function servicePlan({ connections, seconds }: Asked): Plan {
  const interval = Math.ceil(connections / SERVICE_REQUESTS_PER_SECOND);
  return keepAlive("service", connections, seconds, interval, interval, [
    { name: "reads", share: 1 - SHARE_OF_WRITES, path: "/items" },
    { name: "writes", share: SHARE_OF_WRITES, path: "/items", body: JSON.stringify({ text: "one of many" }) },
  ]);
}

/** Every connection waits for an event, and then sends the next poll. */
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

/** One probe of the search: the given number of connections, each with an occasional request. */
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
