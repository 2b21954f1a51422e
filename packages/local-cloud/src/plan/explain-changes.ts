import { changesOf, type RawPlan } from "@dev-one/terraform-json/read-plan";

import { type AttributeChange, attributeChanges } from "./attribute-changes";
import { type EmulatorFault, emulatorFaults } from "./emulator-faults";

/** The changes of a plan of an unchanged configuration, by whether a fault of the emulator explains them. */
export interface ExplainedPlan {
  /** Changes that no listed fault explains; each fails the run. */
  readonly unexplained: readonly AttributeChange[];
  /** Listed faults that explain a change. */
  readonly explained: readonly EmulatorFault[];
  /** Listed faults that explain none: the emulator has been patched, and the entry can be removed. */
  readonly unused: readonly EmulatorFault[];
}

/** Compares every changed attribute of a plan, and every changed output, with the listed faults. */
export function explainChanges(plan: RawPlan, faults: readonly EmulatorFault[] = emulatorFaults): ExplainedPlan {
  const changes = changesOf(plan).flatMap(attributeChanges);
  const outputs = Object.entries(plan.output_changes ?? {})
    .filter(([, { actions }]) => actions.some((action) => action !== "no-op"))
    .map(([name, { actions }]) => ({ address: `output.${name}`, resourceType: "output", path: "", actions }));
  const explained = faults.filter((fault) => changes.some((change) => explains(fault, change)));
  return {
    unexplained: [...changes.filter((change) => !faults.some((fault) => explains(fault, change))), ...outputs],
    explained,
    unused: faults.filter((fault) => !explained.includes(fault)),
  };
}

/** A change in one line. */
export function describeChange({ address, path, actions }: AttributeChange): string {
  return `${actions.join(" and ")} ${address}${path === "" ? "" : `: ${path}`}`;
}

function explains(fault: EmulatorFault, change: AttributeChange): boolean {
  // No fault of the emulator explains a replacement or a deletion.
  if (change.actions.join() !== "update" || fault.resourceType !== change.resourceType) return false;
  const expected = fault.attribute.split(".");
  const actual = change.path.split(".");
  return (
    expected.length === actual.length &&
    expected.every((part, index) => (part === "*" ? /^\d+$/.test(actual[index] ?? "") : part === actual[index]))
  );
}
