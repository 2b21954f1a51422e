import { fixture, sandbox } from "../fixtures/environment";
import { otherMonitoring, threeZones as environmentInThreeZones } from "../fixtures/variants";
import { pointOf } from "../support/alarm-model";
import type { Stack } from "../support/stack";
import { synthesize } from "../support/synthesis";

const stack = synthesize(fixture).platform;
const threeZones = synthesize(environmentInThreeZones).platform;

interface MetricQuery {
  readonly id: string;
  readonly expression?: string;
  readonly return_data: boolean;
  readonly metric?: { namespace: string; metric_name: string; stat: string; period: number; dimensions: object };
}

function queriesOf(from: Stack, alarm: string): readonly MetricQuery[] {
  return from.at(`servers/scaling/${alarm}-alarm`).values.metric_query as unknown as readonly MetricQuery[];
}

function metricsOf(from: Stack, alarm: string): MetricQuery[] {
  return queriesOf(from, alarm).filter((query) => query.metric !== undefined);
}

function expressionOf(from: Stack, alarm: string): string {
  const compared = queriesOf(from, alarm).filter((query) => query.return_data);
  expect(compared).toHaveLength(1);
  return compared[0]?.expression ?? "";
}

/** `cores` per cent of CPU on each of `servers`, as the sums and counts of a minute. */
const cpu = (group: string, servers: number, percent: number) => ({
  [`cpu_sum_${group}`]: servers * percent,
  [`cpu_samples_${group}`]: servers,
});

describe("the elastic group", () => {
  test("has from zero servers to what the peak needs when a zone is lost", () => {
    for (const each of [stack, synthesize(sandbox).platform]) {
      expect(each.at("servers/elastic/group").values).toMatchObject({ min_size: 0, max_size: 10 });
    }
  });

  test("has no desired capacity, so that a deployment does not reset scaling", () => {
    expect(stack.at("servers/elastic/group").values).not.toHaveProperty("desired_capacity");
  });

  test("is the only group that scales", () => {
    const scaled = stack
      .resources("aws_autoscaling_policy")
      .map((each) => stack.target(each.values.autoscaling_group_name));
    expect(new Set(scaled)).toEqual(new Set([stack.at("servers/elastic/group")]));
  });

  test("waits a minute before it terminates a server", () => {
    const hook = stack.only("aws_autoscaling_lifecycle_hook");
    expect(stack.target(hook.values.autoscaling_group_name)).toBe(stack.at("servers/elastic/group"));
    expect(hook.values).toMatchObject({
      lifecycle_transition: "autoscaling:EC2_INSTANCE_TERMINATING",
      heartbeat_timeout: 60,
      default_result: "CONTINUE",
    });
  });
});

const compared = (name: string, threshold: number, minutes: number) => ({
  alarm_name: `dev-one-fixture-${name}`,
  comparison_operator: "GreaterThanOrEqualToThreshold",
  threshold,
  evaluation_periods: minutes + 3,
  datapoints_to_alarm: minutes,
});

describe("scaling out", () => {
  test.each([
    ["55 % CPU of the whole fleet", "cpu-high", 55],
    ["7,200 connections per server, which the load balancer counts twice", "connections-high", 14_400],
  ])("starts at %s for three minutes", (_, name, threshold) => {
    expect(stack.at(`servers/scaling/${name}-alarm`).values).toMatchObject(compared(name, threshold, 3));
  });

  test.each([
    ["cpu-high", ["13.75", "27.5"]],
    ["connections-high", ["3600", "7200"]],
  ])(
    "adds one, two or three servers to each zone, by how far the signal of %s is above its threshold",
    (name, [low, high]) => {
      expect(stack.at(`servers/scaling/${name}-policy`).values).toMatchObject({
        name,
        policy_type: "StepScaling",
        adjustment_type: "ChangeInCapacity",
        step_adjustment: [
          { metric_interval_lower_bound: "0", metric_interval_upper_bound: low, scaling_adjustment: 2 },
          { metric_interval_lower_bound: low, metric_interval_upper_bound: high, scaling_adjustment: 4 },
          { metric_interval_lower_bound: high, scaling_adjustment: 6 },
        ],
      });
    },
  );

  test("starts at more connections where a server is sized for more", () => {
    const larger = synthesize(otherMonitoring).platform;
    expect(larger.at("servers/scaling/connections-high-alarm").values.threshold).toBe(24_000);
    expect(larger.at("servers/elastic/group").values.max_size).toBe(14);
  });
});

describe("scaling in", () => {
  test("removes one server of each zone after fifteen minutes below both thresholds, with a cooldown of fifteen minutes", () => {
    expect(stack.at("servers/scaling/both-low-alarm").values).toMatchObject(compared("both-low", 1, 15));
    expect(stack.at("servers/scaling/both-low-policy").values).toMatchObject({
      name: "both-low",
      policy_type: "SimpleScaling",
      adjustment_type: "ChangeInCapacity",
      scaling_adjustment: -2,
      cooldown: 900,
    });
  });

  test.each([
    ["both signals are low: 1", 24, 4_790, 1],
    ["only CPU is low: 0", 24, 4_800, 0],
    ["only connections are low: 0", 25, 4_790, 0],
    ["no signal is low: 0", 90, 20_000, 0],
  ])("has an alarm value that tells whether %s", (_when, percent, connectionsPerServer, verdict) => {
    const servers = { ...cpu("zone_5", 3, percent), ...cpu("zone_6", 3, percent), ...cpu("elastic", 2, percent) };
    const data = { ...servers, active_connections: 8 * connectionsPerServer };
    expect(pointOf(expressionOf(stack, "both-low"), data)).toBe(verdict);
  });
});

