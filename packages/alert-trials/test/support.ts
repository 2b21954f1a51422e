import type { Json, JsonObject } from "@dev-one/cli/json";
import { fromSynthesis } from "@dev-one/terraform-json/resources";

import { evaluate, type Notification } from "../src/evaluator/evaluate";
import type { EmptyWindow } from "../src/evaluator/group";
import { type Monitors, readMonitors } from "../src/evaluator/monitor";
import { type CheckStatus, type Component, type Tags, Telemetry } from "../src/simulation";

/** Values of consecutive minutes: `null` where nothing was sent. */
type Values = readonly (number | null)[];

/** What sources sent, by the name of their metric or check. */
type Sent<T extends readonly unknown[]> = Readonly<Record<string, readonly (readonly [tags: Tags, ...T])[]>>;

export interface SmallTelemetry {
  readonly metrics?: Sent<[values: Values, before?: ((minute: number) => number) | undefined]>;
  readonly distributions?: Sent<[components: readonly Component[]]>;
  readonly checks?: Sent<[statuses: readonly CheckStatus[]]>;
  readonly terminated?: Readonly<Record<string, number>>;
  /** @default as long as the longest series */
  readonly minutes?: number;
}

export function telemetryOf({ metrics = {}, distributions = {}, checks = {}, terminated = {}, ...of }: SmallTelemetry) {
  const lengths = [...Object.values(metrics), ...Object.values(checks)].flat().map(([, values]) => values.length);
  const telemetry = new Telemetry(of.minutes ?? Math.max(1, ...lengths));
  for (const [name, sources] of Object.entries(metrics)) {
    for (const [tags, values, before] of sources) {
      for (const [minute, value] of values.entries()) telemetry.value(name, tags, minute, value ?? NaN, before);
    }
  }
  for (const [name, sources] of Object.entries(distributions)) {
    for (const [tags, components] of sources) telemetry.distribution(name, tags, 0, components);
  }
  for (const [name, sources] of Object.entries(checks)) {
    for (const [tags, statuses] of sources) {
      for (const [minute, status] of statuses.entries()) telemetry.check(name, tags, minute, status);
    }
  }
  for (const [host, minute] of Object.entries(terminated)) telemetry.terminated.set(host, minute);
  return telemetry;
}

/** The JSON of a monitor, with the arguments that all of them have. */
export function monitorJson(id: string, own: Readonly<Record<string, Json>>): JsonObject {
  return {
    "//": { metadata: { path: `test-monitoring/monitors/${id}/monitor` } },
    name: `[test] ${id}`,
    type: "query alert",
    message: "{{#is_alert}}@slack-x-alerts{{/is_alert}}",
    priority: "3",
    tags: ["severity:notice"],
    include_tags: false,
    notify_audit: false,
    require_full_window: false,
    ...own,
  };
}

export function monitorsOf(
  own: Readonly<Record<string, Readonly<Record<string, Json>>>>,
  objectives: JsonObject = {},
): Monitors {
  const monitors = Object.fromEntries(Object.entries(own).map(([id, each]) => [id, monitorJson(id, each)]));
  const resource = { datadog_monitor: monitors, datadog_service_level_objective: objectives };
  return readMonitors(fromSynthesis("test-monitoring", { resource }));
}

/** A threshold query with its thresholds. */
export function threshold(query: string, more: Readonly<Record<string, Json>> = {}): Readonly<Record<string, Json>> {
  const critical = query.split(" ").at(-1) ?? "";
  const { monitor_thresholds: others, ...options } = more;
  return { query, monitor_thresholds: { critical, ...(others as JsonObject | undefined) }, ...options };
}

/** The transitions of one monitor, such as `3 OK>Alert`, with its group where it has one. */
export function transitions(
  own: Readonly<Record<string, Json>>,
  telemetry: SmallTelemetry,
  { objectives, emptyWindow }: { readonly emptyWindow?: EmptyWindow; readonly objectives?: JsonObject } = {},
): string[] {
  const { notifications, notSimulated } = evaluate(
    monitorsOf({ tried: own }, objectives),
    telemetryOf(telemetry),
    emptyWindow,
  );
  expect([...notSimulated.values()]).toEqual([]);
  return notifications.map(told);
}

/** The reason why a monitor is not simulated; undefined when it is. */
export function reasonOf(id: string, monitors: Monitors, telemetry: SmallTelemetry = {}): string | undefined {
  const unread = monitors.notSimulated.find(({ title }) => title === id)?.reason;
  const { notSimulated } = evaluate(monitors, telemetryOf(telemetry));
  return unread ?? [...notSimulated].find(([monitor]) => monitor.id === id)?.[1];
}

export function told({ minute, group, event }: Notification): string {
  const what = event.kind === "transition" ? `${event.from}>${event.to}` : `again ${event.status}`;
  const tags = Object.values(group).join("|");
  return `${minute} ${what}${tags === "" ? "" : ` ${tags}`}`;
}

/** A value repeated. */
export function times<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}
