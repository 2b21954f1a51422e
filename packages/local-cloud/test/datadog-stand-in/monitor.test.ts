import { text } from "../../src/datadog-stand-in/bodies";
import { errors, standIn } from "./support";

const { send } = standIn();

const cpu = {
  type: "query alert",
  name: "CPU of {{host.name}}",
  message: "{{#is_alert}}CPU is high @slack-dev-one{{/is_alert}}\n{{^is_alert}}fine{{/is_alert}}",
  query: "avg(last_10m):100 - avg:system.cpu.idle{env:staging} by {host} > 90",
  tags: ["env:staging"],
  options: {
    thresholds: { critical: 90, critical_recovery: 85, warning: 80, warning_recovery: 75 },
    new_group_delay: 900,
    on_missing_data: "show_no_data",
  },
};
const simple = { ...cpu, query: "avg(last_10m):avg:system.cpu.user{env:staging} > 90", options: {} };
const logs = {
  type: "log alert",
  query: 'logs("service:api status:error").index("*").rollup("count").by("service").last("5m") > 2',
};
const check = {
  type: "service check",
  query: '"datadog.agent.up".over("env:staging").by("host").last(4).count_by_status()',
};

const invalid = (parameter: string, problem?: string): string =>
  `The value provided for parameter '${parameter}' is invalid${problem === undefined ? "" : `: ${problem}`}`;

/** The monitor with other options. */
const having = (options: object, monitor: object = cpu): object => ({
  ...monitor,
  options: { ...cpu.options, ...options },
});

describe("a monitor", () => {
  test("is created, read, updated and deleted", async () => {
    const made = await send("POST", "/api/v1/monitor", cpu);
    const path = `/api/v1/monitor/${text(made.body.id)}`;

    expect(made).toMatchObject({ status: 200, body: { ...cpu, multi: true, overall_state: "No Data" } });
    expect(Number(made.body.id)).toBeGreaterThan(2 ** 32);
    expect(await send("GET", path)).toEqual({ status: 200, body: made.body });
    expect(await send("PUT", path, { message: "other" })).toMatchObject({
      body: { id: made.body.id, query: cpu.query, message: "other" },
    });
    expect(await send("DELETE", path)).toEqual({ status: 200, body: { deleted_monitor_id: made.body.id } });
    for (const method of ["GET", "PUT", "DELETE"]) {
      expect(await send(method, path, method === "PUT" ? {} : undefined)).toEqual({
        status: 404,
        body: errors("Monitor not found"),
      });
    }
  });

  test("is validated before and after its creation, without being stored", async () => {
    expect(await send("POST", "/api/v1/monitor/validate", cpu)).toEqual({ status: 200, body: {} });
    expect(await send("GET", "/api/v1/monitor")).toEqual({ status: 200, body: [] });
    const { body } = await send("POST", "/api/v1/monitor", cpu);
    const path = `/api/v1/monitor/${text(body.id)}/validate`;
    expect(await send("POST", path, cpu)).toEqual({ status: 200, body: {} });
    expect(await send("POST", path, having({ thresholds: { critical: 1 } }))).toMatchObject({ status: 400 });
    expect(await send("POST", "/api/v1/monitor/1/validate", cpu)).toMatchObject({ status: 404 });
  });

  test("is returned as Datadog stores it", async () => {
    const sent = {
      ...simple,
      message: "text\n",
      priority: 0,
      options: { thresholds: {}, on_missing_data: "default" },
    };

    const { body } = await send("POST", "/api/v1/monitor", sent);

    expect(body).toMatchObject({ message: "text", priority: null, multi: false, restricted_roles: null });
    expect(body.options).toEqual({ notify_audit: false, silenced: {}, include_tags: true, new_host_delay: 300 });
  });

  test("keeps its type", async () => {
    const { body } = await send("POST", "/api/v1/monitor", cpu);

    expect(await send("PUT", `/api/v1/monitor/${text(body.id)}`, logs)).toMatchObject({ status: 400 });
  });

  test("that an SLO or a composite monitor refers to is deleted only with force", async () => {
    const { body } = await send("POST", "/api/v1/monitor", cpu);
    const id = Number(body.id);
    await send("POST", "/api/v1/slo", {
      name: "up",
      type: "monitor",
      monitor_ids: [id],
      thresholds: [{ timeframe: "30d", target: 99 }],
    });
    await send("POST", "/api/v1/monitor", { type: "composite", query: `!${id}` });

    const refused = await send("DELETE", `/api/v1/monitor/${id}`);

    expect(refused.status).toBe(400);
    expect(JSON.stringify(refused.body)).toMatch(/is referenced in slos: .*composite monitors: /);
    expect(await send("DELETE", `/api/v1/monitor/${id}?force=true`)).toMatchObject({ status: 200 });
  });
});

