import type { Json, JsonObject } from "@dev-one/cli/json";

import { sandbox } from "../../../__tests__/fixtures/environment";
import { synthesize } from "../../../__tests__/support/synthesis";
import { evaluate } from "../src/evaluator/evaluate";
import { alertsDocument } from "../src/report";
import { linesOfTrials, trialsOf } from "../src/trials";
import { monitorJson, monitorsOf, reasonOf, telemetryOf, threshold, told } from "./support";

const cpu = "avg:system.cpu.idle{*}";
const counts = "sum:dev_one.test.http.requests{*}.as_count()";
const burn = 'burn_rate("${datadog_service_level_objective.gone.id}").over("30d").long_window("1h").short_window("5m")';
const options = (more: Readonly<Record<string, Json>>) => threshold(`avg(last_5m):${cpu} > 1`, more);

describe("a monitor without a model is not simulated, and its result is not guessed", () => {
  test.each<[string, string | Readonly<Record<string, Json>>, RegExp]>([
    ["a function", `avg(last_5m):ewma_3(${cpu}) > 1`, /function ewma_3\(\) has no model/],
    ["a function's settings", `avg(last_5m):count_not_null(${cpu}, 3) > 1`, /settings of count_not_null\(\)/],
    ["a rollup", `avg(last_5m):${cpu}.rollup(max, 60) > 1`, /rollup of its own has no model/],
    ["an unknown metric", "avg(last_5m):avg:system.cpu.idel{*} > 1", /catalogue has no such metric/],
    ["an aggregator", "avg(last_5m):count:system.cpu.idle{*} > 1", /aggregation count has no model/],
    ["an aggregation over time", `percentile(last_5m):${cpu} > 1`, /aggregation percentile has no model/],
    ["a percentile of a gauge", "avg(last_5m):p95:system.cpu.idle{*} > 1", /percentiles of distributions/],
    ["a distribution's average", "avg(last_5m):avg:dev_one.test.http.duration{*} > 1", /only percentiles/],
    ["a count as it is stored", "avg(last_5m):sum:dev_one.test.http.requests{*} > 1", /as_count\(\) or as_rate/],
    ["a window of days", `avg(last_2d):${cpu} > 1`, /below two days/],
    ["a function over a day", `avg(last_1d):default_zero(${cpu}) > 1`, /only those of one metric/],
    ["an average of counts", `avg(last_5m):${counts} * 2 > 1`, /write sum/],
    ["default_zero within counts", `sum(last_5m):default_zero(${counts}) / 2 > 1`, /arithmetic of counts/],
    ["late metrics with others", `avg(last_5m):${cpu} + avg:aws.rds.cpuutilization{*} > 1`, /late metrics/],
    ["robust anomalies", `avg(last_4h):anomalies(${cpu}, 'robust', 3, direction='both') >= 1`, /only 'agile'/],
    ["a seasonal forecast", `min(next_1w):forecast(${cpu}, 'seasonal', 1) < 1`, /only 'linear'/],
    ["a full window", options({ require_full_window: true }), /require_full_window has no model/],
    ["another way with missing data", options({ on_missing_data: "show_no_data" }), /on_missing_data has no model/],
    ["an unknown option", options({ scheduling_options: [] }), /scheduling_options has no model/],
    ["another type", options({ type: "log alert" }), /type has no model/],
    ["a message", options({ message: "{{#is_match}}@x{{/is_match}}" }), /block \{\{#is_match\}\} of its message/],
    [
      "a threshold that is not the query's",
      options({ monitor_thresholds: { critical: "2" } }),
      /1, not .* threshold 2/,
    ],
    ["a query that is none", "avg(last_5m):avg:system.cpu.idle > 1", /cannot be read: Expected a metric/],
    ["a missing objective", { ...threshold(`${burn} > 14.4`), type: "slo alert" }, /is no objective over metrics here/],
    ["a missing member", { type: "composite", query: "${datadog_monitor.gone.id}" }, /gone\.id\} is no monitor/],
  ])("%s", (_, own, reason) => {
    const telemetry = {
      metrics: { "system.cpu.idle": [[{}, [1]] as const], "aws.rds.cpuutilization": [[{}, [1]] as const] },
    };
    expect(reasonOf("tried", monitorsOf({ tried: typeof own === "string" ? threshold(own) : own }), telemetry)).toMatch(
      reason,
    );
  });

  test("nor is a composite over groups; one over a monitor without a model counts that as OK", () => {
    const high = { metrics: { "system.cpu.idle": [[{ host: "a" }, [9]] as const] } };
    const page = (...names: string[]) => ({
      type: "composite",
      query: names.map((name) => `\${datadog_monitor.${name}.id}`).join(" || "),
    });
    const grouped = monitorsOf({ grouped: threshold(`avg(last_5m):${cpu} by {host} > 1`), page: page("grouped") });
    expect(reasonOf("page", grouped, high)).toBe("its member grouped has groups");
    const unknown = threshold(`avg(last_5m):ewma_3(${cpu}) > 1`);
    const mixed = monitorsOf({ a: threshold(`avg(last_5m):${cpu} > 1`), b: unknown, page: page("b", "a") });
    const { notifications } = evaluate(mixed, telemetryOf(high));
    expect(notifications.filter(({ monitor }) => monitor.id === "page").map(told)).toEqual(["0 OK>Alert"]);
  });
});

describe("the trials of an environment", () => {
  const stacks = (edit: (platform: JsonObject, monitoring: JsonObject) => void) => {
    const { platform, monitoring } = synthesize(sandbox);
    const [one, two] = [platform, monitoring].map(({ json }) => JSON.parse(json) as JsonObject);
    if (one === undefined || two === undefined) throw new Error("the sandbox has no stacks");
    edit(one.resource as JsonObject, two.resource as JsonObject);
    return [
      { name: platform.name, json: one, resources: 0 },
      { name: monitoring.name, json: two, resources: 0 },
    ];
  };

  test("list monitors without a model, and those that no failure fires, in one line each", () => {
    const added = {
      lb: threshold("sum(last_5m):default_zero(sum:aws.applicationelb.httpcode_target_4xx{*}.as_count()) > 100"),
      ewma: threshold(`avg(last_5m):ewma_3(${cpu}) > 100`),
      never: threshold(`avg(last_5m):${cpu} > 1000`),
    };
    const trials = trialsOf(
      stacks((_, resource) => {
        const all = Object.entries(added).map(([id, own]) => [id, monitorJson(id, own)]);
        resource.datadog_monitor = Object.fromEntries(all) as JsonObject;
      }),
      [sandbox],
    );
    expect(linesOfTrials(trials)).toEqual([
      'not simulated: sandbox: "ewma" (system.cpu.idle): the function ewma_3() has no model',
      'not simulated: sandbox: "lb" (aws.applicationelb.httpcode_target_4xx): the model of the platform does not send aws.applicationelb.httpcode_target_4xx',
      'no failure fires sandbox: "never" (system.cpu.idle)',
      "Not simulated: 2. Simulated, and fired by no failure: 1.",
    ]);
    expect(alertsDocument(trials)).toContain('\n\n## Not simulated\n\n- not simulated: sandbox: "ewma"');
  });

  test.each([
    [
      "aws_autoscaling_policy",
      "name",
      /^not simulated: sandbox: the platform has no aws_autoscaling_policy whose name/,
    ],
    ["aws_cloudwatch_metric_alarm", "alarm_name", /the platform has no aws_cloudwatch_metric_alarm whose alarm_name/],
    ["aws_autoscaling_group", "default_instance_warmup", /the platform has no number default_instance_warmup/],
  ])("are not there when a %s has another %s", (type, argument, reason) => {
    const trials = trialsOf(
      stacks((resource) => {
        for (const each of Object.values(resource[type] as JsonObject)) (each as JsonObject)[argument] = "other";
      }),
      [sandbox],
    );
    expect(linesOfTrials(trials)).toEqual([
      expect.stringMatching(reason),
      expect.stringMatching(/^Not simulated: 1\./),
    ]);
    expect(alertsDocument(trials)).toMatch(/^# What alerts do\n\n## Not simulated\n/);
  });
});
