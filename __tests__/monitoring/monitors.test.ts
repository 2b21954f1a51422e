import { parseMonitorQuery, seriesIn } from "@dev-one/alert-trials/datadog";

import { both, fixture } from "../fixtures/environment";
import { threeZones } from "../fixtures/variants";
import { monitorNamed, type MonitorResource, monitorsOf } from "../support/datadog";
import { synthesize } from "../support/synthesis";

const every = [...both, ["three zones", threeZones] as const].flatMap(([name, environment]) =>
  monitorsOf(environment).map((monitor) => ({ ...monitor, env: environment.name, in: name })),
);

type EveryMonitor = (typeof every)[number];

/** The monitors that are not as they must be. */
function offenders(isAsItMust: (monitor: EveryMonitor) => boolean, among = every): string[] {
  return among.filter((monitor) => !isAsItMust(monitor)).map(({ in: environment, id }) => `${id} of ${environment}`);
}

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

/** The recipients in the blocks of a state, such as `alert`; one for each block. */
function recipientsIn({ message }: MonitorResource, state: string): string[] {
  return [...message.matchAll(new RegExp(`^\\{\\{#is_${state}\\}\\}(@.*)\\{\\{/is_${state}\\}\\}$`, "gm"))].map(
    ([, recipients = ""]) => recipients,
  );
}

