import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

/** An action on one resource. "refresh" reads an existing one before planning. */
export type ResourceAction = "create" | "read" | "update" | "replace" | "delete" | "refresh" | "noop" | "other";

/** A resource's progress. `address` is Terraform's, such as `aws_subnet.zone-1`. */
interface ResourceEvent {
  readonly address: string;
  readonly action: ResourceAction;
}

interface TimedEvent extends ResourceEvent {
  /** Seconds since the action began. */
  readonly elapsedSeconds: number;
}

/** An error or a warning of Terraform. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** Summary in a few words. */
  readonly summary: string;
  /** Detail, of several lines or empty. */
  readonly detail: string;
  /** Address of the resource, where there is one. */
  readonly address: string | undefined;
}

/** The lines of `terraform ... -json` that the tools use. */
export type TerraformEvent =
  | ({ readonly type: "planned" | "drift" | "start" } & ResourceEvent)
  | ({ readonly type: "progress" | "complete" | "failed" } & TimedEvent)
  | {
      readonly type: "summary";
      readonly operation: "plan" | "apply" | "destroy";
      readonly add: number;
      readonly change: number;
      readonly remove: number;
    }
  | ({ readonly type: "diagnostic" } & Diagnostic);

const RESOURCE_EVENTS: Readonly<Record<string, "start" | "progress" | "complete" | "failed">> = {
  apply_start: "start",
  apply_progress: "progress",
  apply_complete: "complete",
  apply_errored: "failed",
  refresh_start: "start",
  refresh_complete: "complete",
};
const ACTIONS: readonly ResourceAction[] = ["create", "read", "update", "replace", "delete", "noop"];

/** Reads one line of Terraform's JSON output; undefined for an event that no tool uses, and for text that is not JSON. */
export function parseEvent(line: string): TerraformEvent | undefined {
  let json: Json;
  try {
    json = JSON.parse(line) as Json;
  } catch {
    return undefined;
  }
  if (!isJsonObject(json)) return undefined;
  const type = text(json.type);
  const resourceEvent = RESOURCE_EVENTS[type];
  if (resourceEvent !== undefined) {
    const hook = object(json.hook);
    const action = type.startsWith("refresh") ? "refresh" : toAction(hook.action);
    const event = { address: addressOf(hook), action };
    if (resourceEvent === "start") return { type: "start", ...event };
    return { type: resourceEvent, ...event, elapsedSeconds: count(hook.elapsed_seconds) };
  }
  switch (type) {
    case "planned_change":
    case "resource_drift": {
      const change = object(json.change);
      const event = { address: addressOf(change), action: toAction(change.action) };
      return { type: type === "planned_change" ? "planned" : "drift", ...event };
    }
    case "change_summary": {
      const { operation, add, change, remove } = object(json.changes);
      const kind = operation === "apply" || operation === "destroy" ? operation : "plan";
      return { type: "summary", operation: kind, add: count(add), change: count(change), remove: count(remove) };
    }
    case "diagnostic":
      return { type: "diagnostic", ...parseDiagnostic(object(json.diagnostic)) };
    default:
      return undefined;
  }
}

/** Reads a diagnostic of `-json` output, or of `terraform validate -json`. */
export function parseDiagnostic(json: JsonObject): Diagnostic {
  const address = text(json.address);
  return {
    severity: json.severity === "warning" ? "warning" : "error",
    summary: text(json.summary),
    detail: text(json.detail),
    address: address === "" ? undefined : address,
  };
}

function toAction(value: Json | undefined): ResourceAction {
  return ACTIONS.find((action) => action === value) ?? "other";
}

const object = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});
const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");
const count = (value: Json | undefined): number => (typeof value === "number" ? value : 0);
const addressOf = (hook: JsonObject): string => text(object(hook.resource).addr);