describe("accepted", () => {
  test.each([
    { what: "a log alert", monitor: { ...logs, options: { thresholds: { critical: 2 } } } },
    { what: "a service check", monitor: { ...check, options: { thresholds: { critical: 4, warning: 2, ok: 1 } } } },
    {
      what: "anomalies with windows",
      monitor: {
        type: "query alert",
        query:
          "avg(last_4h):anomalies(sum:aws.applicationelb.request_count{loadbalancer:x}.as_count(), 'agile', 3, direction='both', interval=60, alert_window='last_15m', count_default_zero='true', seasonality='weekly') >= 1",
        options: {
          thresholds: { critical: 1, critical_recovery: 0 },
          threshold_windows: { trigger_window: "last_15m", recovery_window: "last_15m" },
        },
      },
    },
    {
      what: "a forecast",
      monitor: {
        type: "query alert",
        query: "max(next_1w):forecast(avg:aws.rds.free_storage_space{*}, 'linear', 1) <= 10",
      },
    },
    {
      what: "a ratio",
      monitor: {
        type: "query alert",
        query:
          "sum(last_5m):( sum:a.errors{env:x}.as_count() + sum:b.errors{env:x}.as_count() ) / sum:a.requests{env:x}.as_count() * 100 > 5",
      },
    },
    {
      what: "a percentile",
      monitor: { type: "query alert", query: "avg(last_5m):p95:dev_one.http.duration{env:x} > 1e9" },
    },
    { what: "three braces", monitor: { ...cpu, message: '{{{event.text}}} {{eval "1+1"}}' } },
    { what: "single braces", monitor: { ...cpu, message: 'JSON {"a": 1} {' } },
  ])("$what", async ({ monitor }) => {
    expect(await send("POST", "/api/v1/monitor/validate", monitor)).toEqual({ status: 200, body: {} });
  });
});