/** Whether the blocks of a message are nested, each closed by its name. */
function closesItsBlocks(message: string): boolean {
  const open: string[] = [];
  for (const [, sign, name = ""] of message.matchAll(/\{\{([#^/]?)([^}]*)\}\}/g)) {
    if (sign === "#" || sign === "^") open.push(name);
    if (sign === "/" && open.pop() !== name) return false;
  }
  return open.length === 0 && message.split("{{").length === message.split("}}").length;
}

/** Whether values go up, or, without `isRising`, down. */
function isSorted(values: readonly number[], isRising: boolean): boolean {
  return values.every((value, index) => {
    const before = values[index - 1] ?? value;
    return isRising ? before <= value : before >= value;
  });
}

describe("every monitor", () => {
  test("has the environment in its name", () => {
    expect(every.length).toBeGreaterThan(120);
    expect(offenders(({ env, name }) => new RegExp(`^\\[dev-one-${env}\\] [A-Z5]`).test(name))).toEqual([]);
  });

  test("links to its runbook and its dashboard", () => {
    const runbook = /^Runbook: https:\/\/git\.example\.net\/acme\/platform\/docs\/runbooks\/[a-z]+\.md#[a-z-]+$/m;
    expect(offenders(({ message }) => runbook.test(message))).toEqual([]);
    expect(offenders(({ message }) => /^Dashboard: https:\/\/us5\.datadoghq\.com\//m.test(message))).toEqual([]);
  });

  test("is tagged with environment, project, tier and signal", () => {
    const hasTags = ({ env, tags }: EveryMonitor) =>
      [`env:${env}`, "project:dev-one"].every((tag) => tags.includes(tag)) &&
      ["tier:", "signal:"].every((key) => tags.some((tag) => tag.startsWith(key)));
    expect(offenders(hasTags)).toEqual([]);
  });

  test("has recipients of its alert, in one block", () => {
    expect(offenders((monitor) => recipientsIn(monitor, "alert").length === 1)).toEqual([]);
  });

  test("notifies of a recovery those whom it notified of the alert or the warning", () => {
    const isHeardOut = (monitor: EveryMonitor) =>
      ["alert", "warning"].every(
        (state) => recipientsIn(monitor, `${state}_recovery`).join() === recipientsIn(monitor, state).join(),
      );
    expect(offenders(isHeardOut)).toEqual([]);
  });

  test("closes every block of its message", () => {
    expect(offenders(({ message }) => closesItsBlocks(message))).toEqual([]);
    expect(["{{#is_alert}}x", "{{#a}}{{#b}}{{/a}}{{/b}}", "{{value"].map(closesItsBlocks)).toEqual([
      false,
      false,
      false,
    ]);
  });

  test("names in its message only groups of its query", () => {
    const namesItsGroups = (monitor: EveryMonitor) =>
      [...monitor.message.matchAll(/\{\{(\w+)\.name\}\}/g)].every(([, key = ""]) => groupsOf(monitor).includes(key));
    expect(offenders(namesItsGroups)).toEqual([]);
  });

  test("waits five minutes for new groups if it has groups, and has no such setting otherwise", () => {
    const waits = (monitor: EveryMonitor) =>
      groupsOf(monitor).length > 0 ? (monitor.new_group_delay ?? 0) >= 300 : !("new_group_delay" in monitor);
    expect(offenders(waits)).toEqual([]);
  });

  // The provider refuses both.
  test("has one of the two settings for missing data", () => {
    const settings = ({ notify_no_data, on_missing_data }: EveryMonitor) =>
      [notify_no_data, on_missing_data].filter((each) => each !== undefined);
    expect(offenders((monitor) => settings(monitor).length === 1)).toEqual([]);
  });

  test("that notifies without data has a time frame and a message for it, and no other has them", () => {
    const isConsistent = ({
      notify_no_data = false,
      on_missing_data,
      no_data_timeframe: minutes,
      message,
    }: EveryMonitor) =>
      notify_no_data === (minutes !== undefined) &&
      message.includes("{{#is_no_data}}") === (notify_no_data || on_missing_data === "show_and_notify_no_data");
    expect(offenders(isConsistent)).toEqual([]);
  });

  // A window that default_zero fills has no missing data: https://docs.datadoghq.com/dashboards/functions/interpolation/#default-zero
  test("with default_zero does not notify of missing data", () => {
    const filled = every.filter(({ query }) => query.includes("default_zero("));
    expect(filled.length).toBeGreaterThan(3);
    const notifies = ({ notify_no_data, on_missing_data }: EveryMonitor) =>
      notify_no_data === true || on_missing_data === "show_and_notify_no_data";
    expect(offenders((monitor) => !notifies(monitor), filled)).toEqual([]);
  });

  test("that pages has no default_zero but in a count of servers", () => {
    const pages = every.filter((monitor) => severityOf(monitor) === "page" && monitor.query.includes("default_zero("));
    expect(offenders(({ query }) => query.includes("default_zero(count_not_null("), pages)).toEqual([]);
  });

  test("by host resolves when the host was terminated by scaling, unless it notifies without data", () => {
    const byHost = every.filter((monitor) => monitor.notify_no_data !== true && groupsOf(monitor).includes("host"));
    expect(byHost.length).toBeGreaterThan(20);
    const resolves = ({ type, on_missing_data, timeout_h }: EveryMonitor) =>
      (on_missing_data ?? timeout_h) === (type === "service check" ? 1 : "resolve");
    expect(offenders(resolves, byHost)).toEqual([]);
  });

  test("recovers on the good side of its threshold, within what its unit can reach", () => {
    const recovers = ({ query, monitor_thresholds: values = {} }: EveryMonitor) => {
      const isAbove = query.includes(">");
      const { critical, critical_recovery: back, warning, warning_recovery: backFromWarning } = values;
      const order = [critical, back].filter((value) => value !== undefined).map(Number);
      if (!isSorted(order, !isAbove)) return false;
      if (backFromWarning === undefined) return true;
      const isPercent = query.includes("percent") || query.includes("* 100");
      return Number(backFromWarning) < Number(warning) === isAbove && !(isPercent && Number(backFromWarning) >= 100);
    };
    expect(offenders(recovers)).toEqual([]);
  });

  test("of CloudWatch metrics waits 15 minutes for them and opens a ticket, and no other waits", () => {
    const isFromCloudWatch = ({ query }: EveryMonitor) => query.includes("aws.");
    expect(every.filter(isFromCloudWatch).length).toBeGreaterThan(20);
    expect(offenders((monitor) => monitor.evaluation_delay === (isFromCloudWatch(monitor) ? 900 : undefined))).toEqual(
      [],
    );
    expect(offenders((monitor) => severityOf(monitor) === "ticket", every.filter(isFromCloudWatch))).toEqual([]);
  });

  test("has the priority and the renotification interval of its severity", () => {
    const bySeverity: Readonly<Record<string, string>> = {
      "composite page": "1 30",
      page: "2 0",
      ticket: "3 1440",
      notice: "4 0",
    };
    const isBySeverity = (monitor: EveryMonitor) =>
      `${monitor.priority} ${String(monitor.renotify_interval)}` ===
      bySeverity[`${monitor.type === "composite" ? "composite " : ""}${severityOf(monitor)}`];
    expect(offenders(isBySeverity)).toEqual([]);
  });

  test("has a name of its own within the environment", () => {
    for (const [, environment] of both) {
      const names = monitorsOf(environment).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});

const requests = "sum:dev_one.fixture.http.requests";
const [targets, own, all] = ["httpcode_target_5xx", "httpcode_elb_5xx", "request_count"].map(
  (name) => `sum:aws.applicationelb.${name}{loadbalancer:app/dev-one-fixture/*}.as_count()`,
);
const inMessage = (text: string) => ({ message: expect.stringContaining(text) as unknown });

describe("monitors", () => {
  test.each<[string, string, object]>([
    [
      "about a server have its name, zone and host in their message",
      "cpu-server",
      inMessage(
        "**CPU of a server is high**, {{server.name}} in {{zone.name}} ({{host.name}}): {{value}} %, above 92 %.",
      ),
    ],
    ["show nanoseconds as seconds", "latency-p99", inMessage('{{eval "value/1000000000"}} s, above 1.8 s.')],
    ["show microseconds as milliseconds", "proxy-borrowing", inMessage('{{eval "value/1000"}} ms, above 120 ms.')],
    ["show fractions as percent", "memory-server", inMessage('{{eval "value*100"}} %, below 12 %.')],
    [
      "of reboots ignore a server in its first 15 minutes",
      "uptime-rebooted",
      {
        query: "max(last_5m):min:system.uptime{env:fixture,project:dev-one} by {host,server,zone} < 600",
        new_group_delay: 900,
      },
    ],
    [
      "of agents are by name and zone of a named server, not by instance, and notify without data",
      "uptime-agent",
      {
        query: expect.stringContaining('.by("server","zone")') as unknown,
        notify_no_data: true,
        no_data_timeframe: 15,
      },
    ],
    [
      "of an error rate divide counts without default_zero, and resolve without data",
      "responses-5xx",
      {
        query: `sum(last_5m):${requests}{env:fixture,project:dev-one,status_category:error,service:web}.as_count() / ${requests}{env:fixture,project:dev-one,service:web}.as_count() * 100 > 6`,
        on_missing_data: "resolve",
      },
    ],
    [
      "of an error rate at the load balancer count its own errors as requests",
      "responses-5xx-load-balancer",
      { query: `sum(last_15m):(${targets} + ${own}) / (${all} + ${own}) * 100 > 6`, on_missing_data: "resolve" },
    ],
    [
      "of missing requests compare what nginx counts with what health checks and the agent send, and rest on no missing data",
      "throughput-none",
      {
        query: "max(last_10m):avg:nginx.net.request_per_s{env:fixture,project:dev-one,service:web} < 2.1",
        notify_no_data: false,
        monitor_thresholds: { critical: "2.1" },
      },
    ],
    [
      "of lost logs subtract lines from requests, and notify of missing data where clients come at every hour",
      "throughput-unlogged",
      {
        query: `min(last_15m):sum:nginx.net.request_per_s{env:fixture,project:dev-one,service:web} - ${requests}{env:fixture,project:dev-one,service:web}.as_rate() > 33.6`,
        on_missing_data: "show_and_notify_no_data",
        renotify_statuses: ["alert", "no data"],
        priority: "3",
      },
    ],
    [
      "of reboots say when they recover that the server runs, not that the reboot is over",
      "uptime-rebooted",
      inMessage("{{#is_recovery}}Running for 10 minutes: A server rebooted,"),
    ],
    [
      "that recover without data say so",
      "cpu-server",
      inMessage("{{#is_recovery}}Over, or without data: CPU of a server is high,"),
    ],
    [
      "that have a unit of two parts say it in words",
      "throughput-none",
      inMessage("{{value}} requests per second, below 2.1 requests per second."),
    ],
    [
      "of a forecast are compared as documented",
      "database-storage-forecast",
      { query: expect.stringMatching(/ <= 0$/) as unknown },
    ],
    [
      "of exhausted connections count the error in the log of nginx",
      "connections-exhausted",
      {
        query:
          "sum(last_10m):sum:dev_one.fixture.http.out_of_connections{env:fixture,project:dev-one,service:web} by {host,server,zone}.as_count() > 0",
        on_missing_data: "resolve",
      },
    ],
    [
      "of anomalies have the windows that Datadog requires",
      "throughput-anomaly",
      {
        type: "query alert",
        monitor_thresholds: { critical: "1", critical_recovery: "0" },
        monitor_threshold_windows: { trigger_window: "last_15m", recovery_window: "last_15m" },
      },
    ],
  ])("%s", (_, id, expected) => {
    expect(monitorNamed(fixture, id)).toMatchObject(expected);
  });

  test("of exhausted connections read the text of nginx as a log metric", () => {
    expect(synthesize(fixture).monitoring.at("monitoring/log-metrics/out-of-connections").values.filter).toEqual({
      query: 'env:fixture project:dev-one source:nginx "worker_connections are not enough"',
    });
  });
});
