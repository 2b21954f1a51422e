import "../support/matchers";

import { ServiceLevelObjective } from "@cdktf/provider-datadog/lib/service-level-objective";

import { production } from "../../src/environments/production";
import { monitorNamed } from "../support/datadog";
import { productionWith } from "../support/environments";
import { synthesize } from "../support/synthesis";

const { monitoring } = synthesize(production);

describe("objectives", () => {
  test("are availability and latency, over 30 days", () => {
    expect(monitoring.resources("datadog_service_level_objective")).toHaveLength(2);
    expect(monitoring.json).toHaveResourceWithProperties(ServiceLevelObjective, {
      name: "[dev-one-production] Requests that do not fail",
      type: "metric",
      timeframe: "30d",
      target_threshold: 99.9,
      warning_threshold: 99.95,
      thresholds: [{ timeframe: "30d", target: 99.9, warning: 99.95 }],
      query: {
        numerator:
          "sum:dev_one.production.http.requests{env:production,project:dev-one,!status_category:error}.as_count()",
        denominator: "sum:dev_one.production.http.requests{env:production,project:dev-one}.as_count()",
      },
    });
    expect(monitoring.json).toHaveResourceWithProperties(ServiceLevelObjective, {
      name: "[dev-one-production] Requests within 1 s",
      target_threshold: 99,
      query: {
        numerator: "sum:dev_one.production.http.fast_requests{env:production,project:dev-one}.as_count()",
        denominator: "sum:dev_one.production.http.timed_requests{env:production,project:dev-one}.as_count()",
      },
    });
  });

  test.each(["availability", "latency"])("%s: a fast burn pages, a slow one opens a ticket", (objective) => {
    const { address } = monitoring.at(`monitoring/objectives/${objective}`);
    const burn = (rate: number, long: string, short: string) =>
      `burn_rate("\${${address}.id}").over("30d").long_window("${long}").short_window("${short}") > ${rate}`;
    expect(monitorNamed(production, `${objective}-fast-burn`)).toMatchObject({
      type: "slo alert",
      query: burn(14.4, "1h", "5m"),
      monitor_thresholds: { critical: "14.4" },
      priority: "2",
    });
    const slow = monitorNamed(production, `${objective}-slow-burn`);
    expect(slow).toMatchObject({ query: burn(6, "6h", "30m"), monitor_thresholds: { critical: "6" }, priority: "3" });
    expect(slow.message).toContain("@operations@dev-one.it");
  });

  test("burn rates can be reached: a budget burns at most 1 / (1 - target) times as fast as it may", () => {
    for (const { values } of monitoring.resources("datadog_service_level_objective")) {
      expect(100 / (100 - Number(values.target_threshold))).toBeGreaterThan(14.4);
    }
  });

  test("what counts as fast is what the objective says, in the log's nanoseconds", () => {
    const fast = (environment = production) =>
      synthesize(environment).monitoring.at("monitoring/log-metrics/fast-requests").values.filter;
    expect(fast()).toEqual({
      query: "env:production project:dev-one source:nginx @http.status_code:* @duration:<=1000000000",
    });
    expect(fast(productionWith({ slo: { latencySeconds: 0.25 } }))).toMatchObject({
      query: expect.stringContaining("@duration:<=250000000") as string,
    });
  });
});

describe("log metrics", () => {
  const metrics = monitoring.resources("datadog_logs_metric");

  test("are named by environment: a Datadog organization has each name once", () => {
    expect(metrics.map(({ values }) => values.name)).toEqual(
      expect.arrayContaining(["dev_one.production.http.requests", "dev_one.production.http.duration"]),
    );
    for (const { values } of metrics) expect(values.name).toMatch(/^dev_one\.production\.http\.[a-z_.]+$/);
    const hyphenated = productionWith({}, { name: "pre-prod", domain: "pre-prod.dev-one.it" });
    expect(synthesize(hyphenated).monitoring.at("monitoring/log-metrics/requests").values.name).toBe(
      "dev_one.pre_prod.http.requests",
    );
  });

  test("tell reading from writing by method, and count percentiles of durations", () => {
    const at = (id: string) => monitoring.at(`monitoring/log-metrics/${id}`).values;
    const distribution = { aggregation_type: "distribution", path: "@duration", include_percentiles: true };
    expect(at("read-duration")).toMatchObject({
      compute: distribution,
      filter: { query: "env:production project:dev-one source:nginx @http.status_code:* @http.method:(GET OR HEAD)" },
    });
    expect(at("write-duration")).toMatchObject({
      compute: distribution,
      filter: {
        query:
          "env:production project:dev-one source:nginx @http.status_code:* @http.method:(POST OR PUT OR PATCH OR DELETE)",
      },
    });
    expect(at("requests")).toMatchObject({ compute: { aggregation_type: "count" } });
  });

  test("leave out of the durations what is held on purpose: such requests are logged without one", () => {
    expect(monitoring.at("monitoring/log-metrics/timed-requests").values).toMatchObject({
      compute: { aggregation_type: "count" },
      filter: { query: "env:production project:dev-one source:nginx @http.status_code:* @duration:>=0" },
    });
  });

  test("never carry a path, of which there is no end", () => {
    for (const { values } of metrics) expect(JSON.stringify(values.group_by)).not.toMatch(/url|path_group|client/);
  });
});
