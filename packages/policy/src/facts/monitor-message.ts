import type { Resource } from "@dev-one/terraform-json/resources";

export interface MonitorRecipients {
  /** Recipients of an alert: handles within `{{#is_alert}}`, or outside of every condition. */
  readonly alert: readonly string[];
  /** Handles anywhere, the escalation message included. */
  readonly all: readonly string[];
}

/** The recipients in a Datadog monitor's messages. @throws Undecided */
export function recipientsOf(monitor: Resource): MonitorRecipients {
  const message = monitor.text("message") ?? "";
  const escalation = monitor.text("escalation_message") ?? "";
  const alerts = [...message.matchAll(/\{\{#is_alert\}\}(.*?)\{\{\/is_alert\}\}/gs)].map(([, text]) => text ?? "");
  const always = message.replace(/\{\{#(\w+)[^}]*\}\}.*?\{\{\/\1\}\}/gs, "");
  return { alert: handlesIn([...alerts, always].join("\n")), all: handlesIn(`${message}\n${escalation}`) };
}

function handlesIn(text: string): string[] {
  return [...text.matchAll(/(?<![\w.])@[A-Za-z0-9][\w.@-]*/g)].map(([handle]) => handle);
}
