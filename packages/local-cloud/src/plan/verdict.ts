import { changesOf, type Plan } from "@dev-one/terraform-json/plan";

import { type AttributeChange, attributeChanges } from "./attribute-changes";
import { type EmulatorFault, emulatorFaults } from "./emulator-faults";

/** What a plan over an unchanged configuration means. */
export interface Verdict {
  /** Changes that no listed fault explains; the run fails on any. */
  readonly unexplained: readonly AttributeChange[];
  /** Listed faults that showed themselves. */
  readonly explained: readonly EmulatorFault[];
  /** Listed faults that did not: the emulator has been patched, and the entry should go. */
  readonly unused: readonly EmulatorFault[];
}

/** Compares every changed attribute of a plan, and every changed output, with the listed faults. */
export function judge(plan: Plan, faults: readonly EmulatorFault[] = emulatorFaults): Verdict {
  const changes = changesOf(plan).flatMap(attributeChanges);
  const outputs = Object.entries(plan.output_changes)
    .filter(([, { actions }]) => actions.some((action) => action !== "no-op"))
    .map(([name, { actions }]) => ({ address: `output.${name}`, resourceType: "output", path: "", actions }));
  const explained = faults.filter((fault) => changes.some((change) => explains(fault, change)));
  return {
    unexplained: [...changes.filter((change) => !faults.some((fault) => explains(fault, change))), ...outputs],
    explained,
    unused: faults.filter((fault) => !explained.includes(fault)),
  };
}

/** One line for a person. */
export function describeChange({ address, path, actions }: AttributeChange): string {
  return `${actions.join(" and ")} ${address}${path === "" ? "" : `: ${path}`}`;
}

function explains(fault: EmulatorFault, change: AttributeChange): boolean {
  // A replacement or a deletion is never the emulator's to excuse.
  if (change.actions.join() !== "update" || fault.resourceType !== change.resourceType) return false;
  const expected = fault.attribute.split(".");
  const actual = change.path.split(".");
  return (
    expected.length === actual.length &&
    expected.every((part, index) => (part === "*" ? /^\d+$/.test(actual[index] ?? "") : part === actual[index]))
  );
}
