import { threshold, times, transitions } from "./support";

const idle = (tags: Readonly<Record<string, string>>, values: readonly (number | null)[]) => [tags, values] as const;
const cpu = (...sources: readonly (readonly [Readonly<Record<string, string>>, readonly (number | null)[]])[]) => ({
  metrics: { "system.cpu.idle": sources },
});
const A = { host: "a", env: "test", zone: "zone-1" };
const B = { host: "b", env: "test", zone: "zone-2" };

describe("time aggregation", () => {
  const steps = [0, 0, 0, 10, 10, 10, 0, 0, 0, 0];

  test.each([
    ["avg is the average of the minutes in the window", "avg(last_3m)", "> 6", steps, ["4 OK>Alert", "7 Alert>OK"]],
    ["max alerts when one value is above the threshold", "max(last_3m)", "> 6", steps, ["3 OK>Alert", "8 Alert>OK"]],
    ["min alerts when all values are", "min(last_3m)", "> 6", steps, ["5 OK>Alert", "6 Alert>OK"]],
    ["sum adds up the values of the window", "sum(last_2m)", ">= 20", steps, ["4 OK>Alert", "6 Alert>OK"]],
    [
      "a minute without a value does not count",
      "avg(last_3m)",
      "> 6",
      [null, 9, null, 3],
      ["1 OK>Alert", "3 Alert>OK"],
    ],
  ])("%s", (_, over, comparison, values, expected) => {
    const query = `${over}:avg:system.cpu.idle{*} ${comparison}`;
    expect(transitions(threshold(query), cpu(idle(A, values)))).toEqual(expected);
  });
});

describe("space aggregation", () => {
  const alerts = (query: string) =>
    transitions(threshold(`avg(last_1m):${query}`), cpu(idle(A, [2]), idle(B, [6]), idle({ host: "c" }, [null])));

  test.each([
    ["avg", "{*}", 4],
    ["min", "{*}", 2],
    ["max", "{*}", 6],
    ["sum", "{*}", 8],
    ["sum", "{host:a}", 2],
    ["sum", "{!host:a}", 6],
    ["sum", "{host IN (a, b)}", 8],
    ["sum", "{zone:zone-*}", 8],
    ["sum", "{zone:zone-1*}", 2],
  ])("%s of the sources %s is %d", (aggregator, filter, value) => {
    expect(alerts(`${aggregator}:system.cpu.idle${filter} >= ${value}`)).toEqual(["0 OK>Alert"]);
    expect(alerts(`${aggregator}:system.cpu.idle${filter} > ${value}`)).toEqual([]);
  });

  test("every group alerts separately, and a source without the tag of the grouping is in no group", () => {
    const telemetry = cpu(idle(A, [2]), idle(B, [6]), idle({ host: "c" }, [9]));
    expect(transitions(threshold("avg(last_1m):avg:system.cpu.idle{*} by {host,zone} > 1"), telemetry)).toEqual([
      "0 OK>Alert a|zone-1",
      "0 OK>Alert b|zone-2",
    ]);
  });
});

describe("thresholds", () => {
  const levels = { warning: "5", critical_recovery: "7", warning_recovery: "4" };

  test.each([
    ["an alert lasts until the recovery threshold", "> 8", levels, [9, 8, 7.1, 7], ["0 OK>Alert", "3 Alert>Warn"]],
    ["a warning lasts until its recovery threshold", "> 8", levels, [6, 5, 4.1, 4], ["0 OK>Warn", "3 Warn>OK"]],
    ["no warning starts between a threshold and its recovery", "> 8", levels, [4.5, 5], []],
    ["an alert resolves at once past all thresholds", "> 8", levels, [9, 1], ["0 OK>Alert", "1 Alert>OK"]],
    ["< alerts below", "< 2", { critical_recovery: "3" }, [2, 1, 2, 2.9, 3], ["1 OK>Alert", "4 Alert>OK"]],
    [">= alerts at it", ">= 8", { critical_recovery: "7" }, [8, 7, 6.9], ["0 OK>Alert", "2 Alert>OK"]],
  ])("%s", (_, comparison, thresholds, values, expected) => {
    const monitor = threshold(`avg(last_1m):avg:system.cpu.idle{*} ${comparison}`, { monitor_thresholds: thresholds });
    expect(transitions(monitor, cpu(idle(A, values)))).toEqual(expected);
  });
});

describe("arithmetic", () => {
  const received = "avg:system.net.bytes_rcvd{*}";
  const sent = "avg:system.net.bytes_sent{*}";

  test.each([
    ["multiplies before it adds", `avg(last_1m):100 - ${received} * 8 / 2 - 1 >= 59`, [10], [], [0]],
    ["has no result without an operand", `max(last_2m):${received} + ${sent} >= 1`, [5, null], [null, 5], []],
    ["has a result where both have one", `max(last_2m):${received} + ${sent} >= 10`, [5, 5], [null, 5], [1]],
    ["has no result for a division by zero", `avg(last_2m):${received} / ${sent} > 9`, [10, 10], [0, 1], [1]],
  ])("%s", (_, query, one, other, minutes) => {
    const telemetry = {
      metrics: { "system.net.bytes_rcvd": [idle(A, one)], "system.net.bytes_sent": [idle(A, other)] },
    };
    expect(transitions(threshold(query), telemetry)).toEqual(minutes.map((minute) => `${minute} OK>Alert`));
  });

  test("has no result for a group that only one operand has", () => {
    const telemetry = {
      metrics: { "system.net.bytes_rcvd": [idle(A, [5]), idle(B, [5])], "system.net.bytes_sent": [idle(A, [5])] },
    };
    const sum = `avg(last_1m):${received} by {host} + ${sent} by {host} > 1`;
    expect(transitions(threshold(sum), telemetry)).toEqual(["0 OK>Alert a"]);
  });
});

