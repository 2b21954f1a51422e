import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

import type { Diagnostic } from "./terraform-error";

/** Progress of one resource. */
interface ResourceEvent {
  /** Terraform's address, such as `aws_subnet.zone-1`. */
  readonly address: string;
  /** Terraform's name of the action, such as "create" or "replace". */
  readonly action: string;
}

/** The lines of `terraform ... -json` that the tools use. */
export type TerraformEvent =
  | ({ readonly type: "planned" | "start" } & ResourceEvent)
  | ({
      readonly type: "progress" | "complete" | "failed";
      /** Seconds since the action began. */
      readonly elapsedSeconds: number;
    } & ResourceEvent)
  | { readonly type: "summary"; readonly operation: string }
  | ({ readonly type: "diagnostic" } & Diagnostic);

const APPLY_EVENTS = {
  apply_progress: "progress",
  apply_complete: "complete",
  apply_errored: "failed",
} as const;

/** Reads one line of Terraform's JSON output; undefined for an event that no tool uses, and for text that is not JSON. */
export function parseEvent(line: string): TerraformEvent | undefined {
  let json: Json;
  try {
    json = JSON.parse(line) as Json;
  } catch {
    return undefined;
  }
  if (!isJsonObject(json)) return undefined;
  const hook = object(json.hook);
  const type = text(json.type);
  switch (type) {
    case "apply_start":
      return { type: "start", ...resourceOf(hook) };
    case "apply_progress":
    case "apply_complete":
    case "apply_errored":
      return { type: APPLY_EVENTS[type], ...resourceOf(hook), elapsedSeconds: Number(hook.elapsed_seconds ?? 0) };
    case "planned_change":
      return { type: "planned", ...resourceOf(object(json.change)) };
    case "change_summary":
      return { type: "summary", operation: text(object(json.changes).operation) };
    case "diagnostic": {
      const { severity, summary, detail, address } = object(json.diagnostic);
      const where = text(address) === "" ? undefined : text(address);
      const kind = severity === "warning" ? "warning" : "error";
      return { type, severity: kind, summary: text(summary), detail: text(detail), address: where };
    }
    default:
      return undefined;
  }
}

const object = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});
const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");
const resourceOf = ({ resource, action }: JsonObject): ResourceEvent => ({
  address: text(object(resource).addr),
  action: text(action),
});
