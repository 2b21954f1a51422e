import "../support/matchers";

import { AutoscalingPolicy } from "@cdktf/provider-aws/lib/autoscaling-policy";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";

import { production } from "../../src/environments/production";
import { staging } from "../../src/environments/staging";
import { pointOf } from "../support/alarm-model";
import { stagingInThreeZones, stagingWith } from "../support/environments";
import type { Stack } from "../support/stack";
import { synthesize } from "../support/synthesis";

const stack = synthesize(production).platform;
const threeZones = synthesize(stagingInThreeZones()).platform;

interface MetricQuery {
  readonly id: string;
  readonly expression?: string;
  readonly return_data: boolean;
  readonly metric?: { namespace: string; metric_name: string; stat: string; period: number; dimensions: object };
}

function queriesOf(from: Stack, alarm: string): readonly MetricQuery[] {
  return from.at(`servers/scaling/${alarm}-alarm`).values.metric_query as readonly MetricQuery[];
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
  test("holds none in quiet times, and at most what the peak needs when a zone is lost", () => {
    for (const each of [stack, synthesize(staging).platform]) {
      expect(each.at("servers/elastic/group").values).toMatchObject({ min_size: 0, max_size: 12 });
    }
  });

  test("has no desired size, so that a deployment never resets what scaling has done", () => {
    expect(stack.at("servers/elastic/group").values).not.toHaveProperty("desired_capacity");
  });

  test("is the only group that scales", () => {
    const scaled = stack
      .resources("aws_autoscaling_policy")
      .map((each) => stack.target(each.values.autoscaling_group_name));
    expect(new Set(scaled)).toEqual(new Set([stack.at("servers/elastic/group")]));
  });

  test("holds a server back for a minute when it is to go", () => {
    const hook = stack.only("aws_autoscaling_lifecycle_hook");
    expect(stack.target(hook.values.autoscaling_group_name)).toBe(stack.at("servers/elastic/group"));
    expect(hook.values).toMatchObject({
      lifecycle_transition: "autoscaling:EC2_INSTANCE_TERMINATING",
      heartbeat_timeout: 60,
      default_result: "CONTINUE",
    });
  });
});

describe("scaling out", () => {
  test("starts at 60 % CPU of the whole fleet, three minutes in a row", () => {
    expect(stack.json).toHaveResourceWithProperties(CloudwatchMetricAlarm, {
      alarm_name: "dev-one-production-cpu-high",
      comparison_operator: "GreaterThanOrEqualToThreshold",
      threshold: 60,
      evaluation_periods: 3,
      datapoints_to_alarm: 3,
    });
  });

  test("starts at 7,000 connections per server, which the load balancer counts twice", () => {
    expect(stack.json).toHaveResourceWithProperties(CloudwatchMetricAlarm, {
      alarm_name: "dev-one-production-connections-high",
      comparison_operator: "GreaterThanOrEqualToThreshold",
      threshold: 14_000,
      evaluation_periods: 3,
      datapoints_to_alarm: 3,
    });
  });

  test("adds whole zones' worth of servers, the more the higher the signal", () => {
    expect(stack.json).toHaveResourceWithProperties(AutoscalingPolicy, {
      name: "cpu-high",
      policy_type: "StepScaling",
      adjustment_type: "ChangeInCapacity",
      step_adjustment: [
        { metric_interval_lower_bound: "0", metric_interval_upper_bound: "15", scaling_adjustment: 2 },
        { metric_interval_lower_bound: "15", metric_interval_upper_bound: "30", scaling_adjustment: 4 },
        { metric_interval_lower_bound: "30", scaling_adjustment: 6 },
      ],
    });
    expect(stack.json).toHaveResourceWithProperties(AutoscalingPolicy, {
      name: "connections-high",
      policy_type: "StepScaling",
      adjustment_type: "ChangeInCapacity",
      step_adjustment: [
        { metric_interval_lower_bound: "0", metric_interval_upper_bound: "3500", scaling_adjustment: 2 },
        { metric_interval_lower_bound: "3500", metric_interval_upper_bound: "7000", scaling_adjustment: 4 },
        { metric_interval_lower_bound: "7000", scaling_adjustment: 6 },
      ],
    });
  });

  test("follows the configuration", () => {
    const changed = synthesize(
      stagingWith({
        scaling: { scaleOutCpuPercent: 50, scaleOutConnectionsPercent: 72 },
        servers: { ...staging.servers, connectionsPerServer: 12_500 },
      }),
    ).platform;
    expect(changed.at("servers/scaling/cpu-high-alarm").values.threshold).toBe(50);
    expect(changed.at("servers/scaling/connections-high-alarm").values.threshold).toBe(18_000);
    expect(changed.at("servers/elastic/group").values.max_size).toBe(8);
  });
});

