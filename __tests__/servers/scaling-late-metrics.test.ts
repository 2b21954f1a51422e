import { fixture } from "../fixtures/environment";
import { besideShop } from "../fixtures/variants";
import { type Minute, pointOf, stateOf } from "../support/alarm-model";
import type { Arguments } from "../support/stack";
import { synthesize } from "../support/synthesis";

// The alarms' real expressions in a model of CloudWatch's evaluation (__tests__/support/alarm-model.ts): metrics of different
// namespaces arrive after different delays, and the load balancer reports no connections where there is no traffic.

const stack = synthesize(fixture).platform;
/** Servers publish their connections. */
const shared = synthesize(besideShop).platform;

interface MetricQuery {
  readonly id: string;
  readonly expression?: string;
  readonly metric?: { readonly namespace: string };
}

interface Load {
  /** Undefined: no traffic at all, and so no metric. */
  readonly connections?: number;
  readonly cpuPercent: number;
  readonly servers: { readonly zone_5: number; readonly zone_6: number; readonly elastic: number };
}

/** Minutes after which the metrics of a namespace can be read. */
type Delays = Readonly<Record<string, number>>;

const TEN = { zone_5: 3, zone_6: 3, elastic: 4 };
const ten = (connections: number, cpuPercent: number): Load => ({ connections, cpuPercent, servers: TEN });
const six = (connections: number, cpuPercent: number): Load => ({
  ...ten(connections, cpuPercent),
  servers: { ...TEN, elastic: 0 },
});
const NO_DELAY = { "AWS/EC2": 0, "AWS/AutoScaling": 0, "AWS/ApplicationELB": 0, "dev-one/fixture": 0 };

/** Every combination of no delay, one minute and two minutes. */
const delays: Delays[] = [0, 1, 2].flatMap((ec2) =>
  [0, 1, 2].flatMap((autoScaling) =>
    [0, 1, 2].map((connections) => ({
      "AWS/EC2": ec2,
      "AWS/AutoScaling": autoScaling,
      "AWS/ApplicationELB": connections,
      "dev-one/fixture": connections,
    })),
  ),
);

/** The state of an alarm once a load has lasted for half an hour. */
function stateAt(name: string, load: Load, delayOf: Delays, from = stack): "OK" | "ALARM" {
  const alarm: Arguments = from.at(`servers/scaling/${name}-alarm`).values;
  const queries = alarm.metric_query as readonly MetricQuery[];
  // An alarm without an expression compares its only metric.
  const expression = queries.find((query) => query.expression !== undefined)?.expression ?? queries[0]?.id ?? "";
  const values = reported(load);
  return stateOf(alarm, (minutesAgo) => {
    const arrived = queries.filter(
      ({ metric }) => metric !== undefined && (delayOf[metric.namespace] ?? 0) <= minutesAgo,
    );
    const minute = arrived.flatMap(({ id }) => (values[id] === undefined ? [] : [[id, values[id]] as const]));
    return pointOf(expression, Object.fromEntries(minute));
  });
}

/** What AWS and the servers report of a load in each minute, by the alarms' ids. */
function reported({ connections, cpuPercent, servers }: Load): Minute {
  const groups = Object.entries(servers).flatMap(([group, count]) => [
    [`in_service_${group}`, count] as const,
    // A group of no servers has no CPU.
    ...(count === 0
      ? []
      : [[`cpu_samples_${group}`, count] as const, [`cpu_sum_${group}`, count * cpuPercent] as const]),
  ]);
  if (connections === undefined) return Object.fromEntries(groups);
  // The load balancer counts both sides of each connection.
  const published = connections / 2 / (servers.zone_5 + servers.zone_6 + servers.elastic);
  return { ...Object.fromEntries(groups), active_connections: connections, published_connections: published };
}

// 7,200 connections per server are 60 % of 12,000, 2,400 are 20 %; the load balancer counts each connection twice.
test.each<[string, string, "OK" | "ALARM", Load]>([
  ["scales out at ten times the threshold", "connections-high", "ALARM", six(6 * 144_000, 20)],
  ["does not scale out below the threshold", "connections-high", "OK", six(6 * 14_300, 20)],
  ["scales out on CPU", "cpu-high", "ALARM", six(8, 56)],
  ["does not scale in while connections need its servers", "both-low", "OK", ten(10 * 4_900, 5)],
  ["scales in when neither signal needs its servers", "both-low", "ALARM", ten(10 * 4_700, 5)],
])("with metrics that arrive up to two minutes late, the group %s: %s is in state %s", (_, alarm, state, load) => {
  for (const from of [stack, shared]) {
    expect(delays.filter((delayOf) => stateAt(alarm, load, delayOf, from) !== state)).toEqual([]);
  }
});

test.each([
  ["no server publishes", undefined, ["OK", "OK"]],
  ["servers publish that they hold none", 0, ["ALARM", "OK"]],
] as const)(
  "beside another service, where %s, the group removes servers only for a value",
  (_, connections, states) => {
    const idle: Load = { ...(connections === undefined ? {} : { connections }), cpuPercent: 1, servers: TEN };
    expect(["both-low", "connections-high"].map((alarm) => stateAt(alarm, idle, NO_DELAY, shared))).toEqual(states);
  },
);

test("without any traffic, where the load balancer reports no connections, the group scales in and not out", () => {
  const idle: Load = { cpuPercent: 1, servers: TEN };
  const states = ["both-low", "connections-high", "cpu-high"].map((alarm) => stateAt(alarm, idle, NO_DELAY));
  expect(states).toEqual(["ALARM", "OK", "OK"]);
});
