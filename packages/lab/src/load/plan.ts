import type { ScenarioName } from "../evidence/figures";

/** Timing and number of the connections and requests of a scenario. */
export interface Plan {
  readonly scenario: ScenarioName;
  readonly connections: number;
  /** Seconds during which the connections are opened at a constant rate. */
  readonly rampSeconds: number;
  /** Seconds between two requests of a connection; 0 sends the next request right after the answer. */
  readonly intervalSeconds: number;
  /** Requested wait time of a long poll, seconds. */
  readonly waitSeconds: number;
  readonly plateau: { readonly from: number; readonly to: number };
  /** Seconds after which no request is sent, and connections without one in flight are closed. */
  readonly seconds: number;
  /** Kinds of requests, each with its share of the connections (0 to 1). A body makes a POST request. */
  readonly requests: readonly {
    readonly name: string;
    readonly share: number;
    readonly path: string;
    readonly body?: string;
  }[];
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
/** Seconds between ramp and plateau, and between plateau and the close of the connections. */
const MARGIN_SECONDS = 1;
/** The stock configuration fails immediately, so a short run is enough. */
const STOCK_SECONDS = 10;
/** A probe of the search for the limit is short, too, because there are several. */
const PROBE_SECONDS = 4;

const GET = [{ name: "requests", share: 1, path: "/" }];
const READS_AND_WRITES = [
  { name: "reads", share: 1 - SHARE_OF_WRITES, path: "/items" },
  { name: "writes", share: SHARE_OF_WRITES, path: "/items", body: JSON.stringify({ text: "one of many" }) },
];

/** @param seconds during which all connections stay open; a probe of `limit` has its own time */
export function planFor(scenario: ScenarioName, connections: number, seconds: number): Plan {
  const ramp = Math.ceil(connections / CONNECTIONS_PER_SECOND);
  switch (scenario) {
    case "shipped": // nginx answers without a service
      return keepAlive({ scenario, connections, rampSeconds: ramp, intervalSeconds: 1, requests: GET }, seconds);
    case "stock":
      return { ...planFor("shipped", connections, Math.min(seconds, STOCK_SECONDS)), scenario };
    case "service": {
      // During the ramp, too, requests come at this rate.
      const interval = Math.ceil(connections / SERVICE_REQUESTS_PER_SECOND);
      const times = { rampSeconds: interval, intervalSeconds: interval };
      return keepAlive({ scenario, connections, ...times, requests: READS_AND_WRITES }, seconds);
    }
    case "limit": {
      const times = { rampSeconds: Math.ceil(ramp / 5), intervalSeconds: 4 };
      return keepAlive({ scenario, connections, ...times, requests: GET }, PROBE_SECONDS);
    }
    case "long-poll":
      return longPolls(connections, seconds);
  }
}

/** Every connection waits for an event, and then sends the next poll. */
function longPolls(connections: number, seconds: number): Plan {
  const rampSeconds = Math.ceil(connections / POLLS_PER_SECOND);
  const from = rampSeconds + MARGIN_SECONDS;
  const polls = Math.max(2, Math.ceil((from + seconds + MARGIN_SECONDS) / LONGEST_POLL_SECONDS));
  const wait = Math.ceil((from + seconds + MARGIN_SECONDS) / polls);
  return {
    scenario: "long-poll",
    connections,
    rampSeconds,
    intervalSeconds: 0,
    waitSeconds: wait,
    plateau: { from, to: from + seconds },
    seconds: from + seconds + MARGIN_SECONDS,
    requests: [{ name: "polls", share: 1, path: `/events?wait=${wait}` }],
  };
}

type KeepAlive = Pick<Plan, "scenario" | "connections" | "rampSeconds" | "intervalSeconds" | "requests">;

function keepAlive(plan: KeepAlive, seconds: number): Plan {
  const from = plan.rampSeconds + MARGIN_SECONDS;
  const to = from + seconds;
  return { ...plan, waitSeconds: 0, plateau: { from, to }, seconds: to + MARGIN_SECONDS };
}
