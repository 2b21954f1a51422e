import { NotModelled } from "./not-modelled";
import type { Status } from "./status";

/** A transition of a monitor or of one of its groups. */
export type Event =
  | { readonly kind: "transition"; readonly from: Status; readonly to: Status }
  | { readonly kind: "renotification"; readonly status: Status };

const BLOCK = /\{\{#(\w+)\}\}(.*?)\{\{\/\1\}\}/gs;
const HANDLE = /(?<![\w.])@[\w-]+(?:@[\w-]+)?(?:\.[\w-]+)*/g;

/** The conditional variables of Datadog's message templates that have a model here. */
const KNOWN = /^is_((alert|warning|no_data)(_recovery)?|recovery|alert_to_warning|renotify)$/;

/**
 * The recipients of a message: handles in blocks whose condition holds, and handles outside of blocks. A recovery is one from the
 * previous status: an alert that fell back to a warning recovers from the warning, not from the alert.
 * @see https://docs.datadoghq.com/monitors/notify/variables/#conditional-variables
 */
export function recipientsOf(message: string, event: Event): string[] {
  const holds = conditionsOf(event);
  const said = message.replaceAll(BLOCK, (_, condition: string, text: string) => (holds.has(condition) ? text : ""));
  return handlesIn(said);
}

/** @throws NotModelled for a block whose condition has no model */
export function checkMessage(message: string): void {
  const unknown = [...message.matchAll(/\{\{([#^])\s*(\w+)/g)].find(
    ([, kind, name = ""]) => kind === "^" || !KNOWN.test(name),
  );
  if (unknown !== undefined) throw new NotModelled(`the block ${unknown[0]}}} of its message has no model`);
}

export function handlesIn(text: string): string[] {
  return [...new Set(text.match(HANDLE) ?? [])];
}

function conditionsOf(event: Event): Set<string> {
  if (event.kind === "renotification") return new Set(["is_renotify", conditionOf(event.status)]);
  const { from, to } = event;
  if (to === "OK") return new Set(["is_recovery", `${conditionOf(from)}_recovery`]);
  return new Set([conditionOf(to), ...(from === "Alert" && to === "Warn" ? ["is_alert_to_warning"] : [])]);
}

function conditionOf(status: Status): string {
  return { Alert: "is_alert", Warn: "is_warning", "No Data": "is_no_data", OK: "is_recovery" }[status];
}
