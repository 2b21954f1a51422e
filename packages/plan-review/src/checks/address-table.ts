import { approve, type Finding, forbid } from "../finding";
import { type Change, isDestroyed, isForgotten, shown, strings, text } from "../model/change";
import { nameOf, type StackPlan } from "../model/stack-plan";
import { groupBy, listed, type Phrase, say } from "../text";
import { addedServers, ADDRESS_FILE, addressesByService, isOfAddition, serviceOf, tableIn } from "./added-servers";
import { checkOccupants, namedSubnets, RESERVATION } from "./named-subnets";
import { holds } from "./public-cidrs";
import { changedBootFiles } from "./scaling";

/**
 * The address table: the subnets of the named servers, the CIDR reservations that leave only the named addresses free in them, the
 * DNS records and target group attachments with these addresses, and its copy on the servers. Creating it together with its VPC does not
 * change it, and neither does destroying both. Added servers need approval only if all of these places agree.
 */
export function checkAddressTable(stack: StackPlan): Finding[] {
  const network = stack.changes.filter(({ type }) => type === "aws_vpc").map(({ action }) => action);
  const isAll = (action: string): boolean => network.length > 0 && network.every((each) => each === action);
  if (isAll("create")) return [];
  const subnets = namedSubnets(stack);
  const ranges = subnets.flatMap(({ before, after }) => [before?.cidr_block, after?.cidr_block].flatMap(strings));
  const isNamed = (address: string): boolean => ranges.some((range) => holds(range, `${address}/32`));
  const targets = newTargets(stack, isNamed);
  const attached = new Set(targets.map(({ address }) => address));
  const others = stack.changes.filter(({ address }) => !attached.has(address));
  const changed = others.flatMap((change) =>
    titlesOf(change, subnets.includes(change), isNamed).map((title) => ({ change, title })),
  );
  const occupants = checkOccupants(stack);
  const added = addedServers(stack, subnets);
  const isAddition =
    added !== undefined && occupants.length === 0 && changed.every(({ change }) => isOfAddition(change, added));
  const missing = isAddition ? added.missing : [];
  const isConsistent = isAddition && missing.length === 0;
  const isForbidden = !isConsistent && (!isAll("delete") || stack.environment.isProduction);
  const findings = changed.map(({ change, title }, index): Finding => {
    const what = isConsistent ? say`The address table gets ${listed(added.names)}: ` : ["The address table changes: "];
    const finding = forbid("address-table-changed", "network", change, [...what, ...title], isForbidden);
    if (missing.length === 0 || index > 0) return finding;
    return { ...finding, details: [say`It gets ${listed(added?.names ?? [])}, but not everywhere:`, ...missing] };
  });
  return [...findings, ...targets, ...occupants];
}

/**
 * Named servers in the new target group of a service on some of the names. The group has all addresses that the table gives to the service,
 * and no others; the addresses stay in the groups of their names.
 */
function newTargets(stack: StackPlan, isNamed: (address: string) => boolean): Finding[] {
  const groupOf = (change: Change): Change | undefined =>
    stack.lookup.resource(change, change.after?.target_group_arn, "target_group_arn");
  const attachments = stack.changes.filter(({ type }) => type === ATTACHMENT);
  const services = addressesByService(stack);
  return [...groupBy(attachments, groupOf)].flatMap(([group, own]) => {
    const addresses = own.map(({ after }) => text(after?.target_id) ?? "");
    const service = serviceOf(addresses, services);
    const isNew = group?.action === "create" && own.every(({ action }) => action === "create");
    if (group === undefined || service === undefined || !isNew || !addresses.every(isNamed)) return [];
    return own.map((change, index) =>
      approve(
        "network",
        "network",
        change,
        say`${addresses[index] ?? ""} is also a target of the new target group ${nameOf(group)}, of the service ${service}`,
      ),
    );
  });
}

const ATTACHMENT = "aws_lb_target_group_attachment";

function titlesOf(change: Change, isNamedSubnet: boolean, isNamed: (address: string) => boolean): Phrase[] {
  const { type, action, before, after } = change;
  if (action === "no-op" || action === "read" || action === "move" || action === "import") return [];
  if (type === RESERVATION) return reservation(change);
  const stays = isForgotten(change);
  if (type === "aws_subnet" && isNamedSubnet) {
    if (isDestroyed(change)) return [say`the subnet ${nameOf(change)} (${shown(before?.cidr_block)}) is destroyed`];
    const isMoved = before?.cidr_block !== after?.cidr_block && action === "update";
    return isMoved ? [say`the CIDR of subnet ${nameOf(change)} changes`] : [];
  }
  if (type === ATTACHMENT) {
    const target = text(before?.target_id ?? after?.target_id);
    if (target === undefined || !isNamed(target)) return [];
    if (stays) return [say`${target} stays in the target group of a server name, which Terraform no longer manages`];
    return action === "update"
      ? []
      : [say`${target} ${[action === "create" ? "is added to" : "is removed from"]} the target group of a server name`];
  }
  if (type === "aws_route53_record" && (before?.type ?? after?.type) === "A") {
    const old = strings(before?.records).filter(isNamed);
    const fresh = strings(after?.records).filter(isNamed);
    if (old.length + fresh.length === 0 || old.toSorted().join() === fresh.toSorted().join()) return [];
    const name = text(after?.name ?? before?.name) ?? "";
    if (stays) return [say`${name} still resolves to ${[...or(old)]}, and Terraform no longer manages the record`];
    return [say`${name} resolves to ${[...or(fresh)]} instead of ${[...or(old)]}`];
  }
  const isCopyChanged =
    type === "aws_launch_template" && changedBootFiles(before, after)?.includes(ADDRESS_FILE) === true;
  if (isCopyChanged && tableIn(before) !== tableIn(after)) {
    return [say`its copy on the servers (${ADDRESS_FILE})`];
  }
  return [];
}

function reservation(change: Change): Phrase[] {
  const { action, before, after } = change;
  const [former = "a CIDR", fresh = "a CIDR"] = [text(before?.cidr_block), text(after?.cidr_block)];
  if (action === "create") return [say`${fresh} is reserved, so that no server can get it`];
  if (action === "delete") return [say`${former} is no longer reserved, so that a new server can get it`];
  if (isForgotten(change)) return [say`the reservation of ${former} stays, and Terraform no longer manages it`];
  return action !== "replace" && former === fresh ? [] : [say`the reserved CIDR changes`];
}

const or = (addresses: readonly string[]): Phrase =>
  addresses.length === 0 ? ["no address"] : listed(addresses.toSorted());
