import { approve, type Finding } from "../finding";
import type { Change } from "../model/change";
import type { Difference } from "../model/differences";
import type { StackPlan } from "../model/stack-plan";
import { byCodePoint, listed, type Phrase, say } from "../text";
import { harmlessBecause, isHarmlessDrift, meant } from "./harmless";
import { dangerOf } from "./types";

/** Every change without a finding of another check needs approval, unless it is harmless. */
export function checkOthers(stack: StackPlan, checked: ReadonlySet<string>): Finding[] {
  const twice = repeated(stack.changes.map(({ address }) => address));
  return stack.changes.flatMap((change): Finding[] => {
    if (harmlessBecause(change) !== undefined) return [];
    // A finding about one of two changes with the same address may not be about the other.
    if (checked.has(change.address) && !twice.has(change.address)) return [];
    const isNew = change.action === "create";
    const danger = dangerOf(change.type);
    const kind = danger === "safe" ? (isNew ? "created" : "changed") : KINDS[danger];
    const title = isNew ? [change.runsPrograms ? "Created; provisioners run" : "Created"] : changed(change);
    return [approve(kind, danger, change, title)];
  });
}

/** Changes of network, identities and data have kinds that the comment never cuts. */
const KINDS = { network: "network", identity: "identity", "data loss": "data" } as const;

function repeated(addresses: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(addresses.filter((address) => seen.size === seen.add(address).size));
}

/** A change with the attributes that matter, or else with all that differ. */
function changed(change: Change): Phrase {
  const about = meant(change);
  const differing = about.length > 0 ? about : change.differences;
  if (differing.length === 0) return ["Changed, although no value differs"];
  const byPath = new Map(differing.map((each) => [each.path, each]));
  const paths = [...byPath].sort(([a], [b]) => byCodePoint(a, b)).map(([, each]) => named(each));
  return say`Changed: ${listed(paths, 6)}`;
}

function named({ path, note, isUnknown }: Difference): Phrase {
  const about = isUnknown ? "known after the apply" : note;
  return about === undefined ? say`${path}` : say`${path}${[` (${about})`]}`;
}

/** Drift that no other check reports and that is not harmless. */
export function checkOtherDrift(drift: readonly Change[], checked: ReadonlySet<string>): Finding[] {
  return drift
    .filter((change) => !checked.has(change.address) && !isHarmlessDrift(change))
    .map((change) => approve("changed", dangerOf(change.type), change, changed(change)));
}
