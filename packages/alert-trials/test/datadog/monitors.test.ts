import { monitorsIn, parseMonitorQuery, QueryError } from "../../src/datadog";

test("parses a metric query with its evaluation window", () => {
  expect(parseMonitorQuery("avg(last_10m):100 - avg:system.cpu.idle{env:staging} by {host} > 90")).toMatchObject({
    kind: "metric",
    over: "avg",
    window: { direction: "last", seconds: 600 },
    expression: { kind: "binary", operator: "-" },
    comparator: ">",
    threshold: 90,
  });
});

test("parses a forecast with a window in the future", () => {
  const query = "min(next_1w):forecast(avg:aws.rds.free_storage_space{*}, 'linear', 1, interval='60m') < 0";
  expect(parseMonitorQuery(query)).toMatchObject({
    window: { direction: "next", seconds: 604_800 },
    expression: { kind: "call", name: "forecast", settings: ["linear", 1], named: { interval: "60m" } },
    threshold: 0,
  });
});

test("parses a service check that is counted by status", () => {
  const query = '"http.can_connect".over("env:staging","instance:readyz").by("host","zone").last(5).count_by_status()';
  expect(parseMonitorQuery(query)).toEqual({
    kind: "check",
    check: "http.can_connect",
    over: ["env:staging", "instance:readyz"],
    by: ["host", "zone"],
  });
});

test("parses a burn rate with a long and a short window", () => {
  const query = 'burn_rate("${datadog_slo.a.id}").over("30d").long_window("1h").short_window("5m") > 14.4';
  expect(parseMonitorQuery(query)).toEqual({
    kind: "burn rate",
    objective: "${datadog_slo.a.id}",
    longSeconds: 3600,
    shortSeconds: 300,
    comparator: ">",
    threshold: 14.4,
  });
});

test("parses a composite of Terraform references or of monitor ids", () => {
  expect(parseMonitorQuery("12 || !(34 && 56)")).toEqual({
    kind: "composite",
    condition: {
      kind: "or",
      left: { kind: "monitor", id: "12" },
      right: {
        kind: "not",
        of: { kind: "and", left: { kind: "monitor", id: "34" }, right: { kind: "monitor", id: "56" } },
      },
    },
  });
  const query = parseMonitorQuery("${datadog_monitor.a.id} || ${datadog_monitor.b.id}");
  expect(query.kind === "composite" && monitorsIn(query.condition)).toEqual([
    "${datadog_monitor.a.id}",
    "${datadog_monitor.b.id}",
  ]);
});

test.each([
  "avg(last_10m):avg:system.cpu.idle{*}",
  "avg(last_10m):avg:system.cpu.idle{*} > high",
  "avg(last_10y):avg:system.cpu.idle{*} > 1",
  "avg(10m):avg:system.cpu.idle{*} > 1",
  "last(last_10m):avg:system.cpu.idle{*} > 1",
  "avg(last_10m):avg:system.cpu.idle{*} > 1 by {host}",
  '"http.can_connect".over().last(2).count_by_status()',
  '"http.can_connect".over("a:b").count_by_status()',
  'burn_rate("x").over("30d").long_window("1h") > 14.4',
  "12 ||",
  "12 | 34",
])("%s is refused", (query) => {
  expect(() => parseMonitorQuery(query)).toThrow(QueryError);
});
