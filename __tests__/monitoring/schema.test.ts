import type { v1 } from "@datadog/datadog-api-client";
import { ObjectSerializer } from "@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/models/ObjectSerializer";

import { both, sandbox } from "../fixtures/environment";
import { otherMonitoring, threeZones } from "../fixtures/variants";
import { dashboardsOf, type MonitorResource, monitorsOf } from "../support/datadog";
import { synthesize } from "../support/synthesis";

// Datadog's own client reads what Terraform would send. It marks what it does not understand: an object of no known shape is an
// `UnparsedObject`, a key of no known name an additional property.

const environments = [
  ...both,
  ["three zones", threeZones],
  ["an environment with Datadog On-Call", otherMonitoring],
] as const;

/** Whatever the client did not understand, by place. */
function notUnderstood(value: unknown, place = "$"): string[] {
  if (typeof value !== "object" || value === null) return [];
  const object = value as Record<string, unknown>;
  const own = [
    ...("_data" in object && object.constructor.name === "UnparsedObject" ? [`${place}: unparsed`] : []),
    ...(object.unparsedObject === true || object._unparsed === true ? [`${place}: unparsed`] : []),
    ...Object.keys((object.additionalProperties as object | undefined) ?? {}).map(
      (key) => `${place}: ${key} is unknown`,
    ),
  ];
  return [...own, ...Object.entries(object).flatMap(([key, each]) => notUnderstood(each, `${place}.${key}`))];
}

function deserialize(value: unknown, model: string): unknown {
  return ObjectSerializer.deserialize(value, model, "");
}

/** A monitor as the provider sends it: options apart, thresholds as numbers. */
function asApi(monitor: MonitorResource): Record<string, unknown> {
  const numbers = (record: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, Number(value)]));
  const { name, type, query, message, tags, priority } = monitor;
  return {
    name,
    type,
    query: query.replaceAll(/\$\{[^}]+\}/g, "12345"),
    message,
    tags,
    priority: Number(priority),
    options: {
      thresholds: numbers(monitor.monitor_thresholds),
      ...(monitor.monitor_threshold_windows === undefined
        ? {}
        : { threshold_windows: monitor.monitor_threshold_windows }),
      notify_no_data: monitor.notify_no_data,
      no_data_timeframe: monitor.no_data_timeframe,
      on_missing_data: monitor.on_missing_data,
      timeout_h: monitor.timeout_h,
      new_group_delay: monitor.new_group_delay,
      evaluation_delay: monitor.evaluation_delay,
      renotify_interval: monitor.renotify_interval,
      renotify_statuses: monitor.renotify_statuses,
      require_full_window: monitor.require_full_window,
      include_tags: monitor.include_tags,
      escalation_message: monitor.escalation_message,
    },
  };
}

describe.each(environments)("Datadog's client understands, in %s,", (_name, environment) => {
  test("every monitor", () => {
    const monitors = monitorsOf(environment);
    expect(monitors.length).toBeGreaterThan(35);
    for (const monitor of monitors) {
      const read = deserialize(asApi(monitor), "Monitor") as v1.Monitor;
      expect({ id: monitor.id, problems: notUnderstood(read) }).toEqual({ id: monitor.id, problems: [] });
      expect(read.options?.thresholds?.critical).toBe(
        monitor.monitor_thresholds?.critical === undefined ? undefined : Number(monitor.monitor_thresholds.critical),
      );
    }
  });

  test("every dashboard", () => {
    const dashboards = [...dashboardsOf(environment).values()];
    expect(dashboards).toHaveLength(3);
    for (const dashboard of dashboards) {
      const read = deserialize(dashboard, "Dashboard") as v1.Dashboard;
      expect({ title: dashboard.title, problems: notUnderstood(read) }).toEqual({
        title: dashboard.title,
        problems: [],
      });
      expect(read.widgets).toHaveLength(dashboard.widgets.length);
    }
  });

  test("every objective", () => {
    const objectives = synthesize(environment).monitoring.resources("datadog_service_level_objective");
    expect(objectives).toHaveLength(2);
    for (const { values } of objectives) {
      const api = {
        name: values.name,
        type: values.type,
        description: values.description,
        query: values.query,
        tags: values.tags,
        thresholds: values.thresholds,
        timeframe: values.timeframe,
        target_threshold: values.target_threshold,
        warning_threshold: values.warning_threshold,
      };
      expect(notUnderstood(deserialize(api, "ServiceLevelObjectiveRequest"))).toEqual([]);
    }
  });
});

describe("Datadog's client does not understand", () => {
  const [dashboard] = dashboardsOf(sandbox).values();
  const [monitor] = monitorsOf(sandbox);
  const changed = (from: string, to: string): unknown => {
    const text = JSON.stringify(dashboard);
    expect(text).toContain(from);
    return JSON.parse(text.replace(from, to));
  };

  test.each([
    ["a widget of an unknown type", '"type":"manage_status"', '"type":"monitor_summary"'],
    ["an unknown display type", '"display_type":"line"', '"display_type":"lines"'],
    ["an unknown data source", '"data_source":"metrics"', '"data_source":"metric"'],
    ["a misspelt field", '"legend_layout"', '"legend_lay_out"'],
    ["an unknown layout", '"layout_type":"ordered","reflow_type"', '"layout_type":"sorted","reflow_type"'],
    ["an unknown palette", '"palette":"white_on_red"', '"palette":"white_on_blood"'],
  ])("%s", (_name, from, to) => {
    expect(notUnderstood(deserialize(changed(from, to), "Dashboard"))).not.toEqual([]);
  });

  test.each([
    ["a monitor of an unknown type", { type: "metrics alert" }],
    ["an unknown option", { options: { notify_nodata: true } }],
    ["a renotification for an unknown status", { options: { renotify_statuses: ["alerts"] } }],
  ])("%s", (_name, change) => {
    if (monitor === undefined) throw new Error("There are no monitors");
    expect(notUnderstood(deserialize({ ...asApi(monitor), ...change }, "Monitor"))).not.toEqual([]);
  });
});
