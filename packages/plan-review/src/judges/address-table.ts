import { containsCidr } from "cidr-tools";

import type { Finding } from "../finding";
import { beforeOf, type Change, isDestroyed, isForgotten, shown, strings, text } from "../model/change";
import { nameOf, type StackPlan } from "../model/stack-plan";
import { byCodePoint, listed, type Phrase, say } from "../text";
import { judgeOccupants, namedSubnets, RESERVATION } from "./named-subnets";
import { changedBootFiles } from "./scaling";

/** Where the servers read the table (src/servers/user-data.ts). */
const ADDRESS_FILE = "/etc/dev-one/addresses";

/**
 * The address table: the subnets of the named servers, the reservations that leave only the named addresses in them, the names
 * and the targets that carry these addresses. To make it where there was none, and to take it down with its whole network,
 * does not change it.
 */
export function judgeAddressTable(stack: StackPlan): Finding[] {
  const network = stack.changes.filter(({ type }) => type === "aws_vpc");
  const isFirst = network.length > 0 && network.every(({ action }) => action === "create");
  const isLast = network.length > 0 && network.every(({ action }) => action === "delete");
  if (isFirst) return [];
  const subnets = namedSubnets(stack);
  const ranges = subnets.flatMap((subnet) =>
    [beforeOf(subnet, "cidr_block"), subnet.after?.cidr_block].flatMap(strings),
  );
  const isNamed = (address: string): boolean => ranges.some((range) => holds(range, address));
  const severity = isLast && !stack.environment.isProduction ? ("approve" as const) : ("forbidden" as const);
  const findings = stack.changes.flatMap((change) =>
    meanings(change, subnets.includes(change), isNamed).map((title): Finding => ({
      kind: "address-table-changed",
      severity,
      danger: "network",
      address: change.address,
      title: say`The address table changes: ${title}`,
    })),
  );
  return [...findings, ...judgeOccupants(stack)];
}

function meanings(change: Change, isNamedSubnet: boolean, isNamed: (address: string) => boolean): Phrase[] {
  const { type, action, before, after } = change;
  if (action === "no-op" || action === "read" || action === "move" || action === "import") return [];
  if (type === RESERVATION) return reservation(change);
  const stays = isForgotten(change);
  if (type === "aws_subnet" && isNamedSubnet) {
    if (isDestroyed(change)) return [say`the subnet ${nameOf(change)} (${shown(before?.cidr_block)}) goes`];
    return before?.cidr_block !== after?.cidr_block && action === "update"
      ? [say`the subnet ${nameOf(change)} gets another range`]
      : [];
  }
  if (type === "aws_lb_target_group_attachment") {
    const target = text(before?.target_id ?? after?.target_id);
    if (target === undefined || !isNamed(target)) return [];
    if (stays) return [say`${target} stays the target of a name, and this is no longer managed`];
    return action === "update"
      ? []
      : [say`${target} ${[action === "create" ? "becomes" : "is no longer"]} the target of a name`];
  }
  if (type === "aws_route53_record" && (before?.type ?? after?.type) === "A") {
    const old = strings(before?.records).filter(isNamed);
    const fresh = strings(after?.records).filter(isNamed);
    if (old.length + fresh.length === 0 || sorted(old) === sorted(fresh)) return [];
    const name = text(after?.name ?? before?.name) ?? "";
    if (stays) return [say`${name} still stands for ${[...or(old)]}, and this is no longer managed`];
    return [say`${name} stands for ${[...or(fresh)]} instead of ${[...or(old)]}`];
  }
  if (type === "aws_launch_template" && changedBootFiles(before, after)?.includes(ADDRESS_FILE) === true) {
    return [say`what servers read of it (${ADDRESS_FILE})`];
  }
  return [];
}

function reservation(change: Change): Phrase[] {
  const { action, before, after } = change;
  const [old, fresh] = [text(before?.cidr_block), text(after?.cidr_block)];
  if (action === "create") return [say`${fresh ?? "a range"} will be given to no server any more`];
  if (action === "delete") return [say`${old ?? "a range"} may be given to any server`];
  if (isForgotten(change)) return [say`the reservation of ${old ?? "a range"} stays, and is no longer managed`];
  if (action === "replace")
    return [say`a reservation of ${old ?? "a range"} is made anew, as ${fresh ?? "a range known after the apply"}`];
  return old === fresh ? [] : [say`another range is reserved`];
}

const or = (addresses: readonly string[]): Phrase =>
  addresses.length === 0 ? ["nothing"] : listed([...addresses].sort(byCodePoint));
const sorted = (addresses: readonly string[]): string => [...addresses].sort(byCodePoint).join();

function holds(range: string, address: string): boolean {
  try {
    return containsCidr(range, `${address}/32`);
  } catch {
    return false;
  }
}
