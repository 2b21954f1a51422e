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
    if (!("action" in event) || SIGNS[event.action] === undefined) return;
    const sign = SIGNS[event.action] ?? "";
    switch (event.type) {
      case "progress":
        if (event.elapsedSeconds % REMINDER === 0) say(`   ... ${event.address}, ${event.elapsedSeconds} s so far`);
        break;
      case "complete":
      case "failed": {
        finished += 1;
        const count = `[${String(finished).padStart(String(planned.size).length)}/${planned.size}]`;
        const failed = event.type === "failed" ? " FAILED" : "";
        say(`   ${count} ${sign} ${event.address} ${event.elapsedSeconds} s${failed}`);
        break;
      }
      default:
    }
  };
}
