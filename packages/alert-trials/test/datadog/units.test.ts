import { catalogue, metricNamed, parseExpression, UnitError, unitOf } from "../../src/datadog";
import published from "../../src/datadog/published-metrics.json";

const unit = (text: string) => unitOf(parseExpression(text));

test.each([
  ["a metric has the unit of the catalogue", "avg:system.mem.pct_usable{*}", "fraction"],
  ["100 % minus a percentage", "100 - avg:system.cpu.idle{*}", "percent"],
  ["a count as a rate", "sum:aws.applicationelb.request_count{*}.as_rate()", "request/second"],
  ["as_rate() of a rate", "sum:nginx.net.conn_dropped_per_s{*}.as_rate()", "connection/second"],
  [
    "bytes a second as a share of a bandwidth",
    "(sum:system.net.bytes_rcvd{*} + sum:system.net.bytes_sent{*}) * 8 / 1000000000 * 100",
    "percent",
  ],
  [
    "answers as a share of requests",
    "default_zero(sum:aws.applicationelb.httpcode_target_5xx{*}) / sum:aws.applicationelb.request_count{*} * 100",
    "percent",
  ],
  ["groups that report", "default_zero(count_not_null(avg:system.uptime{*} by {host}))", "host"],
  ["a percentile", "p95:dev_one.staging.http.duration{*}", "nanosecond"],
])("%s", (_name, text, expected) => {
  expect(unit(text)).toBe(expected);
});

test.each([
  ["seconds and nanoseconds", "avg:aws.rds.read_latency{*} + p95:dev_one.staging.http.duration{*}"],
  ["a fraction subtracted from 100 %", "100 - avg:system.mem.pct_usable{*}"],
  ["a percentage multiplied by 100", "avg:system.cpu.idle{*} * 100"],
  ["microseconds multiplied by 1000", "avg:aws.rds.proxy.database_connections_borrow_latency{*} * 1000"],
  ["connections for each request", "avg:nginx.net.connections{*} / sum:aws.applicationelb.request_count{*}"],
  ["a metric with a typing error", "avg:system.cpu.idel{*}"],
])("refuses %s", (_name, text) => {
  expect(() => unit(text)).toThrow(UnitError);
});

const publishedMetrics: Readonly<Record<string, string>> = Object.assign(
  {},
  ...Object.values(published.integrations).map(({ metrics }) => metrics),
) as Record<string, string>;

describe("the catalogue", () => {
  test("contains the project's own metrics for any environment", () => {
    expect(metricNamed("dev_one.production.http.duration")).toBe(metricNamed("dev_one.staging.http.duration"));
    expect(metricNamed("dev_one.production.http.durations")).toBeUndefined();
  });

  test("has a source of unit, type and tags for every metric", () => {
    expect(Object.keys(catalogue).length).toBeGreaterThan(30);
    for (const [name, { source, tags, unit: each }] of Object.entries(catalogue)) {
      expect(source.url).toMatch(/^(https:\/\/|src\/)/);
      expect(source.kind).toBe(name.startsWith("aws.") ? "cloudwatch" : name.includes("<env>") ? "log" : "agent");
      expect(tags).toContain("env");
      // Datadog's metadata has no unit for some.
      if (!(name in publishedMetrics)) expect(each).toMatch(/^[a-z]+(\/second)?$/);
    }
  });

  test("knows every metric of Datadog's published metadata, with type and unit, and the tags of the agent", () => {
    expect(metricNamed("system.disk.in_use")).toMatchObject({ type: "gauge", unit: "fraction" });
    expect(metricNamed("nginx.net.conn_dropped_per_s")).toMatchObject({ type: "rate", unit: "connection/second" });
    expect(metricNamed("system.net.bytes_sent")?.tags).toEqual(expect.arrayContaining(["host", "service", "device"]));
    const other = Object.entries(publishedMetrics).filter(([name, fact]) => {
      const { type, unit } = metricNamed(name) ?? {};
      return `${String(type)} ${String(unit)}`.trim() !== fact;
    });
    // 0 or 1, whose average is a share.
    expect(other.map(([name]) => name)).toEqual(["network.http.cant_connect"]);
  });
});