describe("counts", () => {
  const name = "dev_one.test.http.requests";
  const requests = (errors: readonly (number | null)[], good: readonly (number | null)[]) => ({
    metrics: { [name]: [idle({ status_category: "error" }, errors), idle({ status_category: "ok" }, good)] },
  });
  const share = `sum:${name}{status_category:error}.as_count() / sum:${name}{*}.as_count() * 100`;

  test("are added up over the window before they are divided", () => {
    // 1 of 1, then 0 of 99: 1 %, not the average of 100 % and 0 %.
    expect(transitions(threshold(`sum(last_2m):${share} > 1.5`), requests([1, 0], [0, 99]))).toEqual([
      "0 OK>Alert",
      "1 Alert>OK",
    ]);
  });

  test("that were not sent are zero while the divisor has values", () => {
    expect(transitions(threshold(`sum(last_1m):${share} > 1`), requests([5, null, null], [5, 5, 5]))).toEqual([
      "0 OK>Alert",
      "1 Alert>OK",
    ]);
  });

  test("without any value keep the status of the alert", () => {
    expect(transitions(threshold(`sum(last_1m):${share} > 1`), requests([5, null, null], [5, null, null]))).toEqual([
      "0 OK>Alert",
    ]);
  });

  test("with default_zero are zero or no data in an empty window: Datadog documents both", () => {
    const query = `sum(last_2m):default_zero(sum:${name}{*}.as_count()) < 1`;
    const options = { notify_no_data: true, no_data_timeframe: 3 };
    const silent = requests([5, null, null, null, null], [5, null, null, null, 1]);
    const of = (emptyWindow: "zero" | "nothing") => transitions(threshold(query, options), silent, { emptyWindow });
    expect(of("zero")).toEqual(["2 OK>Alert", "4 Alert>OK"]);
    expect(of("nothing")).toEqual(["3 OK>No Data", "4 No Data>OK"]);
  });

  test("without any value have no ratio, even with default_zero in the numerator", () => {
    const none = requests([5, null], [5, null]);
    expect(transitions(threshold(`sum(last_1m):${share} < 60`), none, { emptyWindow: "zero" })).toEqual(["0 OK>Alert"]);
    expect(transitions(threshold(`sum(last_1m):${share} < 40`), none, { emptyWindow: "zero" })).toEqual([]);
  });

  test("as a rate are per second", () => {
    const rate = `avg(last_1m):sum:${name}{*}.as_rate()`;
    expect(transitions(threshold(`${rate} >= 2`), requests([60], [60]))).toEqual(["0 OK>Alert"]);
    expect(transitions(threshold(`${rate} > 2`), requests([60], [60]))).toEqual([]);
  });
});

describe("percentiles", () => {
  const name = "dev_one.test.http.duration";
  const components = (count: number, median: number) => [{ count, median, spread: 0 }];

  test("are computed from all values together, not averaged over sources", () => {
    const of = (fast: number, slow: number) =>
      transitions(threshold(`avg(last_1m):p95:${name}{*} > 5`), {
        distributions: {
          [name]: [
            [A, components(fast, 1)],
            [B, components(slow, 10)],
          ],
        },
      });
    expect(of(96, 4)).toEqual([]);
    expect(of(94, 6)).toEqual(["0 OK>Alert"]);
  });

  test("of log-normal values equal the quantile of the distribution", () => {
    // exp(0.5 * 1.6449) = 2.276
    const spread = [{ count: 10, median: 1, spread: 0.5 }];
    const of = (value: number) =>
      transitions(threshold(`avg(last_1m):p95:${name}{*} > ${value}`), { distributions: { [name]: [[A, spread]] } });
    expect(of(2.27)).toEqual(["0 OK>Alert"]);
    expect(of(2.28)).toEqual([]);
  });
});

describe("default_zero of a count of groups", () => {
  const uptime = (...all: readonly (readonly (number | null)[])[]) => ({
    metrics: { "system.uptime": all.map((values, index) => idle({ server: `api-${index}` }, values)) },
  });
  const count = threshold("avg(last_2m):default_zero(count_not_null(avg:system.uptime{*} by {server})) < 1", {
    notify_no_data: true,
    no_data_timeframe: 4,
  });
  const lost = uptime([1, 1, 1, ...times(7, null), 1, 1], [1, 1, 1, ...times(7, null), 1, 1]);

  test("is zero in a minute without a value", () => {
    const average = threshold("avg(last_2m):default_zero(count_not_null(avg:system.uptime{*} by {server})) < 1.5");
    expect(transitions(average, uptime([1, 1, null, 1, 1], [1, 1, null, 1, 1]))).toEqual(["2 OK>Alert", "4 Alert>OK"]);
  });

  test("stays zero without any value, if an empty window is zero", () => {
    expect(transitions(count, lost)).toEqual(["4 OK>Alert", "10 Alert>OK"]);
  });

  test("is No Data without any value, if an empty window is no data", () => {
    expect(transitions(count, lost, { emptyWindow: "nothing" })).toEqual(["6 OK>No Data", "10 No Data>OK"]);
  });

  test("has no value in both cases for a metric that never had one", () => {
    expect(transitions(count, { minutes: 9 })).toEqual([]);
  });
});
