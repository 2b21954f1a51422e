import { sandbox } from "../fixtures/environment";
import { besideShop, withShop } from "../fixtures/variants";
import { pointOf } from "../support/alarm-model";
import { type PolicyStatement, statements } from "../support/policies";
import type { Stack } from "../support/stack";
import { synthesize } from "../support/synthesis";

// Where several services share the load balancer, whose count of connections has no dimension for a service.

const shared = synthesize(besideShop).platform;

/** The statements that allow to publish metrics, by the path of the policy. */
const mayPublish = (stack: Stack) =>
  Object.fromEntries(
    stack
      .resources("aws_iam_role_policy")
      .map(({ path, values }): [string, PolicyStatement[]] => [
        path,
        statements(values.policy).filter(({ Action }) => Action.includes("cloudwatch:PutMetricData")),
      ])
      .filter(([, found]) => found.length > 0),
  );

const publish = (environment: string) => [
  {
    Effect: "Allow",
    Action: ["cloudwatch:PutMetricData"],
    Resource: ["*"],
    Condition: { StringEquals: { "cloudwatch:namespace": `dev-one/${environment}` } },
  },
];

interface MetricQuery {
  readonly id: string;
  readonly expression?: string;
  readonly metric?: { readonly namespace: string };
}

const queriesOf = (alarm: string) =>
  shared.at(`servers/scaling/${alarm}-alarm`).values.metric_query as unknown as readonly MetricQuery[];

describe("servers may publish their connections", () => {
  test("to the namespace of their environment only, also where they run the only service", () => {
    expect(mayPublish(shared)).toEqual({
      "servers/role/metrics": publish("fixture"),
      "servers/services/shop/role/metrics": publish("fixture"),
    });
    expect(mayPublish(synthesize(sandbox).platform)).toEqual({ "servers/role/metrics": publish("sandbox") });
  });
});

describe("the elastic group beside another service", () => {
  const average = {
    namespace: "dev-one/fixture",
    metric_name: "Connections",
    stat: "Average",
    period: 60,
    dimensions: { Service: "web" },
  };

  test("grows at 7,200 connections per server, each counted once, of the servers of its service", () => {
    expect(shared.at("servers/scaling/connections-high-alarm").values).toMatchObject({
      threshold: 7200,
      evaluation_periods: 6,
      datapoints_to_alarm: 3,
      treat_missing_data: "notBreaching",
    });
    expect(queriesOf("connections-high")).toEqual([
      { id: "published_connections", label: "Connections per server", return_data: true, metric: average },
    ]);
    expect(shared.at("servers/scaling/connections-high-policy").values.step_adjustment).toMatchObject([
      { metric_interval_lower_bound: "0", metric_interval_upper_bound: "1800" },
      { metric_interval_lower_bound: "1800", metric_interval_upper_bound: "3600" },
      { metric_interval_lower_bound: "3600" },
    ]);
  });

  test("reads nothing from the load balancer", () => {
    const namespaces = ["cpu-high", "connections-high", "both-low"].flatMap((alarm) =>
      queriesOf(alarm).flatMap(({ metric }) => metric?.namespace ?? []),
    );
    expect(new Set(namespaces)).toEqual(new Set(["AWS/EC2", "dev-one/fixture"]));
  });

  test.each([
    ["both are low", 2399, 1],
    ["connections are not", 2400, 0],
    ["connections are missing: no value, and no server is removed", undefined, undefined],
  ])("shrinks only if CPU and published connections are low: %s", (_, connections, value) => {
    const expression = queriesOf("both-low").find((query) => query.expression !== undefined)?.expression ?? "";
    const servers = { cpu_sum_zone_5: 30, cpu_samples_zone_5: 3, cpu_sum_zone_6: 30, cpu_samples_zone_6: 3 };
    const minute = { ...servers, ...(connections === undefined ? {} : { published_connections: connections }) };
    expect(pointOf(expression, minute)).toBe(value);
  });
});

describe("a service with a group of its own", () => {
  const policy = (stack: Stack) =>
    stack.at("servers/services/shop/fleet/connections-policy").values.target_tracking_configuration;
  const published = (environment: string) => ({
    namespace: `dev-one/${environment}`,
    metric_name: "Connections",
    metric_dimension: [{ name: "Service", value: "shop" }],
    statistic: "Average",
  });

  test("scales by the connections of its servers, too, at the percentage of the elastic group", () => {
    // 60 % of the 12,000 of `servers.connectionsPerServer`.
    expect(policy(shared)).toEqual({ target_value: 7200, customized_metric_specification: published("fixture") });
  });

  test("scales by the connections that its own servers are sized for", () => {
    const runsOn = { kind: "own-group" as const, minimum: 2, maximum: 6, requestsPerServer: 9000 };
    const stack = synthesize(withShop({ runsOn: { ...runsOn, connectionsPerServer: 4000 } })).platform;
    const percent = sandbox.scaling.scaleOutConnectionsPercent;
    expect(policy(stack)).toEqual({
      target_value: 40 * percent,
      customized_metric_specification: published("sandbox"),
    });
  });
});