describe("refused", () => {
  test.each([
    { monitor: { query: cpu.query }, message: "'type' is a required property" },
    { monitor: { ...cpu, type: "query alarm" }, message: invalid("type") },
    { monitor: having({ on_missing_data: "shout" }), message: invalid("options.on_missing_data") },
    { monitor: { type: "log alert", query: "query" }, message: invalid("query", "invalid operator specified: ") },
    {
      monitor: { type: "service check", query: '"datadog.agent.up".over("*").last(2).count_by_status()' },
      message: "A grouping must be specified for custom checks",
    },
    {
      monitor: { ...check, options: { thresholds: { critical: 5 } } },
      message: "Last field should be larger than or equal to max threshold defined in monitor options",
    },
    {
      monitor: having({ thresholds: { critical: 90.5 } }),
      message: "Alert threshold (90.5) does not match that used in the query (90.0).",
    },
    { monitor: having({ thresholds: { warning: 80 } }), message: "Alert status is required." },
    {
      monitor: having({ thresholds: { critical: 90, warning: 95 } }),
      message: "Warning threshold (95.0) must be less than the alert threshold (90.0) with > comparison.",
    },
    {
      monitor: {
        type: "query alert",
        query: "avg(last_5m):avg:system.mem.pct_usable{*} < 0.1",
        options: { thresholds: { critical: 0.1, warning: 0.05 } },
      },
      message: "Warning threshold (0.05) must be greater than the alert threshold (0.1) with < comparison.",
    },
    {
      monitor: having({ thresholds: { critical: 90, critical_recovery: 95 } }),
      message:
        "alert and alert recovery criteria are such that the monitor can be simultaneously in alert and alert recovery states",
    },
    {
      monitor: having({ thresholds: { critical: 90, warning: 80, warning_recovery: 85 } }),
      message:
        "warning and warning recovery criteria are such that the monitor can be simultaneously in warning and warning recovery states",
    },
    {
      monitor: { ...logs, options: { thresholds: { critical: 2, critical_recovery: 1 } } },
      message: "Invalid threshold statuses found: critical_recovery.",
    },
    {
      monitor: { ...simple, options: { new_group_delay: 900 } },
      message: "The new_group_delay option can only be used for multi-alert monitors",
    },
    {
      monitor: having({ notify_by: ["service"] }),
      message: invalid("options.notify_by", "names none of the query's groups"),
    },
    { monitor: having({ timeout_h: 25 }), message: invalid("options.timeout_h", "must be from 0 to 24") },
    {
      monitor: having({ renotify_statuses: ["alert"] }),
      message: invalid("options.renotify_statuses", "needs renotify_interval"),
    },
    {
      monitor: having({ threshold_windows: { trigger_window: "last_15m", recovery_window: "last_15m" } }),
      message: invalid("options.threshold_windows", "can only be used for anomaly monitors"),
    },
    {
      monitor: having({ notify_no_data: true }),
      message: invalid("options.on_missing_data", "cannot be used with notify_no_data"),
    },
    {
      monitor: {
        type: "query alert",
        query: "sum(last_5m):default_zero(sum:nginx.net.connections{*}) < 1",
        options: { thresholds: { critical: 1 }, on_missing_data: "resolve" },
      },
      message: "Invalid on_missing_data value: resolve; valid value is: default",
    },
    { monitor: { ...cpu, priority: 6 }, message: invalid("priority") },
    {
      monitor: { type: "slo alert", query: 'error_budget("none").over("7d") > 75' },
      message: invalid("query", "no SLO none"),
    },
    { monitor: { type: "composite", query: "1 && 2" }, message: invalid("query", "no monitor 1") },
  ])("$message", async ({ monitor, message }) => {
    const refused = { status: 400, body: errors(message) };

    expect(await send("POST", "/api/v1/monitor/validate", monitor)).toEqual(refused);
    expect(await send("POST", "/api/v1/monitor", monitor)).toEqual(refused);
  });

  test.each([
    "THIS IS A BAD QUERY",
    "avg(last_5m):avg:system.cpu.idle by {host} > 90",
    "avg(last_5m):( avg:system.cpu.idle{*} > 90",
  ])("the query %s", async (query) => {
    expect(await send("POST", "/api/v1/monitor", { ...cpu, query })).toEqual({
      status: 400,
      body: errors("The value provided for parameter 'query' is invalid"),
    });
  });

  test.each([
    { message: "{{#is_alert}}a", problem: "{{#is_alert}} is not closed" },
    { message: "a{{/is_alert}}", problem: "{{/is_alert}} closes nothing" },
    {
      message: "{{#is_alert}}{{#is_warning}}a{{/is_alert}}{{/is_warning}}",
      problem: "{{/is_alert}} closes {{#is_warning}}",
    },
    { message: "{{#is_alrt}}a{{/is_alrt}}", problem: "unknown conditional variable {{#is_alrt}}" },
    { message: "{{#is_alert}}hello{{/is_alert", problem: "unbalanced braces, found an extra {" },
    { message: "{{host.name}}}}", problem: "unbalanced braces, found an extra }" },
    { message: "{{}}", problem: "empty variable {{}}" },
  ])("the message $message", async ({ message, problem }) => {
    expect(await send("POST", "/api/v1/monitor", { ...cpu, message })).toEqual({
      status: 400,
      body: errors(`In message: ${problem}`),
    });
  });
});

describe("an SLO alert", () => {
  const objective = {
    name: "up",
    type: "metric",
    query: { numerator: "sum:a{*}.as_count()", denominator: "sum:b{*}.as_count()" },
    thresholds: [{ timeframe: "30d", target: 99 }],
  };
  const burn = (id: string, threshold: number, timeframe = "30d"): object => ({
    type: "slo alert",
    query: `burn_rate("${id}").over("${timeframe}").long_window("1h").short_window("5m") > ${threshold}`,
    options: { thresholds: { critical: threshold } },
  });

  test("accepts a possible burn rate over a timeframe of the SLO only", async () => {
    const { body } = await send("POST", "/api/v1/slo", objective);
    const [{ id }] = body.data as [{ id: string }];

    expect(await send("POST", "/api/v1/monitor", burn(id, 14.4))).toMatchObject({ status: 200 });
    expect(await send("POST", "/api/v1/monitor", burn(id, 150))).toEqual({
      status: 400,
      body: errors(
        "Alert threshold (150.0) must be in range 0 to 100.0 for burn rate alerts (max threshold = 1/1-slo target).",
      ),
    });
    expect(await send("POST", "/api/v1/monitor", burn(id, 2, "7d"))).toMatchObject({ status: 400 });
    expect(await send("DELETE", `/api/v1/slo/${id}`)).toMatchObject({ status: 409 });
  });
});
