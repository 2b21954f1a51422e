import type { TerraformEvent } from "@dev-one/terraform-cli";

const SIGNS: Readonly<Record<string, string>> = { create: "+", update: "~", replace: "±", delete: "-" };
/** Interval of messages about a long wait, in seconds. */
const REMINDER = 30;

/**
 * Prints Terraform's progress, one line per finished resource, in the same form in a terminal and in a log. A resource that takes
 * long is printed every 30 seconds.
 */
export function progressPrinter(say: (line: string) => void): (event: TerraformEvent) => void {
  const planned = new Set<string>(); // applying a saved plan reports its changes again
  let finished = 0;
  return (event) => {
    if (event.type === "planned") planned.add(event.address);
    if (event.type === "summary" && event.operation !== "plan") {
      planned.clear();
      finished = 0;
    }
    const sign = "action" in event ? SIGNS[event.action] : undefined;
    if (sign === undefined) return;
    if (event.type === "progress" && event.elapsedSeconds % REMINDER === 0) {
      say(`   ... ${event.address}, ${event.elapsedSeconds} s so far`);
    }
    if (event.type !== "complete" && event.type !== "failed") return;
    finished += 1;
    const count = `[${String(finished).padStart(String(planned.size).length)}/${planned.size}]`;
    say(`   ${count} ${sign} ${event.address} ${event.elapsedSeconds} s${event.type === "failed" ? " FAILED" : ""}`);
  };
}
