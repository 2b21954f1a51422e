import { evaluate } from "../src/evaluator/evaluate";
import type { CheckStatus } from "../src/simulation";
import { monitorsOf, telemetryOf, threshold, times, told, transitions } from "./support";

describe("a service check", () => {
  const check = (thresholds: Readonly<Record<string, string>>) => ({
    type: "service check",
    query: '"http.can_connect".over("env:test").by("host").last(9).count_by_status()',
    monitor_thresholds: { critical: "4", ok: "1", ...thresholds },
  });

  test.each([
    ["alerts after CRITICAL", {}, "OK CRITICAL OK", ["1 OK>Alert a", "2 Alert>OK a"]],
    [
      "alerts after as many in a row as configured",
      { critical: "8" },
      "CRITICAL OK CRITICAL CRITICAL",
      ["3 OK>Alert a"],
    ],
    ["recovers after as many OK in a row", { ok: "8" }, "CRITICAL OK OK", ["0 OK>Alert a", "2 Alert>OK a"]],
    ["does not warn on CRITICAL", { warning: "4", critical: "8" }, "OK CRITICAL OK", []],
  ])("%s, at four results a minute", (_, thresholds, statuses, expected) => {
    const of = (env: string) => ({
      checks: { "http.can_connect": [[{ host: "a", env }, statuses.split(" ") as CheckStatus[]] as const] },
    });
    expect(transitions(check(thresholds), of("test"))).toEqual(expected);
    // Its filter excludes them.
    expect(transitions(check(thresholds), of("other"))).toEqual([]);
  });
});

describe("a burn rate", () => {
  const name = "dev_one.test.http.requests";
  const objectives = {
    kept: {
      type: "metric",
      query: { numerator: `sum:${name}{!status_category:error}.as_count()`, denominator: `sum:${name}{*}.as_count()` },
      target_threshold: 75,
    },
  };
  const burn = {
    type: "slo alert",
    query:
      'burn_rate("${datadog_service_level_objective.kept.id}").over("30d").long_window("10m").short_window("2m") > 2',
    monitor_thresholds: { critical: "2" },
  };
  const requests = (errors: readonly (number | null)[], before?: (minute: number) => number) => ({
    metrics: {
      [name]: [
        [{ status_category: "error" }, errors, before === undefined ? undefined : () => 0],
        [{ status_category: "ok" }, errors.map((each) => (each === null ? null : 10 - each)), before],
      ] as const,
    },
  });

  test("alerts when both windows are above the threshold, and recovers with the short one", () => {
    // The threshold is twice the allowed quarter of requests: half of them within ten minutes. All fail from minute 10 to 16.
    const errors = [...times(10, 0), ...times(7, 10), ...times(10, 0)];
    expect(transitions(burn, requests(errors), { objectives })).toEqual(["15 OK>Alert", "17 Alert>OK"]);
  });

  test("counts requests from before the first minute", () => {
    const errors = times(7, 10);
    expect(transitions(burn, requests(errors), { objectives })).toEqual(["0 OK>Alert"]);
    const after = requests(errors, () => 10);
    expect(transitions(burn, after, { objectives })).toEqual(["5 OK>Alert"]);
  });

  test("has no value without requests", () => {
    expect(transitions(burn, requests([10, null, null, null]), { objectives })).toEqual(["0 OK>Alert"]);
    expect(transitions(burn, requests([null, null]), { objectives })).toEqual([]);
  });
});

