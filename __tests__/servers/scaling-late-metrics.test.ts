import { production } from "../../src/environments/production";
import { type Minute, pointOf, stateOf } from "../support/alarm-model";
import type { Arguments } from "../support/stack";
import { synthesize } from "../support/synthesis";

// The alarms' real expressions in a model of CloudWatch's evaluation (__tests__/support/alarm-model.ts): metrics of different
// namespaces arrive after different delays, and the load balancer reports no connections where there is no traffic.

const stack = synthesize(production).platform;

interface MetricQuery {
  readonly id: string;
  readonly expression?: string;
  readonly metric?: { readonly namespace: string };
}

interface Load {
  /** Undefined: no traffic at all, and so no metric. */
  readonly connections?: number;
  readonly cpuPercent: number;
  readonly servers: { readonly zone_1: number; readonly zone_2: number; readonly elastic: number };
}

/** Minutes after which the metrics of a namespace can be read. */
type Delays = Readonly<Record<string, number>>;

const EIGHT = { zone_1: 4, zone_2: 4, elastic: 0 };
const TWELVE = { zone_1: 4, zone_2: 4, elastic: 4 };
const NO_DELAY = { "AWS/EC2": 0, "AWS/AutoScaling": 0, "AWS/ApplicationELB": 0 };

/** Every combination of no delay, one minute and two minutes. */
const delays: Delays[] = [0, 1, 2].flatMap((ec2) =>
  [0, 1, 2].flatMap((autoScaling) =>
    [0, 1, 2].map((elb) => ({ "AWS/EC2": ec2, "AWS/AutoScaling": autoScaling, "AWS/ApplicationELB": elb })),
  ),
);

/** The state of an alarm once a load has lasted for half an hour. */
function stateAt(name: string, load: Load, delayOf: Delays): "OK" | "ALARM" {
  const alarm: Arguments = stack.at(`servers/scaling/${name}-alarm`).values;
  const queries = alarm.metric_query as readonly MetricQuery[];
  const expression = queries.find((query) => query.expression !== undefined)?.expression ?? "";
  const values = reported(load);
  return stateOf(alarm, (minutesAgo) => {
    const arrived = queries.filter(
      ({ metric }) => metric !== undefined && (delayOf[metric.namespace] ?? 0) <= minutesAgo,
    );
    const minute = arrived.flatMap(({ id }) => (values[id] === undefined ? [] : [[id, values[id]] as const]));
    return pointOf(expression, Object.fromEntries(minute));
  });
}

/** What AWS reports of a load in each minute, by the alarms' ids. */
function reported({ connections, cpuPercent, servers }: Load): Minute {
  const groups = Object.entries(servers).flatMap(([group, count]) => [
    [`in_service_${group}`, count] as const,
    // A group of no servers has no CPU.
    ...(count === 0
      ? []
      : [[`cpu_samples_${group}`, count] as const, [`cpu_sum_${group}`, count * cpuPercent] as const]),
  ]);
  return { ...Object.fromEntries(groups), ...(connections === undefined ? {} : { active_connections: connections }) };
}

describe.each(delays)("with metrics that arrive after minutes: %j", (delayOf) => {
  test("the group grows at ten times the connections that it should grow at", () => {
    expect(stateAt("connections-high", { connections: 8 * 140_000, cpuPercent: 20, servers: EIGHT }, delayOf)).toBe(
      "ALARM",
    );
  });

  test("the group does not grow below its threshold", () => {
    expect(stateAt("connections-high", { connections: 8 * 13_900, cpuPercent: 20, servers: EIGHT }, delayOf)).toBe(
      "OK",
    );
  });

  test("the group grows on CPU", () => {
    expect(stateAt("cpu-high", { connections: 8, cpuPercent: 61, servers: EIGHT }, delayOf)).toBe("ALARM");
  });

  test("the group does not shrink while connections need its servers", () => {
    expect(stateAt("both-low", { connections: 12 * 7_100, cpuPercent: 5, servers: TWELVE }, delayOf)).toBe("OK");
  });

  test("the group shrinks when neither signal needs its servers", () => {
    expect(stateAt("both-low", { connections: 12 * 6_900, cpuPercent: 5, servers: TWELVE }, delayOf)).toBe("ALARM");
  });
});

describe("without any traffic, where the load balancer reports no connections,", () => {
  const idle: Load = { cpuPercent: 1, servers: TWELVE };

  test("the group shrinks", () => {
    expect(stateAt("both-low", idle, NO_DELAY)).toBe("ALARM");
  });

  test("the group does not grow", () => {
    expect(stateAt("connections-high", idle, NO_DELAY)).toBe("OK");
    expect(stateAt("cpu-high", idle, NO_DELAY)).toBe("OK");
  });
});
