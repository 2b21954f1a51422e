import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

import type { Diagnostic } from "./terraform-error";

const RESOURCE_EVENTS = {
  planned_change: "planned",
  apply_start: "start",
  apply_progress: "progress",
  apply_complete: "complete",
  apply_errored: "failed",
} as const;

/** The lines of `terraform ... -json` that the tools use. */
export type TerraformEvent =
  | {
      readonly type: (typeof RESOURCE_EVENTS)[keyof typeof RESOURCE_EVENTS];
      /** Terraform's address, such as `aws_subnet.zone-1`. */
      readonly address: string;
      /** Terraform's name of the action, such as "create" or "replace". */
      readonly action: string;
      /** Seconds since the action began. */
      readonly elapsedSeconds: number;
    }
  | { readonly type: "summary"; readonly operation: string }
  | ({ readonly type: "diagnostic" } & Diagnostic);

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
  switch (type) {
    case "planned_change":
    case "apply_start":
    case "apply_progress":
    case "apply_complete":
    case "apply_errored": {
      const { resource, action, elapsed_seconds = 0 } = object(json.hook ?? json.change);
      const address = text(object(resource).addr);
      return { type: RESOURCE_EVENTS[type], address, action: text(action), elapsedSeconds: Number(elapsed_seconds) };
    }
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
