import { isJsonObject, type Json } from "@dev-one/cli/json";

import { approve, type Finding, forbid } from "../finding";
import { sidesAfter, strings } from "../model/change";
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
      const name = stack.lookup.name(change, id);
      open ??= publicGroups(stack);
      if (isIn && group !== undefined && open.has(group.address)) {
        const title = say`Public ingress by the security group ${name}, which is newly attached`;
        return [forbid("open-to-world", "network", change, title)];
      }
      // Groups of a new resource are reported only where they allow public CIDRs.
      if (change.before === undefined) return [];
      return [approve("access", "network", change, say`Security group ${name} ${[isIn ? "attached" : "detached"]}`)];
    };
    return [
      ...missing(fresh, old).flatMap((id) => finding(id, true)),
      // A group that is known after the apply may be a former one.
      ...(mentions(change.unknown) ? [] : missing(old, fresh).flatMap((id) => finding(id, false))),
    ];
  });
}

const missing = (these: ReadonlySet<string>, others: ReadonlySet<string>): string[] =>
  [...these].filter((id) => !others.has(id)).sort(byCodePoint);

function mentions(unknown: Json): boolean {
  if (Array.isArray(unknown)) return unknown.some(mentions);
  if (!isJsonObject(unknown)) return false;
  return Object.entries(unknown).some(([key, each]) => MEMBERSHIP.test(key) || mentions(each));
}

/** Ids of the security groups of a resource, at any depth. */
function groups(side: Json | undefined): ReadonlySet<string> {
  const idsIn = (value: Json): string[] => {
    if (Array.isArray(value)) return value.flatMap(idsIn);
    if (!isJsonObject(value)) return [];
    // Providers write an empty string for no group.
    return Object.entries(value).flatMap(([key, each]) =>
      MEMBERSHIP.test(key) ? strings(each).filter((id) => id !== "") : idsIn(each),
    );
  };
  return new Set(idsIn(side ?? null));
}
