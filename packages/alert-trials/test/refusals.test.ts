import type { Json } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";

import { evaluate } from "../src/evaluator/evaluate";
import { monitorsOf, telemetryOf, threshold, transitions } from "./support";

const cpu = "avg:system.cpu.idle{*}";

describe("a query without a model is refused, not guessed", () => {
  test.each([
    ["a function", `avg(last_5m):ewma_3(${cpu}) > 1`, /ewma_3\(\): this function has no model/],
    ["a rollup", `avg(last_5m):${cpu}.rollup(max, 60) > 1`, /rollup of its own has no model/],
    [
      "a metric that is not in the catalogue",
      "avg(last_5m):avg:system.cpu.idel{*} > 1",
      /system\.cpu\.idel: the metric catalogue has no such metric/,
    ],
    ["an aggregator", "avg(last_5m):count:system.cpu.idle{*} > 1", /aggregator count has no model/],
    [
      "a percentile of what is no distribution",
      "avg(last_5m):p95:system.cpu.idle{*} > 1",
      /exists for distributions only/,
    ],
    [
      "an average of a distribution",
      "avg(last_5m):avg:dev_one.test.http.duration{*} > 1",
      /only percentiles have a model/,
    ],
    ["a count as it is stored", "avg(last_5m):sum:dev_one.test.http.requests{*} > 1", /as_count\(\) or as_rate\(\)/],
    ["a window of days", `avg(last_2d):${cpu} > 1`, /below a day/],
    [
      "an average of arithmetic with counts",
      "avg(last_5m):sum:dev_one.test.http.requests{*}.as_count() * 2 > 1",
      /write sum/,
    ],
    [
      "default_zero within arithmetic of counts",
      "sum(last_5m):default_zero(sum:dev_one.test.http.requests{*}.as_count()) / 2 > 1",
      /default_zero\(\): arithmetic of counts has no model/,
    ],
    [
      "late metrics with others",
      `avg(last_5m):${cpu} + avg:aws.rds.cpuutilization{*} > 1`,
      /mixes CloudWatch's late metrics/,
    ],
    [
      "another algorithm of anomalies",
      `avg(last_4h):anomalies(${cpu}, 'robust', 3, direction='both') >= 1`,
      /only 'agile'/,
    ],
    ["another forecast", `min(next_1w):forecast(${cpu}, 'seasonal', 1) < 1`, /only 'linear'/],
  ])("%s", (_what, query, message) => {
    const telemetry = {
      metrics: { "system.cpu.idle": [[{}, [1]] as const], "aws.rds.cpuutilization": [[{}, [1]] as const] },
    };
    const tried = () => transitions(threshold(query), telemetry);
    expect(tried).toThrow(UserError);
    expect(tried).toThrow(message);
  });
});

describe("an option without a model is refused", () => {
  test.each<[string, Readonly<Record<string, Json>>, RegExp]>([
    ["a full window", { require_full_window: true }, /require_full_window has no model/],
    ["another way with missing data", { on_missing_data: "show_no_data" }, /on_missing_data has no model/],
    ["an option that is not known at all", { scheduling_options: [] }, /scheduling_options has no model/],
    ["another type of monitor", { type: "log alert" }, /type has no model/],
  ])("%s", (_what, options, message) => {
    expect(() => monitorsOf({ tried: threshold(`avg(last_5m):${cpu} > 1`, options) })).toThrow(message);
  });

  test("a threshold that is not the query's", () => {
    const two = threshold(`avg(last_5m):${cpu} > 1`, { monitor_thresholds: { critical: "2" } });
    expect(() => monitorsOf({ tried: two })).toThrow(/compares with 1, not with 2/);
  });

  test("a query that is none, without a stack trace", () => {
    expect(() => monitorsOf({ tried: threshold("avg(last_5m):avg:system.cpu.idle > 1") })).toThrow(
      /^Monitor tried: its query cannot be read: Expected a metric and its filter/,
    );
  });
});

describe("a composite is refused", () => {
  const composite = (query: string) => ({ type: "composite", query });

  test("over a monitor with groups", () => {
    const monitors = monitorsOf({
      grouped: threshold(`avg(last_5m):${cpu} by {host} > 1`),
      page: composite("${datadog_monitor.grouped.id}"),
    });
    const telemetry = telemetryOf({ metrics: { "system.cpu.idle": [[{ host: "a" }, [1]]] } });
    expect(() => evaluate(monitors, telemetry)).toThrow(/Monitor page: its member grouped has groups/);
  });

  test("over a monitor that is not there", () => {
    const monitors = monitorsOf({ page: composite("${datadog_monitor.gone.id}") });
    expect(() => evaluate(monitors, telemetryOf({}))).toThrow(/\$\{datadog_monitor\.gone\.id\} is no monitor/);
  });
});

test("an objective that is not there is refused", () => {
  const burn = {
    type: "slo alert",
    query:
      'burn_rate("${datadog_service_level_objective.gone.id}").over("30d").long_window("1h").short_window("5m") > 14.4',
    monitor_thresholds: { critical: "14.4" },
  };
  expect(() => transitions(burn, {})).toThrow(/is no objective here/);
});

test("monitoring without monitors is refused", () => {
  expect(() => monitorsOf({})).toThrow(/has no monitors/);
});