describe("scaling in", () => {
  test("takes one server of each zone, after fifteen quiet minutes, and then pauses as long", () => {
    expect(stack.json).toHaveResourceWithProperties(CloudwatchMetricAlarm, {
      alarm_name: "dev-one-production-both-low",
      comparison_operator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      evaluation_periods: 15,
      datapoints_to_alarm: 15,
    });
    expect(stack.json).toHaveResourceWithProperties(AutoscalingPolicy, {
      name: "both-low",
      policy_type: "SimpleScaling",
      adjustment_type: "ChangeInCapacity",
      scaling_adjustment: -2,
      cooldown: 900,
    });
  });

  test.each([
    ["both are low", 29, 6_900, 1],
    ["only CPU is low", 29, 7_000, 0],
    ["only connections are low", 30, 6_900, 0],
    ["neither is low", 90, 20_000, 0],
  ])("when %s", (_when, percent, connectionsPerServer, verdict) => {
    const servers = { ...cpu("zone_1", 4, percent), ...cpu("zone_2", 4, percent), ...cpu("elastic", 2, percent) };
    const data = { ...servers, active_connections: 10 * connectionsPerServer };
    expect(pointOf(expressionOf(stack, "both-low"), data)).toBe(verdict);
  });
});

describe("the signals", () => {
  test("are exactly three alarms, each of which moves one policy", () => {
    const alarms = stack
      .resources("aws_cloudwatch_metric_alarm")
      .map((alarm) => [
        alarm.values.alarm_name,
        ...stack.targets(alarm.values.alarm_actions).map((policy) => policy.values.name),
      ]);
    expect(alarms).toEqual([
      ["dev-one-production-both-low", "both-low"],
      ["dev-one-production-connections-high", "connections-high"],
      ["dev-one-production-cpu-high", "cpu-high"],
    ]);
    expect(stack.resources("aws_autoscaling_policy")).toHaveLength(3);
  });

  test("CPU is what all servers used over all servers that there are", () => {
    const expression = expressionOf(stack, "cpu-high");
    expect(expression).toBe(
      "(FILL(cpu_sum_zone_1, 0) + FILL(cpu_sum_zone_2, 0) + FILL(cpu_sum_elastic, 0)) / " +
        "(FILL(cpu_samples_zone_1, 0) + FILL(cpu_samples_zone_2, 0) + FILL(cpu_samples_elastic, 0))",
    );
    // Eight busy servers, two idle: not (80 + 80 + 0) / 3.
    const data = { ...cpu("zone_1", 4, 80), ...cpu("zone_2", 4, 80), ...cpu("elastic", 2, 0) };
    expect(pointOf(expression, data)).toBe(64);
  });

  test("an empty elastic group has no CPU, and the others' is still known", () => {
    expect(pointOf(expressionOf(stack, "cpu-high"), { ...cpu("zone_1", 4, 70), ...cpu("zone_2", 4, 70) })).toBe(70);
  });

  test("a lost zone has no CPU, and the other's is still known", () => {
    expect(pointOf(expressionOf(stack, "cpu-high"), { ...cpu("zone_2", 4, 95) })).toBe(95);
  });

  test("connections that are not reported are none for scaling in, and unknown for scaling out", () => {
    expect(expressionOf(stack, "both-low")).toContain("FILL(active_connections, 0) / (FILL(cpu_samples_zone_1, 0)");
    expect(expressionOf(stack, "connections-high")).not.toContain("FILL(active_connections");
  });

  test("connections are counted per server in service", () => {
    const expression = expressionOf(stack, "connections-high");
    expect(expression).toBe(
      "active_connections / (FILL(in_service_zone_1, 0) + FILL(in_service_zone_2, 0) + FILL(in_service_elastic, 0))",
    );
    const data = { active_connections: 160_000, in_service_zone_1: 4, in_service_zone_2: 4, in_service_elastic: 2 };
    expect(pointOf(expression, data)).toBe(16_000);
  });

  test("each metric is the one that its name says, minute by minute", () => {
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
          ["zone_1", "zone-1"],
          ["zone_2", "zone-2"],
          ["elastic", "elastic"],
        ].flatMap(([id, path]) => [
          group(`cpu_samples_${id ?? ""}`, "AWS/EC2 CPUUtilization SampleCount", path ?? ""),
          group(`cpu_sum_${id ?? ""}`, "AWS/EC2 CPUUtilization Sum", path ?? ""),
          group(`in_service_${id ?? ""}`, "AWS/AutoScaling GroupInServiceInstances Average", path ?? ""),
        ]),
      ].sort(),
    );
  });

  test("every name in an expression is a metric of its alarm, and every metric is read, each once", () => {
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
  ])("no alarm of %s reads more metrics than CloudWatch's ten", (_zones, from, expected) => {
    const counts = ["cpu-high", "connections-high", "both-low"].map((alarm) => metricsOf(from, alarm).length);
    expect(counts).toEqual(expected);
    expect(Math.max(...counts)).toBeLessThanOrEqual(10);
  });

  test("nothing known moves nothing", () => {
    for (const alarm of stack.resources("aws_cloudwatch_metric_alarm")) {
      expect(alarm.values.treat_missing_data).toBe("notBreaching");
    }
  });
});

test("three zones scale by threes", () => {
  const adjustments = threeZones
    .resources("aws_autoscaling_policy")
    .flatMap(({ values }) => (values.step_adjustment ?? [values]) as { scaling_adjustment: number }[])
    .map((step) => step.scaling_adjustment);
  expect(adjustments.sort((a, b) => a - b)).toEqual([-3, 3, 3, 6, 6, 9, 9]);
});
