import { isJsonObject, type JsonObject, objectAt } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";
import * as z from "zod";

import { type MonitorQuery, parseMonitorQuery, QueryError } from "../datadog";
import type { Objective } from "./burn-rate";
import type { Thresholds } from "./status";
import { unsupported } from "./unsupported";

const number = z.string().transform(Number).pipe(z.number());

/**
 * The modelled arguments of a monitor in Terraform; other arguments are rejected, because they would change the results.
 * @see https://registry.terraform.io/providers/DataDog/datadog/latest/docs/resources/monitor
 */
const schema = z.strictObject({
  "//": z.object({ metadata: z.object({ path: z.string() }) }),
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
  on_missing_data: z.literal("resolve").optional(),
  timeout_h: z.number().optional(),
  new_group_delay: z.number().optional(),
  evaluation_delay: z.number().optional(),
  renotify_interval: z.number().default(0),
  renotify_statuses: z.array(z.enum(["alert", "warn", "no data"])).default([]),
  monitor_thresholds: z
    .strictObject({
      critical: number,
      critical_recovery: number.optional(),
      warning: number.optional(),
      warning_recovery: number.optional(),
      ok: number.optional(),
    })
    .optional(),
  monitor_threshold_windows: z.strictObject({ trigger_window: z.string(), recovery_window: z.string() }).optional(),
});

type Options = z.output<typeof schema>;

export interface Monitor {
  /** Id from its construct path, such as `cpu-server`. */
  readonly id: string;
  /** Terraform's reference to it. */
  readonly reference: string;
  /** Its name without the environment, such as `CPU of a server is high`. */
  readonly title: string;
  readonly severity: string;
  readonly query: MonitorQuery;
  readonly thresholds: Thresholds & { readonly ok?: number | undefined };
  readonly options: Options;
}

/** Monitors and SLOs of an environment. */
export interface Monitors {
  readonly all: readonly Monitor[];
  /** SLOs by Terraform's reference to them. */
  readonly objectives: ReadonlyMap<string, Objective>;
}

/** @param json synthesized JSON of an environment's monitoring @throws UserError for a query or an option without a model */
export function readMonitors(json: JsonObject): Monitors {
  const all = Object.entries(objectAt(json, "resource", "datadog_monitor") ?? {}).map(([name, raw]) =>
    readMonitor(name, raw),
  );
  const objectives = Object.entries(objectAt(json, "resource", "datadog_service_level_objective") ?? {}).map(
    ([name, raw]) => [`\${datadog_service_level_objective.${name}.id}`, readObjective(name, raw)] as const,
  );
  if (all.length === 0) throw new UserError("The synthesized monitoring has no monitors; main.ts must build it.");
  return { all, objectives: new Map(objectives) };
}

function readMonitor(name: string, raw: unknown): Monitor {
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const place = issue?.code === "unrecognized_keys" ? issue.keys.join(", ") : (issue?.path.join(".") ?? "");
    throw unsupported(`Monitor ${name}`, `its ${place} has no model`);
  }
  const options = parsed.data;
  const id = options["//"].metadata.path
    .split("/")
    .filter((part) => part !== "monitor")
    .at(-1);
  const query = parse(name, options.query);
  const { critical, critical_recovery, warning, warning_recovery, ok } = options.monitor_thresholds ?? {};
  if (critical === undefined && query.kind !== "composite") throw unsupported(`Monitor ${name}`, "it has no threshold");
  if ("threshold" in query && query.threshold !== critical) {
    throw unsupported(
      `Monitor ${name}`,
      `its query compares with ${query.threshold}, not with ${critical ?? "anything"}`,
    );
  }
  return {
    id: id ?? name,
    reference: `\${datadog_monitor.${name}.id}`,
    title: options.name.replace(/^\[[^\]]*\] /, ""),
    severity: options.tags.find((tag) => tag.startsWith("severity:"))?.slice("severity:".length) ?? "notice",
    query,
    thresholds: {
      critical: critical ?? NaN,
      warning,
      criticalRecovery: critical_recovery,
      warningRecovery: warning_recovery,
      ok,
    },
    options,
  };
}

function parse(name: string, text: string): MonitorQuery {
  try {
    return parseMonitorQuery(text);
  } catch (error) {
    if (error instanceof QueryError)
      throw unsupported(`Monitor ${name}`, `its query cannot be read: ${error.message.replace(/\.$/, "")}`);
    throw error;
  }
}

function readObjective(name: string, raw: unknown): Objective {
  const { type, query, target_threshold: target } = isJsonObject(raw as JsonObject) ? (raw as JsonObject) : {};
  const { numerator: good, denominator: total } = isJsonObject(query) ? query : {};
  if (type !== "metric" || typeof good !== "string" || typeof total !== "string" || typeof target !== "number") {
    throw unsupported(`Objective ${name}`, "only one over metrics, with a target, has a model");
  }
  return { good, total, targetPercent: target };
}
