import { parseMonitorQuery, seriesIn } from "@dev-one/alert-trials/datadog";

import { production } from "../../src/environments/production";
import { staging } from "../../src/environments/staging";
import { monitorNamed, type MonitorResource, monitorsOf } from "../support/datadog";
import { productionWithClients, stagingInThreeZones } from "../support/environments";
import { synthesize } from "../support/synthesis";

const every = [production, staging, stagingInThreeZones()].flatMap((environment) =>
  monitorsOf(environment).map((monitor) => ({ environment: environment.name, id: monitor.id, monitor })),
);

/** Tag keys by which a monitor has an alert for each group. */
function groupsOf({ query }: MonitorResource): readonly string[] {
  const parsed = parseMonitorQuery(query);
  if (parsed.kind === "check") return parsed.by;
  if (parsed.kind !== "metric") return [];
  // Counting groups makes one number of them.
  return query.includes("count_not_null") ? [] : (seriesIn(parsed.expression)[0]?.by ?? []);
}

function severityOf({ tags }: MonitorResource): string {
  return tags.find((tag) => tag.startsWith("severity:"))?.split(":")[1] ?? "none";
}

describe.each(every)("$environment: $id", ({ environment, monitor }) => {
  test("says what, for which environment, and where to read on", () => {
    expect(monitor.name).toMatch(new RegExp(`^\\[dev-one-${environment}\\] [A-Z5]`));
    expect(monitor.message).toMatch(/^Runbook: https:\/\/\S+\/docs\/runbooks\/[a-z]+\.md#[a-z-]+$/m);
    expect(monitor.message).toMatch(/^Dashboard: https:\/\/app\.datadoghq\.com\//m);
    expect(monitor.tags).toEqual(
      expect.arrayContaining([
        `env:${environment}`,
        "project:dev-one",
        expect.stringMatching(/^tier:/),
        expect.stringMatching(/^signal:/),
      ]),
    );
  });

  test("reaches somebody when it calls, and the same when it is over", () => {
    const called = (state: string) =>
      [...monitor.message.matchAll(new RegExp(`^\\{\\{#is_${state}\\}\\}(@.*)\\{\\{/is_${state}\\}\\}$`, "gm"))].map(
        ([, handles]) => handles,
      );
    expect(called("alert")).toHaveLength(1);
    expect(called("alert_recovery")).toEqual(called("alert"));
    expect(called("warning_recovery")).toEqual(called("warning"));
  });

  test("closes every block of its message, which Datadog would refuse otherwise", () => {
    const open: string[] = [];
    for (const [, sign, name = ""] of monitor.message.matchAll(/\{\{([#^/]?)([^}]*)\}\}/g)) {
      if (sign === "#" || sign === "^") open.push(name);
      if (sign === "/") expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
    expect(monitor.message.split("{{").length).toBe(monitor.message.split("}}").length);
  });

  test("names only groups that it has", () => {
    const named = [...monitor.message.matchAll(/\{\{(\w+)\.name\}\}/g)].map(([, key]) => key);
    for (const key of named) expect(groupsOf(monitor)).toContain(key);
  });

  test("waits for new groups if it has groups, and has no such setting otherwise", () => {
    if (groupsOf(monitor).length > 0) expect(monitor.new_group_delay).toBeGreaterThanOrEqual(300);
    else expect(monitor).not.toHaveProperty("new_group_delay");
  });

  test("has decided about silence", () => {
    // One of the two settings, never both: the provider refuses that.
    expect([monitor.notify_no_data, monitor.on_missing_data].filter((each) => each !== undefined)).toHaveLength(1);
    const speaks = monitor.notify_no_data === true;
    expect(speaks).toBe(monitor.no_data_timeframe !== undefined);
    expect(monitor.message.includes("{{#is_no_data}}")).toBe(speaks);
    // A server that scaling took away must not stay in alert for ever.
    if (!speaks && groupsOf(monitor).includes("host")) {
      expect(monitor.on_missing_data ?? monitor.timeout_h).toBe(monitor.type === "service check" ? 1 : "resolve");
    }
  });

  test("recovers only after going back further than its threshold, and never past what is possible", () => {
    const {
      critical,
      warning,
      critical_recovery: back,
      warning_recovery: backFromWarning,
    } = monitor.monitor_thresholds ?? {};
    const rises = monitor.query.includes(">");
    const order = [critical, back].filter((value) => value !== undefined).map(Number);
    expect(order).toEqual([...order].sort((one, other) => (rises ? other - one : one - other)));
    if (backFromWarning !== undefined) {
      expect(Number(backFromWarning) < Number(warning)).toBe(rises);
      if (monitor.query.includes("percent") || monitor.query.includes("* 100"))
        expect(Number(backFromWarning)).toBeLessThan(100);
    }
  });

  test("waits a quarter of an hour for CloudWatch, and not for the others", () => {
    const fromCloudWatch = monitor.query.includes("aws.");
    expect(monitor.evaluation_delay).toBe(fromCloudWatch ? 900 : undefined);
    if (fromCloudWatch) expect(severityOf(monitor)).toBe("ticket");
  });

  test("is brought up again by its severity", () => {
    const minutes = { page: monitor.type === "composite" ? 30 : 0, ticket: 1440, notice: 0 }[severityOf(monitor)];
    expect(monitor.renotify_interval).toBe(minutes);
    expect(monitor.priority).toBe(
      { page: monitor.type === "composite" ? "1" : "2", ticket: "3", notice: "4" }[severityOf(monitor)],
    );
  });
});

describe("monitors", () => {
  test("have names of their own", () => {
    for (const environment of [production, staging]) {
      const names = monitorsOf(environment).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test("about a server say which, in people's terms", () => {
    expect(monitorNamed(production, "cpu-server").message).toContain(
      "**CPU of a server is high**, {{server.name}} in {{zone.name}} ({{host.name}}): {{value}} %, above 90 %.",
    );
  });

  test("about time speak of seconds, whatever the metric is in", () => {
    expect(monitorNamed(production, "latency-p99").message).toContain('{{eval "value/1000000000"}} s, above 2 s.');
    expect(monitorNamed(production, "proxy-borrowing").message).toContain('{{eval "value/1000"}} ms, above 100 ms.');
    expect(monitorNamed(production, "memory-server").message).toContain('{{eval "value*100"}} %, below 10 %.');
  });

  test("leave a server alone that has just started: young is not rebooted", () => {
    expect(monitorNamed(production, "uptime-rebooted")).toMatchObject({
      query: "max(last_5m):min:system.uptime{env:production,project:dev-one} by {host,server,zone} < 600",
      new_group_delay: 900,
    });
  });

  test("follow a named server by name and zone, whichever instance it is, and speak when it is silent", () => {
    const agent = monitorNamed(production, "uptime-agent");
    expect(agent.query).toContain('.by("server","zone")');
    expect(agent).toMatchObject({ notify_no_data: true, no_data_timeframe: 15 });
  });

  test("of an error rate divide counts plainly, and resolve when there is nothing to divide", () => {
    const requests = "sum:dev_one.production.http.requests";
    expect(monitorNamed(production, "responses-5xx")).toMatchObject({
      query: `sum(last_5m):${requests}{env:production,project:dev-one,status_category:error}.as_count() / ${requests}{env:production,project:dev-one}.as_count() * 100 > 5`,
      on_missing_data: "resolve",
    });
    const [targets, own, all] = ["httpcode_target_5xx", "httpcode_elb_5xx", "request_count"].map(
      (name) => `sum:aws.applicationelb.${name}{loadbalancer:app/dev-one-production/*}.as_count()`,
    );
    expect(monitorNamed(production, "responses-5xx-load-balancer")).toMatchObject({
      query: `sum(last_15m):(${targets} + ${own}) / (${all} + ${own}) * 100 > 5`,
      on_missing_data: "resolve",
    });
  });

  test("miss every client at once, when nothing at all is logged", () => {
    expect(monitorNamed(productionWithClients(), "throughput-none")).toMatchObject({
      query:
        "sum(last_10m):default_zero(sum:dev_one.production.http.requests{env:production,project:dev-one}.as_count()) < 1",
      notify_no_data: true,
      no_data_timeframe: 20,
      monitor_thresholds: { critical: "1" },
    });
  });

  test("read of a server that has no connection left in its log, where a count of dropped ones shows nothing", () => {
    expect(monitorNamed(production, "connections-exhausted")).toMatchObject({
      query:
        "sum(last_10m):sum:dev_one.production.http.out_of_connections{env:production,project:dev-one} by {host,server,zone}.as_count() > 0",
      on_missing_data: "resolve",
    });
    expect(synthesize(production).monitoring.at("monitoring/log-metrics/out-of-connections").values.filter).toEqual({
      query: 'env:production project:dev-one source:nginx "worker_connections are not enough"',
    });
  });

  test("of anomalies have the windows that Datadog asks for", () => {
    expect(monitorNamed(production, "throughput-anomaly")).toMatchObject({
      type: "query alert",
      monitor_thresholds: { critical: "1", critical_recovery: "0" },
      monitor_threshold_windows: { trigger_window: "last_15m", recovery_window: "last_15m" },
    });
  });
});
