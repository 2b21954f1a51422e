import { isJsonObject, type Json } from "@dev-one/cli/json";

import { approve, type Finding, forbid } from "../finding";
import { type Change, sidesAfter, strings } from "../model/change";
import type { StackPlan } from "../model/stack-plan";
import { byCodePoint, say } from "../text";
import { GROUP, publicGroups, RULE } from "./security-groups";

const MEMBERSHIP = /^(vpc_)?security_groups?(_ids)?$/;

/** Attached and detached security groups: attaching one can expose a resource. */
export function checkMemberships(stack: StackPlan): Finding[] {
  const moving = stack.changes.filter(
    ({ type, action }) =>
      !GROUP.test(type) && !RULE.test(type) && !["no-op", "read", "move", "delete"].includes(action),
  );
  let open: ReadonlySet<string> | undefined;
  return moving.flatMap((change) => {
    const [old, fresh] = [groups(change.before), new Set(sidesAfter(change).flatMap((side) => [...groups(side)]))];
    const finding = (id: string, isIn: boolean): Finding[] => {
      const group = stack.lookup.resource(change, id);
      open ??= publicGroups(stack);
      const isOpen = isIn && group !== undefined && open.has(group.address);
      // Groups of a new resource are reported only where they allow public CIDRs.
      if (!isOpen && change.before === undefined) return [];
      const name = stack.lookup.name(change, id);
      return isOpen
        ? [
            forbid(
              "open-to-world",
              "network",
              change,
              say`Public ingress by the security group ${name}, which is newly attached`,
            ),
          ]
        : [approve("access", "network", change, say`Security group ${name} ${[isIn ? "attached" : "detached"]}`)];
    };
    return [
      ...missing(fresh, old).flatMap((id) => finding(id, true)),
      ...(isKnown(change) ? missing(old, fresh).flatMap((id) => finding(id, false)) : []),
    ];
  });
}

const missing = (these: ReadonlySet<string>, others: ReadonlySet<string>): string[] =>
  [...these].filter((id) => !others.has(id)).sort(byCodePoint);

/** Whether all its groups are known before the apply. */
const isKnown = ({ unknown }: Change): boolean => !mentions(unknown);

function mentions(unknown: Json): boolean {
  if (Array.isArray(unknown)) return unknown.some(mentions);
  if (!isJsonObject(unknown)) return false;
  return Object.entries(unknown).some(([key, each]) => MEMBERSHIP.test(key) || mentions(each));
}

function groups(side: Json | undefined): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (value: Json | undefined): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (isJsonObject(value)) {
      for (const [key, each] of Object.entries(value)) {
        // Providers write an empty string for no group.
        if (MEMBERSHIP.test(key)) for (const id of strings(each).filter((id) => id !== "")) found.add(id);
        else visit(each);
      }
    }
  };
  visit(side);
  return found;
}
