import type { JsonObject } from "@dev-one/cli/json";

import { type Finding, forbid } from "../finding";
import { blocks, sidesAfter, strings, text } from "../model/change";
import { nameOf, type StackPlan } from "../model/stack-plan";
import { listed, say } from "../text";
import { newIn } from "./new-in";
import { arePublic } from "./public-cidrs";

interface Entries {
  readonly name: string;
  readonly before: string[];
  readonly after: string[];
  /** Resources that add CIDRs. */
  readonly additions: { readonly address: string; readonly ranges: readonly string[] }[];
}

/** New entries of a prefix list apply to every rule that refers to it. */
export function checkPrefixLists(stack: StackPlan): Finding[] {
  return [...entriesByList(stack).values()].flatMap(({ name, before, after, additions }): Finding[] => {
    if (!arePublic(after) || arePublic(before)) return [];
    return additions.map(({ address, ranges }) => {
      const title = say`Prefix list ${name} gets ${listed(ranges)}: every rule that refers to it allows public CIDRs`;
      return forbid("open-to-world", "network", { address }, title);
    });
  });
}

/** Prefix lists with public CIDRs, by address and id. */
export function publicPrefixLists(stack: StackPlan): ReadonlySet<string> {
  return new Set([...entriesByList(stack)].flatMap(([list, { after }]) => (arePublic(after) ? [list] : [])));
}

function entriesByList({ changes, lookup }: StackPlan): Map<string, Entries> {
  const lists = new Map<string, Entries>();
  for (const change of changes) {
    const isEntry = change.type === "aws_ec2_managed_prefix_list_entry";
    if (!isEntry && change.type !== "aws_ec2_managed_prefix_list") continue;
    const id = change.after?.prefix_list_id ?? change.before?.prefix_list_id;
    const list = isEntry ? (lookup.resource(change, id, "prefix_list_id")?.address ?? text(id)) : undefined;
    const name = isEntry ? lookup.name(change, id, "prefix_list_id") : nameOf(change);
    const ranges = (side: JsonObject): string[] =>
      (isEntry ? [side] : blocks(side.entry)).flatMap(({ cidr }) => strings(cidr));
    const entries = lists.get(list ?? change.address) ?? { name, before: [], after: [], additions: [] };
    entries.before.push(...(change.before === undefined ? [] : ranges(change.before)));
    entries.after.push(...sidesAfter(change).flatMap(ranges));
    const added = newIn(change, ranges);
    if (added.length > 0) entries.additions.push({ address: change.address, ranges: added });
    lists.set(list ?? change.address, entries);
  }
  return lists;
}
