import type { JsonObject } from "@dev-one/cli/json";

import { type Finding, forbid } from "../finding";
import { blocks, type Change, sidesAfter, strings, text } from "../model/change";
import { nameOf, type StackPlan } from "../model/stack-plan";
import { listed, say } from "../text";
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
  const add = (
    change: Change,
    list: string,
    name: string,
    ranges: (side: JsonObject | undefined) => string[],
  ): void => {
    const entries = lists.get(list) ?? { name, before: [], after: [], additions: [] };
    const before = ranges(change.before);
    const after = sidesAfter(change).flatMap(ranges);
    const added = after.filter((range) => !before.includes(range));
    entries.before.push(...before);
    entries.after.push(...after);
    if (added.length > 0) entries.additions.push({ address: change.address, ranges: added });
    lists.set(list, entries);
  };
  for (const change of changes) {
    if (change.type === "aws_ec2_managed_prefix_list") {
      add(change, change.address, nameOf(change), (side) => blocks(side?.entry).flatMap(({ cidr }) => strings(cidr)));
    }
    if (change.type === "aws_ec2_managed_prefix_list_entry") {
      const id = change.after?.prefix_list_id ?? change.before?.prefix_list_id;
      const list = lookup.resource(change, id, "prefix_list_id");
      const name = lookup.name(change, id, "prefix_list_id");
      add(change, list?.address ?? text(id) ?? change.address, name, (side) => strings(side?.cidr));
    }
  }
  return lists;
}