describe("the alarms of scaling", () => {
  const all = stack.resources("aws_cloudwatch_metric_alarm").filter(({ path }) => path.startsWith("servers/scaling/"));

  test("are exactly three, each with one policy as its action", () => {
    const alarms = all.map((alarm) => [
      alarm.values.alarm_name,
      ...stack.targets(alarm.values.alarm_actions).map((policy) => policy.values.name),
    ]);
    expect(alarms).toEqual([
      ["dev-one-fixture-both-low", "both-low"],
      ["dev-one-fixture-connections-high", "connections-high"],
      ["dev-one-fixture-cpu-high", "cpu-high"],
    ]);
    expect(stack.resources("aws_autoscaling_policy")).toHaveLength(3);
  });

  test("compute CPU as the average over all servers, not over groups", () => {
    const expression = expressionOf(stack, "cpu-high");
    expect(expression).toBe(
      "(FILL(cpu_sum_zone_5, 0) + FILL(cpu_sum_zone_6, 0) + FILL(cpu_sum_elastic, 0)) / " +
        "(FILL(cpu_samples_zone_5, 0) + FILL(cpu_samples_zone_6, 0) + FILL(cpu_samples_elastic, 0))",
    );
    // Six busy servers, two idle: not (80 + 80 + 0) / 3.
    const data = { ...cpu("zone_5", 3, 80), ...cpu("zone_6", 3, 80), ...cpu("elastic", 2, 0) };
    expect(pointOf(expression, data)).toBe(60);
  });

  test.each([
    ["an elastic group that is empty", { ...cpu("zone_5", 3, 70), ...cpu("zone_6", 3, 70) }, 70],
    ["a lost zone", cpu("zone_6", 3, 95), 95],
  ])("compute CPU without %s", (_, data, percent) => {
    expect(pointOf(expressionOf(stack, "cpu-high"), data)).toBe(percent);
  });

  test("take missing connections as zero for scaling in, and as missing for scaling out", () => {
    expect(expressionOf(stack, "both-low")).toContain("FILL(active_connections, 0) / (FILL(cpu_samples_zone_5, 0)");
    expect(expressionOf(stack, "connections-high")).not.toContain("FILL(active_connections");
  });

  test("divide connections by the servers in service", () => {
    const expression = expressionOf(stack, "connections-high");
    expect(expression).toBe(
      "active_connections / (FILL(in_service_zone_5, 0) + FILL(in_service_zone_6, 0) + FILL(in_service_elastic, 0))",
    );
    const data = { active_connections: 160_000, in_service_zone_5: 3, in_service_zone_6: 3, in_service_elastic: 2 };
    expect(pointOf(expression, data)).toBe(20_000);
  });

  test("read each metric by the id of its name and group, every minute", () => {
    const described = ["cpu-high", "connections-high", "both-low"].flatMap((alarm) =>
      metricsOf(stack, alarm).map(({ id, metric }) => {
        const targets = stack.targets(metric?.dimensions).map((target) => target.path);
        return [id, metric?.namespace, metric?.metric_name, metric?.stat, metric?.period, ...targets].join(" ");
      }),
    );
    const group = (id: string, metric: string, path: string) => `${id} ${metric} 60 servers/${path}/group`;
    expect([...new Set(described)].sort()).toEqual(
      [
        "active_connections AWS/ApplicationELB ActiveConnectionCount Sum 60 edge/load-balancer",
        ...[
          ["zone_5", "zone-5"],
          ["zone_6", "zone-6"],
          ["elastic", "elastic"],
        ].flatMap(([id, path]) => [
          group(`cpu_samples_${id ?? ""}`, "AWS/EC2 CPUUtilization SampleCount", path ?? ""),
          group(`cpu_sum_${id ?? ""}`, "AWS/EC2 CPUUtilization Sum", path ?? ""),
          group(`in_service_${id ?? ""}`, "AWS/AutoScaling GroupInServiceInstances Average", path ?? ""),
        ]),
      ].sort(),
    );
  });

  test("have every metric of their expressions, each once, and no other", () => {
    for (const each of [stack, threeZones]) {
      for (const alarm of ["cpu-high", "connections-high", "both-low"]) {
        const read = [...expressionOf(each, alarm).matchAll(/\b[a-z]\w*/g)].map(([id]) => id);
        const given = metricsOf(each, alarm).map((query) => query.id);
        expect(new Set(given).size).toBe(given.length);
        expect(new Set(given)).toEqual(new Set(read));
      }
    }
  });

  test.each([
    ["two zones", stack, [6, 4, 7]],
    ["three zones", threeZones, [8, 5, 9]],
  ])("read at most the ten metrics that CloudWatch allows, in %s", (_zones, from, expected) => {
    const counts = ["cpu-high", "connections-high", "both-low"].map((alarm) => metricsOf(from, alarm).length);
    expect(counts).toEqual(expected);
    expect(Math.max(...counts)).toBeLessThanOrEqual(10);
  });

  test("do not change the group where data is missing", () => {
    expect(all.map(({ values }) => values.treat_missing_data)).toEqual(all.map(() => "notBreaching"));
  });
});

test("with three zones, scaling adds and removes multiples of three", () => {
  const adjustments = threeZones
    .resources("aws_autoscaling_policy")
    .flatMap(({ values }) => (values.step_adjustment ?? [values]) as { scaling_adjustment: number }[])
    .map((step) => step.scaling_adjustment);
  expect(adjustments.sort((a, b) => a - b)).toEqual([-3, 3, 3, 6, 6, 9, 9]);
});
