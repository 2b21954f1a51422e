import { type Finding, forbid } from "../finding";
import { type Change, isDestroyed, isUnknownAfter, strings, text } from "../model/change";
import type { StackPlan } from "../model/stack-plan";
import { type Phrase, say } from "../text";

/** Public addresses of outbound traffic: partners have them on allow lists, and reject traffic from others. */
export function checkEgressAddresses(change: Change, { environment }: StackPlan): Finding[] {
  return titlesOf(change).map((effect) => {
    const title = say`Public IP address of outbound traffic: ${effect}`;
    return forbid("outgoing-address-lost", "network", change, title, environment.isProduction);
  });
}

function titlesOf(change: Change): Phrase[] {
  const { type, action, before, after } = change;
  if (before === undefined) return [];
  if (type === "aws_eip") {
    const address = text(before.public_ip) ?? "(unknown)";
    if (isDestroyed(change)) return [say`${address} is released, and AWS can assign it to another account`];
    if (after === undefined || action === "no-op") return [];
    return ["network_interface", "instance"]
      .filter((attribute) => text(before[attribute]) !== undefined && before[attribute] !== after[attribute])
      .slice(0, 1)
      .map((attribute) => say`${address} is disassociated from ${text(before[attribute]) ?? ""}`);
  }
  if (!/^aws_(eip_association|nat_gateway|nat_gateway_eip_association)$/.test(type)) return [];
  const old = text(before.allocation_id);
  const address = text(before.public_ip) ?? old;
  if (address === undefined) return [];
  if (action === "delete") return [say`no traffic leaves from ${address} any more`];
  if (after === undefined) return [];
  if (old !== undefined && old !== text(after.allocation_id)) {
    const next = isUnknownAfter(change, "allocation_id") ? "(known after the apply)" : text(after.allocation_id);
    return [say`${address} is replaced by ${next ?? "none"}`];
  }
  return strings(before.secondary_allocation_ids)
    .filter((each) => !strings(after.secondary_allocation_ids).includes(each))
    .map((each) => say`no traffic leaves from ${each} any more`);
}
