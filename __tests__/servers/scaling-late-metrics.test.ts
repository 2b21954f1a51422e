import { fixture } from "../fixtures/environment";
import { besideShop, threeZones } from "../fixtures/variants";
import { type Minute, pointOf, stateOf } from "../support/alarm-model";
import type { Resource, Stack } from "../support/stack";
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

/** An alarm's minutes that must breach, a load that is on the other side of its threshold, and one that breaches. */
interface Case {
  readonly minutes: number;
  readonly calm: Load;
  readonly breaching: Load;
}

// 7,200 connections per server are 60 % of 12,000, 2,400 are 20 %; the load balancer counts each connection twice.
const CASES: Readonly<Record<string, Case>> = {
  "dev-one-fixture-connections-high": { minutes: 3, calm: six(6 * 14_300, 20), breaching: six(6 * 144_000, 20) },
  "dev-one-fixture-cpu-high": { minutes: 3, calm: six(8, 54), breaching: six(8, 56) },
  "dev-one-fixture-both-low": { minutes: 15, calm: ten(10 * 4_900, 5), breaching: ten(10 * 4_700, 5) },
};

/** Minutes after which an alarm ends, beside the delay of its metrics. */
const RECOVERY_MINUTES = 4;

/** Every alarm that changes the size of a group. */
const scalingAlarms = (of: Stack): Resource[] =>
  of
    .resources("aws_cloudwatch_metric_alarm")
    .filter((alarm) => alarm.targets("alarm_actions").some(({ type }) => type === "aws_autoscaling_policy"));

const queriesOf = (alarm: Resource) => alarm.values.metric_query as unknown as readonly MetricQuery[];

const namespacesOf = (alarm: Resource): string[] => [
  ...new Set(queriesOf(alarm).flatMap(({ metric }) => metric?.namespace ?? [])),
];

/** Every combination of a delay of zero to three minutes for each namespace. */
function delaysOf(alarm: Resource): Delays[] {
  return namespacesOf(alarm).reduce<Delays[]>(
    (all, namespace) => all.flatMap((delays) => [0, 1, 2, 3].map((minutes) => ({ ...delays, [namespace]: minutes }))),
    [{}],
  );
}

/** The alarm's state at a minute, of which the metrics of all minutes before are reported. */
function stateAt(alarm: Resource, now: number, loadOf: (minute: number) => Load, delays: Delays): "OK" | "ALARM" {
  return stateOf(alarm.values, (minutesAgo) => {
    const arrived = namespacesOf(alarm).filter((namespace) => (delays[namespace] ?? 0) <= minutesAgo);
    return pointFor(alarm, loadOf(now - 1 - minutesAgo), arrived);
  });
}

const points = new Map<string, number | undefined>();

/** The point of a minute with a load, from the metrics of the namespaces that have arrived. */
function pointFor(alarm: Resource, load: Load, arrived: readonly string[]): number | undefined {
  const queries = queriesOf(alarm);
  // An alarm without an expression compares its only metric.
  const expression = queries.find((query) => query.expression !== undefined)?.expression ?? queries[0]?.id ?? "";
  const key = JSON.stringify([expression, load, arrived]);
  if (!points.has(key)) {
    const values = reported(load);
    const ids = queries.filter(({ metric }) => metric !== undefined && arrived.includes(metric.namespace));
    const minute = ids.flatMap(({ id }) => (values[id] === undefined ? [] : [[id, values[id]] as const]));
    points.set(key, pointOf(expression, Object.fromEntries(minute)));
  }
  return points.get(key);
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

describe.each([
  ["one service", stack],
  ["servers that publish their connections", shared],
  ["three zones, of which one is lost", synthesize(threeZones).platform],
])("with %s and metrics that arrive up to three minutes late", (_what, from) => {
  test("every alarm with a scaling action has a case, and every case an alarm", () => {
    expect(scalingAlarms(from).map(({ values }) => values.alarm_name)).toEqual(Object.keys(CASES).sort());
  });

  test.each(scalingAlarms(from).map((alarm) => [alarm.values.alarm_name as string, alarm] as const))(
    "%s fires after its minutes and the delay, stays, and ends four minutes and the delay after the load",
    (name, alarm) => {
      const found = CASES[name];
      if (found === undefined) throw new Error(`${name} has no case`);
      const { minutes, calm, breaching } = found;
      const [start, end, last] = [60, 120, 180];
      const loadOf = (minute: number) => (minute >= start && minute < end ? breaching : calm);
      for (const delays of delaysOf(alarm)) {
        const late = Math.max(...Object.values(delays));
        const states = Array.from({ length: last }, (_, now) => stateAt(alarm, now, loadOf, delays));
        const fires = states.indexOf("ALARM");
        const ends = states.indexOf("OK", fires);
        expect([delays, fires >= start + minutes, fires <= start + minutes + late]).toEqual([delays, true, true]);
        expect([delays, ends > end, ends <= end + RECOVERY_MINUTES + late]).toEqual([delays, true, true]);
        expect([delays, states.indexOf("ALARM", ends)]).toEqual([delays, -1]);
      }
    },
  );
});

const statesOf = (of: Stack, load: Load): Record<string, string> =>
  Object.fromEntries(
    scalingAlarms(of).map((alarm): [string, string] => [
      alarm.path.split("/").at(-1) ?? "",
      stateAt(alarm, 0, () => load, {}),
    ]),
  );

test.each([
  ["no server publishes", undefined, "OK"],
  ["servers publish that they hold none", 0, "ALARM"],
] as const)("beside another service, where %s, the group removes servers only for a value", (_, connections, low) => {
  const idle: Load = { ...(connections === undefined ? {} : { connections }), cpuPercent: 1, servers: TEN };
  expect(statesOf(shared, idle)).toMatchObject({ "both-low-alarm": low, "connections-high-alarm": "OK" });
});

test("without any traffic, where the load balancer reports no connections, the group scales in and not out", () => {
  expect(statesOf(stack, { cpuPercent: 1, servers: TEN })).toEqual({
    "both-low-alarm": "ALARM",
    "connections-high-alarm": "OK",
    "cpu-high-alarm": "OK",
  });
});
