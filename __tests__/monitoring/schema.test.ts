import type { v1 } from "@datadog/datadog-api-client";

import { both, sandbox } from "../fixtures/environment";
import { besideShop, otherMonitoring, threeZones } from "../fixtures/variants";
import { type DashboardDocument, dashboardsOf, type MonitorResource, monitorsOf } from "../support/datadog";
import { synthesize } from "../support/synthesis";

// Datadog's own client reads what Terraform would send. It marks what it does not understand: an object of no known shape is an
// `UnparsedObject`, a key of no known name an additional property.

const environments = [
  ...both,
  ["three zones", threeZones],
  ["an environment with Datadog On-Call", otherMonitoring],
  ["a second service", besideShop],
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

declare global {
  /** Reads a value with Datadog's own client; comes from test-run/environment.mjs. */
  var readAsDatadog: (value: unknown, model: string) => unknown;
}

/** Dashboards of one tile each. The client tries every kind of widget at every level, which takes long for a whole dashboard. */
function partsOf(dashboard: DashboardDocument): DashboardDocument[] {
  return dashboard.widgets.flatMap((group) =>
    (group.definition.widgets ?? []).map((tile) => ({
      ...dashboard,
      widgets: [{ ...group, definition: { ...group.definition, widgets: [tile] } }],
    })),
  );
}

const known = new Map<string, string[]>();

/** What the client does not understand in a part of a dashboard; parts that differ in the environment's name are read once. */
function problemsOf(part: DashboardDocument, environment: string): string[] {
  const key = JSON.stringify(part).replaceAll(environment, "");
  const problems = known.get(key) ?? readProblems(part);
  known.set(key, problems);
  return problems;
}

function readProblems(part: DashboardDocument): string[] {
  const read = readAsDatadog(part, "Dashboard") as v1.Dashboard;
  return [...notUnderstood(read), ...(read.widgets.length === 1 ? [] : ["$: the group is missing"])];
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
    const problems = monitors.flatMap((monitor) => {
      const read = readAsDatadog(asApi(monitor), "Monitor") as v1.Monitor;
      const { critical } = monitor.monitor_thresholds ?? {};
      const isRead = read.options?.thresholds?.critical === (critical === undefined ? undefined : Number(critical));
      const own = [...notUnderstood(read), ...(isRead ? [] : [`the threshold ${critical ?? ""} is read as another`])];
      return own.map((problem) => `${monitor.id}: ${problem}`);
    });
    expect(problems).toEqual([]);
  });

  test("every dashboard", () => {
    const dashboards = [...dashboardsOf(environment).values()];
    expect(dashboards).toHaveLength(3);
    expect(dashboards.flatMap(partsOf).length).toBeGreaterThan(40);
    const problems = dashboards.flatMap((dashboard) =>
      partsOf(dashboard).flatMap((part) => problemsOf(part, environment.name).map((each) => `${part.title}: ${each}`)),
    );
    expect(problems).toEqual([]);
  });

  test("every objective", () => {
    const objectives = synthesize(environment).monitoring.resources("datadog_service_level_objective");
    expect(objectives).toHaveLength(2 * Object.keys(environment.services).length);
    const problems = objectives.flatMap(({ values }) => {
      const { name, type, description, query, tags, thresholds, timeframe, target_threshold, warning_threshold } =
        values;
      const times = { timeframe, target_threshold, warning_threshold };
      const api = { name, type, description, query, tags, thresholds, ...times };
      return notUnderstood(readAsDatadog(api, "ServiceLevelObjectiveRequest"));
    });
    expect(problems).toEqual([]);
  });
});

describe("Datadog's client does not understand", () => {
  const [dashboard] = dashboardsOf(sandbox).values();
  const [monitor] = monitorsOf(sandbox);
  const parts = dashboard === undefined ? [] : partsOf(dashboard).map((part) => JSON.stringify(part));
  const changed = (from: string, to: string): unknown => {
    const part = parts.find((text) => text.includes(from));
    if (part === undefined) throw new Error(`No part of the dashboard has ${from}`);
    return JSON.parse(part.replace(from, to));
  };

  test.each([
    ["a widget of an unknown type", '"type":"manage_status"', '"type":"monitor_summary"'],
    ["an unknown display type", '"display_type":"line"', '"display_type":"lines"'],
    ["an unknown data source", '"data_source":"metrics"', '"data_source":"metric"'],
    ["a misspelt field", '"legend_layout"', '"legend_lay_out"'],
    ["an unknown layout", '"layout_type":"ordered","reflow_type"', '"layout_type":"sorted","reflow_type"'],
    ["an unknown palette", '"palette":"white_on_red"', '"palette":"white_on_blood"'],
  ])("%s", (_name, from, to) => {
    expect(notUnderstood(readAsDatadog(changed(from, to), "Dashboard"))).not.toEqual([]);
  });

  test.each([
    ["a monitor of an unknown type", { type: "metrics alert" }],
    ["an unknown option", { options: { notify_nodata: true } }],
    ["a renotification for an unknown status", { options: { renotify_statuses: ["alerts"] } }],
  ])("%s", (_name, change) => {
    if (monitor === undefined) throw new Error("There are no monitors");
    expect(notUnderstood(readAsDatadog({ ...asApi(monitor), ...change }, "Monitor"))).not.toEqual([]);
  });
});
