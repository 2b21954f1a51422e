import { fixture } from "../fixtures/environment";
import { otherMonitoring } from "../fixtures/variants";
import { monitorNamed } from "../support/datadog";
import { synthesize } from "../support/synthesis";

const { monitoring } = synthesize(fixture);

describe("objectives", () => {
  test("are availability and latency, over 30 days", () => {
    expect(monitoring.resources("datadog_service_level_objective")).toHaveLength(2);
    expect(monitoring.at("monitoring/objectives/availability").values).toMatchObject({
      name: "[dev-one-fixture] Requests that do not fail",
      type: "metric",
      timeframe: "30d",
      target_threshold: 99.8,
      warning_threshold: 99.9,
      thresholds: [{ timeframe: "30d", target: 99.8, warning: 99.9 }],
      query: {
        numerator:
          "sum:dev_one.fixture.http.requests{env:fixture,project:dev-one,service:web,!status_category:error}.as_count()",
        denominator: "sum:dev_one.fixture.http.requests{env:fixture,project:dev-one,service:web}.as_count()",
      },
    });
    expect(monitoring.at("monitoring/objectives/latency").values).toMatchObject({
      name: "[dev-one-fixture] Requests within 0.8 s",
      target_threshold: 98,
      query: {
        numerator: "sum:dev_one.fixture.http.fast_requests{env:fixture,project:dev-one,service:web}.as_count()",
        denominator: "sum:dev_one.fixture.http.timed_requests{env:fixture,project:dev-one,service:web}.as_count()",
      },
    });
  });

  test.each(["availability", "latency"])("%s: a fast burn rate pages, a slow one opens a ticket", (objective) => {
    const { address } = monitoring.at(`monitoring/objectives/${objective}`);
    const burn = (rate: number, long: string, short: string) =>
      `burn_rate("\${${address}.id}").over("30d").long_window("${long}").short_window("${short}") > ${rate}`;
    expect(monitorNamed(fixture, `${objective}-fast-burn`)).toMatchObject({
      type: "slo alert",
      query: burn(14.4, "1h", "5m"),
      monitor_thresholds: { critical: "14.4" },
      priority: "2",
    });
    const slow = monitorNamed(fixture, `${objective}-slow-burn`);
    expect(slow).toMatchObject({ query: burn(6, "6h", "30m"), monitor_thresholds: { critical: "6" }, priority: "3" });
    expect(slow.message).toContain("@tickets@example.net");
  });

  test("have burn rates below 1 / (1 - target), the fastest that is possible", () => {
    const fastest = monitoring
      .resources("datadog_service_level_objective")
      .map(({ values }) => 100 / (100 - Number(values.target_threshold)));
    expect(fastest).toHaveLength(2);
    expect(fastest.filter((rate) => rate <= 14.4)).toEqual([]);
  });

  test("count requests within the configured latency, in the nanoseconds of the log", () => {
    const fast = (environment = fixture) =>
      synthesize(environment).monitoring.at("monitoring/log-metrics/fast-requests").values.filter;
    expect(fast()).toEqual({
      query: "env:fixture project:dev-one source:nginx @http.status_code:* service:web @duration:<=800000000",
    });
    expect(fast(otherMonitoring)).toMatchObject({
      query: expect.stringContaining("@duration:<=250000000") as string,
    });
  });
});

describe("log metrics", () => {
  const metrics = monitoring.resources("datadog_logs_metric");

  test("have the environment in their names, which are unique in a Datadog organization", () => {
    expect(metrics.map(({ values }) => values.name)).toEqual(
      expect.arrayContaining(["dev_one.fixture.http.requests", "dev_one.fixture.http.duration"]),
    );
    for (const { values } of metrics) expect(values.name).toMatch(/^dev_one\.fixture\.http\.[a-z_.]+$/);
    expect(synthesize(otherMonitoring).monitoring.at("monitoring/log-metrics/requests").values.name).toBe(
      "dev_one.pre_prod.http.requests",
    );
  });

  const every = "env:fixture project:dev-one source:nginx @http.status_code:*";
  const distribution = { aggregation_type: "distribution", path: "@duration", include_percentiles: true };
  const count = { aggregation_type: "count" };

  test.each<[string, string, object, string]>([
    ["durations of reads by method", "read-duration", distribution, " @http.method:(GET OR HEAD)"],
    ["durations of writes by method", "write-duration", distribution, " @http.method:(POST OR PUT OR PATCH OR DELETE)"],
    ["all requests", "requests", count, ""],
    ["as timed only requests that are logged with a duration", "timed-requests", count, " @duration:>=0"],
  ])("count %s", (_, id, compute, filter) => {
    expect(monitoring.at(`monitoring/log-metrics/${id}`).values).toMatchObject({
      compute,
      filter: { query: `${every}${filter}` },
    });
  });

  test("of requests and their duration have the version, and no other, because each combination of tags is billed", () => {
    const withVersion = metrics.filter(({ values }) =>
      (values.group_by as object[]).some((tag) => JSON.stringify(tag) === '{"path":"version","tag_name":"version"}'),
    );
    expect(withVersion.map(({ values }) => values.name).sort()).toEqual([
      "dev_one.fixture.http.duration",
      "dev_one.fixture.http.requests",
    ]);
  });

  test("have no tag of the path, which has unlimited values", () => {
    for (const { values } of metrics) expect(JSON.stringify(values.group_by)).not.toMatch(/url|path_group|client/);
  });
});