describe("a composite", () => {
  const member = (host: string) =>
    threshold(`avg(last_1m):avg:system.cpu.idle{host:${host}} > 8`, {
      monitor_thresholds: { warning: "5" },
      notify_no_data: true,
      no_data_timeframe: 1,
    });
  const seen = (query: string, a: readonly (number | null)[], b: readonly (number | null)[], notifyNoData = false) =>
    evaluate(
      monitorsOf({
        a: member("a"),
        b: member("b"),
        joined: {
          type: "composite",
          query: query.replaceAll(/[ab]/g, (name) => `\${datadog_monitor.${name}.id}`),
          notify_no_data: notifyNoData,
        },
      }),
      telemetryOf({
        metrics: { "system.cpu.idle": Object.entries({ a, b }).map(([host, values]) => [{ host }, values] as const) },
      }),
    )
      .notifications.filter(({ monitor }) => monitor.id === "joined")
      .map(told);

  test("with or has the most severe status: one alert for any number of alerting members", () => {
    expect(seen("a || b", [9, 9, 9, 1, 1], [1, 9, 9, 9, 1])).toEqual(["0 OK>Alert", "4 Alert>OK"]);
    expect(seen("a || b", [6, 1], [1, 1])).toEqual(["0 OK>Warn", "1 Warn>OK"]);
  });

  test("with and has the least severe status", () => {
    expect(seen("a && b", [9, 9, 9], [1, 6, 9])).toEqual(["1 OK>Warn", "2 Warn>Alert"]);
  });

  test("with not is OK when its member warns or alerts", () => {
    expect(seen("!a && b", [1, 6, 9], [9, 9, 9])).toEqual(["0 OK>Alert", "1 Alert>OK"]);
  });

  test("keeps its status when a member has no data, unless it has notify_no_data", () => {
    expect(seen("a || b", [9, null, null], [1, 1, 1])).toEqual(["0 OK>Alert"]);
    expect(seen("a || b", [9, null, null], [1, 1, 1], true)).toEqual(["0 OK>Alert", "1 Alert>No Data"]);
  });

  test("has No Data below a warning", () => {
    expect(seen("a || b", [1, null], [1, 6])).toEqual(["1 OK>Warn"]);
  });
});

describe("an anomaly", () => {
  const name = "dev_one.test.http.requests";
  const settings =
    "'agile', 3, direction='both', interval=60, alert_window='last_15m', seasonality='weekly', count_default_zero='true'";
  const anomaly = threshold(`avg(last_4h):anomalies(sum:${name}{*}.as_rate(), ${settings}) >= 1`, {
    monitor_thresholds: { critical_recovery: "0" },
    monitor_threshold_windows: { trigger_window: "last_15m", recovery_window: "last_15m" },
  });
  // Four weeks of 594 to 606 requests a minute.
  const usual = (minute: number) => 600 + (((minute % 7) + 7) % 7) * 2 - 6 + (minute < -20_160 ? 1 : -1);
  const telemetry = (values: readonly (number | null)[]) => ({ metrics: { [name]: [[{}, values, usual] as const] } });
  const day = (length: number) => Array.from({ length }, (_, minute) => usual(minute));

  test("alerts after 15 minutes outside of the band, above or below, and recovers after 15 minutes within it", () => {
    const busy = day(60).map((value, minute) => (minute >= 20 && minute < 40 ? 900 : value));
    expect(transitions(anomaly, telemetry(busy))).toEqual(["34 OK>Alert", "54 Alert>OK"]);
    expect(transitions(anomaly, telemetry([...day(20), ...times(20, 300)]))).toEqual(["34 OK>Alert"]);
  });

  test("alerts on missing data, which counts as zero", () => {
    expect(transitions(anomaly, telemetry([...day(20), ...times(20, null)]))).toEqual(["34 OK>Alert"]);
  });

  test("does not alert on a single minute or on usual variation", () => {
    expect(transitions(anomaly, telemetry([...day(20), 900, ...day(20)]))).toEqual([]);
    expect(transitions(anomaly, telemetry(day(60)))).toEqual([]);
  });
});

describe("a forecast", () => {
  const settings = "'linear', 1, interval='60m', history='1w', model='default'";
  const forecast = threshold(`min(next_1w):forecast(avg:aws.rds.free_storage_space{*}, ${settings}) < 0`, {
    evaluation_delay: 900,
  });
  const falling = (perHour: number) => {
    const at = (minute: number) => 1000 - (perHour * minute) / 60;
    return {
      metrics: {
        "aws.rds.free_storage_space": [[{}, Array.from({ length: 90 }, (_, minute) => at(minute)), at] as const],
      },
    };
  };

  test("alerts when the line reaches the threshold within the week, and is evaluated twice an hour", () => {
    expect(transitions(forecast, falling(6.1))).toEqual(["30 OK>Alert"]);
    expect(transitions(forecast, falling(5.8))).toEqual([]);
  });
});
