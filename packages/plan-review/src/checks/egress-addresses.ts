import { type Finding, forbid } from "../finding";
import { type Change, isDestroyed, isUnknownAfter, strings, text } from "../model/change";
import type { StackPlan } from "../model/stack-plan";
import { type Phrase, say } from "../text";

/** Types that use an Elastic IP. */
const HOLDS_ADDRESS: ReadonlySet<string> = new Set([
  "aws_eip_association",
  "aws_nat_gateway",
  "aws_nat_gateway_eip_association",
]);

/** Public addresses of outbound traffic: partners have them on allow lists, and reject traffic from others. */
export function checkEgressAddresses(change: Change, { environment }: StackPlan): Finding[] {
  return titlesOf(change).map((title) =>
    forbid(
      "outgoing-address-lost",
      "network",
      change,
      say`Public IP address of outbound traffic: ${title}`,
      environment.isProduction,
    ),
  );
}

function titlesOf(change: Change): Phrase[] {
  const { type, action, before, after } = change;
  if (type === "aws_eip") {
    const address = text(before?.public_ip) ?? "(unknown)";
    if (isDestroyed(change)) return [say`${address} is released, and AWS can assign it to another account`];
    if (after === undefined || action === "no-op") return [];
    return ["network_interface", "instance"]
      .filter((attribute) => text(before?.[attribute]) !== undefined && before?.[attribute] !== after[attribute])
      .slice(0, 1)
      .map((attribute) => say`${address} is disassociated from ${text(before?.[attribute]) ?? ""}`);
  }
  if (!HOLDS_ADDRESS.has(type)) return [];
  const address = text(before?.public_ip) ?? text(before?.allocation_id);
  if (address === undefined) return [];
  if (action === "delete") return [say`no traffic leaves from ${address} any more`];
  if (before === undefined || after === undefined) return [];
  const [old, fresh] = [text(before.allocation_id), text(after.allocation_id)];
  const isUnknown = isUnknownAfter(change, "allocation_id");
  if (old !== undefined && old !== fresh) {
    return [say`${address} is replaced by ${isUnknown ? "(known after the apply)" : (fresh ?? "none")}`];
  }
  return strings(before.secondary_allocation_ids)
    .filter((each) => !strings(after.secondary_allocation_ids).includes(each))
    .map((each) => say`no traffic leaves from ${each} any more`);
}
