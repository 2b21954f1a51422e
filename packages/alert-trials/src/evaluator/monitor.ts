import { isJsonObject } from "@dev-one/cli/json";
import type { Resource, Stack } from "@dev-one/terraform-json/resources";
import * as z from "zod";

import { type MonitorQuery, parseMonitorQuery } from "../datadog";
import type { Objective } from "./burn-rate";
import { checkMessage } from "./message";
import { modelled, NotModelled } from "./not-modelled";
import { type Thresholds, thresholdsSchema } from "./status";

/**
 * The modelled arguments of a monitor in Terraform; others have no model, because they would change the results.
 * @see https://registry.terraform.io/providers/DataDog/datadog/latest/docs/resources/monitor
 */
const schema = z.strictObject({
  name: z.string(),
  type: z.enum(["metric alert", "query alert", "service check", "slo alert", "composite"]),
  query: z.string(),
  message: z.string(),
  escalation_message: z.string().optional(),
  priority: z.string(),
  tags: z.array(z.string()),
  include_tags: z.boolean(),
  notify_audit: z.boolean(),
  // With `require_full_window`, Datadog skips evaluations of metrics with gaps.
  require_full_window: z.literal(false),
  notify_no_data: z.boolean().default(false),
  no_data_timeframe: z.number().optional(),
  on_missing_data: z.enum(["resolve", "show_and_notify_no_data"]).optional(),
  timeout_h: z.number().optional(),
  new_group_delay: z.number().optional(),
  evaluation_delay: z.number().optional(),
  renotify_interval: z.number().default(0),
  renotify_statuses: z.array(z.enum(["alert", "warn", "no data"])).default([]),
  monitor_thresholds: thresholdsSchema.optional(),
  monitor_threshold_windows: z.strictObject({ trigger_window: z.string(), recovery_window: z.string() }).optional(),
});

type Options = z.output<typeof schema>;

/** The name of a monitor and what it reads. */
export interface MonitorName {
  /** Its name without the environment, such as `CPU of a server is high`. */
  readonly title: string;
  /** The metrics, or the service check, of its query. */
  readonly metrics: readonly string[];
}

export interface Monitor extends MonitorName {
  /** Id from its construct path, such as `cpu-server`. */
  readonly id: string;
  /** Terraform's reference to it. */
  readonly reference: string;
  readonly severity: string;
  readonly query: MonitorQuery;
  readonly thresholds: Thresholds;
  readonly options: Options;
}

/** A monitor that is not simulated. */
export interface NotSimulated extends MonitorName {
  readonly reason: string;
}

/** Monitors and SLOs of an environment. */
export interface Monitors {
  readonly all: readonly Monitor[];
  readonly notSimulated: readonly NotSimulated[];
  /** SLOs by Terraform's reference to them. */
  readonly objectives: ReadonlyMap<string, Objective>;
}

export function readMonitors(stack: Stack): Monitors {
  const notSimulated: NotSimulated[] = [];
  const all = stack.of("datadog_monitor").flatMap((resource) => {
    const name = nameOf(resource);
    const leaveOut = (reason: string): Monitor[] => {
      notSimulated.push({ ...name, reason });
      return [];
    };
    return modelled(() => [readMonitor(resource, name)], leaveOut);
  });
  const objectives = stack.of("datadog_service_level_objective").flatMap((resource) => {
    const objective = objectiveOf(resource);
    return objective === undefined ? [] : [[referenceTo(resource), objective] as const];
  });
  return { all, notSimulated, objectives: new Map(objectives) };
}

function nameOf(resource: Resource): MonitorName {
  const query = resource.template("query") ?? "";
  const metrics = [...query.matchAll(/[A-Za-z][\w.]*(?=\{)|(?<=^")[^"]+(?="\.over)/g)].map(([metric]) => metric);
  return {
    title: (resource.template("name") ?? resource.address).replace(/^\[[^\]]*\] /, ""),
    metrics: [...new Set(metrics)],
  };
}

function readMonitor(resource: Resource, name: MonitorName): Monitor {
  const parsed = schema.safeParse(resource.values);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const place = issue?.code === "unrecognized_keys" ? issue.keys.join(", ") : issue?.path.join(".");
    throw new NotModelled(`its ${place ?? "configuration"} has no model`);
  }
  const options = parsed.data;
  const query = parseMonitorQuery(options.query);
  const thresholds = options.monitor_thresholds ?? { critical: NaN };
  const { critical } = thresholds;
  if (Number.isNaN(critical) && query.kind !== "composite") throw new NotModelled("it has no threshold");
  if ("threshold" in query && query.threshold !== critical) {
    throw new NotModelled(`its query compares with ${query.threshold}, not with its threshold ${critical}`);
  }
  checkMessage(options.message);
  const path = resource.path.split("/").filter((part) => part !== "monitor");
  return {
    ...name,
    id: path.at(-1) ?? resource.address,
    reference: referenceTo(resource),
    severity: options.tags.find((tag) => tag.startsWith("severity:"))?.slice("severity:".length) ?? "notice",
    query,
    thresholds,
    options,
  };
}

/** Undefined for an SLO that is not over metrics; a monitor of its burn rate is not simulated. */
function objectiveOf({ values }: Resource): Objective | undefined {
  const { type, query = null, target_threshold: target } = values;
  const [first] = [query].flat();
  const { numerator: good, denominator: total } = isJsonObject(first) ? first : {};
  if (type !== "metric" || typeof good !== "string" || typeof total !== "string" || typeof target !== "number") {
    return undefined;
  }
  return { good, total, targetPercent: target };
}

function referenceTo({ address }: Resource): string {
  return `\${${address}.id}`;
}
