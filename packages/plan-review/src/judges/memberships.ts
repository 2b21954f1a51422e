import { isJsonObject, type Json } from "@dev-one/cli/json";

import type { Finding } from "../finding";
import { type Change, sidesAfter, strings } from "../model/change";
import type { StackPlan } from "../model/stack-plan";
import { byCodePoint, say } from "../text";
import { GROUP, groupsForTheWorld, RULE } from "./security-groups";

const MEMBERSHIP = /^(vpc_)?security_groups?(_ids)?$/;

/** Which security groups something stands in: by that alone, it may be open to whomever a group lets in. */
export function judgeMemberships(stack: StackPlan): Finding[] {
  const moving = stack.changes.filter(
    ({ type, action }) =>
      !GROUP.test(type) && !RULE.test(type) && !["no-op", "read", "move", "delete"].includes(action),
  );
  let open: ReadonlySet<string> | undefined;
  return moving.flatMap((change) => {
    const [old, fresh] = [groups(change.before), new Set(sidesAfter(change).flatMap((side) => [...groups(side)]))];
    const finding = (id: string, isIn: boolean): Finding[] => {
      const group = stack.lookup.resource(change, id);
      open ??= groupsForTheWorld(stack);
      const isOpen = isIn && group !== undefined && open.has(group.address);
      // What a new resource stands in is told where it is dangerous.
      if (!isOpen && change.before === undefined) return [];
      const name = stack.lookup.name(change, id);
      return [
        {
          kind: isOpen ? "open-to-world" : "access",
          severity: isOpen ? "forbidden" : "approve",
          danger: "network",
          address: change.address,
          title: isOpen
            ? say`Opened to the world by the security group ${name}, in which it newly stands`
            : say`${[isIn ? "Newly in" : "No longer in"]} the security group ${name}`,
        },
      ];
    };
    return [
      ...missing(fresh, old).flatMap((id) => finding(id, true)),
      ...(isKnown(change) ? missing(old, fresh).flatMap((id) => finding(id, false)) : []),
    ];
  });
}

const missing = (these: ReadonlySet<string>, others: ReadonlySet<string>): string[] =>
  [...these].filter((id) => !others.has(id)).sort(byCodePoint);

/** Whether no group of it is known only after the apply. */
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
        // An empty text is how a provider says that there is no group.
        if (MEMBERSHIP.test(key)) for (const id of strings(each).filter((id) => id !== "")) found.add(id);
        else visit(each);
      }
    }
  };
  visit(side);
  return found;
}
