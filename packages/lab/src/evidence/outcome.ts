import { UserError } from "@dev-one/cli/user-error";

import type { Run } from "./figures";

/** With at least this many connections, the run must prove the design's claim, so the control has to fail. */
const CLAIMED_CONNECTIONS = 10_000;

/** Whether all connections were held without an error. */
export function isHeld({ errors, held, connections }: Pick<Run, "errors" | "held" | "connections">): boolean {
  return errors === 0 && held >= connections;
}

/**
 * No run except the control may fail. The control has to fail, because otherwise the comparison shows no difference.
 * @throws UserError that names the first run with another outcome
 */
export function refuseFailure(runs: readonly Run[], output: string): void {
  const failed = runs.find((run) => run.scenario !== "stock" && !isHeld(run));
  if (failed !== undefined) {
    throw new UserError(
      `${failed.finding} (${failed.reasons.join("; ") || "no log names the reason"}): see ${output}.`,
    );
  }
  const control = runs.find(({ scenario }) => scenario === "stock");
  if (control !== undefined && control.connections >= CLAIMED_CONNECTIONS && isHeld(control)) {
    throw new UserError(
      `Debian's own configuration held ${control.connections} connections, too, so that the comparison shows nothing on this machine: ask for more with --connections.`,
    );
  }
}
