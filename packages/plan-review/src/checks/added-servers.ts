import type { Json, JsonObject } from "@dev-one/cli/json";
import { excludeCidr, parseCidr } from "cidr-tools";

import { blocks, type Change, shown, strings, text } from "../model/change";
import { nameOf, type StackPlan } from "../model/stack-plan";
import { groupBy, listed, type Phrase, say } from "../text";
import { RESERVATION } from "./named-subnets";
import { holds, isRange } from "./public-cidrs";
import { bootFiles } from "./scaling";

/** The copy of the address table on a server (src/servers/user-data.ts). */
export const ADDRESS_FILE = "/etc/dev-one/addresses";

/** Server name and zone by address. */
type Table = ReadonlyMap<string, { readonly name: string; readonly zone: string }>;

/** Servers with new addresses. */
export interface AddedServers {
  /** Their names: new ones, or, in a new zone, former ones. */
  readonly names: readonly string[];
  readonly addresses: readonly string[];
  /** Places that do not agree with the new address table. */
  readonly missing: readonly Phrase[];
}

/**
 * The servers that a plan adds to the address table: every former entry keeps its name, its zone and its address. A table has no name
 * twice in one zone, so that a new address belongs to a new name, or to a former one in another zone.
 * @returns undefined where it adds none, or changes the table otherwise
 */
export function addedServers(stack: StackPlan, subnets: readonly Change[]): AddedServers | undefined {
  const before = bootTable(stack, "before");
  const after = bootTable(stack, "after");
  if (before === undefined || after === undefined) return undefined;
  const isKept = [...before].every(([address, { name, zone }]) => {
    const entry = after.get(address);
    return entry?.name === name && entry.zone === zone;
  });
  const fresh = [...after].filter(([address]) => !before.has(address));
  if (!isKept || fresh.length === 0) return undefined;
  const formerZones = new Set([...before.values()].map(({ zone }) => zone));
  const hasNewZone = fresh.some(([, { zone }]) => !formerZones.has(zone));
  // A new zone has a server of every name.
  const names = [...new Set((hasNewZone ? [...after] : fresh).map(([, { name }]) => name))];
  return {
    names,
    addresses: fresh.map(([address]) => address),
    missing: [
      ...names.flatMap((name) => missingZones(name, after)),
      ...subnets.flatMap((subnet) => subnetProblems(subnet, after, stack)),
      ...names.flatMap((name) => nameProblems(name, after, stack)),
    ],
  };
}

const single = (address: string): string => `${address}/32`;

/** Whether a change of the table is a part of the addition: it concerns the new addresses only. */
export function isOfAddition({ type, action, before, after }: Change, { addresses }: AddedServers): boolean {
  if (type === "aws_launch_template") return true;
  if (type === RESERVATION) return action === "create" || action === "delete";
  const [former, own] = [before, after].map((side) => [...strings(side?.target_id), ...strings(side?.records)]);
  // The record of a former name gets the address in a new zone.
  const isExtended = action === "update" && type === "aws_route53_record";
  return (
    (action === "create" || isExtended) &&
    (former ?? []).every((address) => own?.includes(address)) &&
    (own ?? []).every((address) => addresses.includes(address) || former?.includes(address))
  );
}

/** The tables of the launch templates, without those of groups whose servers have no names. */
const namedTables = (tables: readonly string[]): Set<string> =>
  new Set(tables.filter((table) => /^[\d.]+ \S+ \S+/m.test(table)));

/** The table in a launch template's user data, without the service of each server, which is no part of its address. */
export function tableIn(template: JsonObject | undefined): string | undefined {
  const [content] = strings(bootFiles(template)?.get(ADDRESS_FILE)?.content);
  return content?.replaceAll(/^([\d.]+ \S+ \S+) \S+$/gm, "$1");
}

/** Addresses by service, after the apply; none where the launch templates have no table, or different ones. */
export function addressesByService({ changes }: StackPlan): ReadonlyMap<string, readonly string[]> {
  const files = changes
    .filter(({ type }) => type === "aws_launch_template")
    .flatMap(({ after }) => strings(bootFiles(after)?.get(ADDRESS_FILE)?.content));
  const [file = "", ...others] = namedTables(files);
  const rows = others.length > 0 ? [] : [...file.matchAll(/^([\d.]+) \S+ \S+ (\S+)$/gm)];
  const services = groupBy(rows, ([, , service = ""]) => service);
  return new Map([...services].map(([service, own]) => [service, own.map(([, address = ""]) => address)]));
}

/** The service whose addresses these are, all of them and no others. */
export function serviceOf(targets: readonly string[], services: ReadonlyMap<string, readonly string[]>) {
  const sorted = (addresses: readonly string[]): string => addresses.toSorted().join();
  return [...services].find(([, addresses]) => sorted(addresses) === sorted(targets))?.[0];
}

/** The table in the user data of the launch templates; undefined where there is none, or where they differ. */
function bootTable({ changes }: StackPlan, side: "before" | "after"): Table | undefined {
  const files = changes
    .filter(({ type }) => type === "aws_launch_template")
    .flatMap((change) => tableIn(change[side]) ?? []);
  const [file, ...others] = namedTables(files);
  if (file === undefined || others.length > 0) return undefined;
  const entries = [...file.matchAll(/^([\d.]+) (\S+) (\S+)$/gm)];
  const table = new Map(entries.map(([, address = "", name = "", zone = ""]) => [address, { name, zone }]));
  const places = new Set(entries.map(([, , name, zone]) => `${name} ${zone}`));
  const isValid = [...table.keys()].every((address) => isRange(single(address)));
  return isValid && table.size === entries.length && places.size === entries.length ? table : undefined;
}

function missingZones(name: string, table: Table): Phrase[] {
  const zones = new Set([...table.values()].map(({ zone }) => zone));
  for (const entry of table.values()) if (entry.name === name) zones.delete(entry.zone);
  return [...zones].map((zone) => say`${name} has no address in ${zone}`);
}

/** Reservations must leave exactly the named addresses free, and the group must have as many servers. */
function subnetProblems(subnet: Change, table: Table, { changes, lookup }: StackPlan): Phrase[] {
  const cidr = text(subnet.after?.cidr_block);
  if (cidr === undefined || !isRange(cidr)) return [say`the CIDR of subnet ${nameOf(subnet)} is not known`];
  const isIn = (change: Change, id: Json | undefined, attribute: string): boolean =>
    lookup.resource(change, id, attribute) === subnet;
  const named = [...table.keys()].filter((address) => holds(cidr, single(address)));
  const reserved = changes
    .filter((change) => change.type === RESERVATION && isIn(change, change.after?.subnet_id, "subnet_id"))
    .flatMap(({ after }) => strings(after?.cidr_block).filter(isRange));
  // AWS reserves the first four addresses and the last one.
  const { ip, end } = parseCidr(cidr);
  const unowned = excludeCidr([cidr], [...reserved, ...named.map(single), `${ip}/30`]).filter(
    (range) => parseCidr(range).start !== end,
  );
  const groups = changes.filter((change) => {
    const ids = strings(change.after?.vpc_zone_identifier);
    // The id of a new subnet is not known yet.
    const used = ids.length > 0 ? ids : [undefined];
    return change.type === "aws_autoscaling_group" && used.some((id) => isIn(change, id, "vpc_zone_identifier"));
  });
  const sizes = ["min_size", "max_size", "desired_capacity"];
  const isSized = groups.length === 1 && sizes.every((size) => groups[0]?.after?.[size] === named.length);
  return [
    ...named
      .filter((address) => reserved.some((range) => holds(range, single(address))))
      .map((address) => say`${address} is still reserved`),
    ...unowned.map((range) => say`${range} is not reserved, and no server has it`),
    ...(isSized
      ? []
      : [say`the Auto Scaling group in ${nameOf(subnet)} does not have ${named.length} servers, one for each address`]),
  ];
}

/** Every address of a name is a target of its host name, and the name resolves to all of them. */
function nameProblems(name: string, table: Table, stack: StackPlan): Phrase[] {
  const addresses = [...table].filter(([, entry]) => entry.name === name).map(([address]) => address);
  const isOwn = (address: string): boolean => addresses.includes(address);
  const isOfName = (host: string): boolean => host.split(".")[0] === name;
  const records = stack.changes
    .filter(({ type, after }) => type === "aws_route53_record" && after?.type === "A")
    .map(({ after }) => ({ host: text(after?.name) ?? "", values: strings(after?.records) }))
    .filter(({ values }) => values.some(isOwn));
  const isResolved =
    records.some(({ values }) => values.length === addresses.length) &&
    records.every(({ host, values }) => isOfName(host) && values.every(isOwn));
  const groups = targetGroups(stack).filter(({ hosts, targets }) => hosts.some(isOfName) || targets.some(isOwn));
  const untargeted = addresses.filter(
    (address) => !groups.some(({ hosts, targets }) => hosts.some(isOfName) && targets.includes(address)),
  );
  // A service on this name and others has a target group of all its addresses, for hosts that are no names of servers.
  const services = addressesByService(stack);
  const servers = new Set([...table.values()].map((entry) => entry.name));
  const isOfService = ({ hosts, targets }: TargetGroup): boolean =>
    serviceOf(targets, services) !== undefined && hosts.every((host) => !servers.has(host.split(".")[0] ?? ""));
  const foreign = groups.filter(
    (group) => !isOfService(group) && (!group.hosts.every(isOfName) || !group.targets.every(isOwn)),
  );
  return [
    ...(isResolved ? [] : [say`no DNS record of ${name} has exactly ${listed(addresses)}`]),
    ...untargeted.map((address) => say`${address} is no target of the host name ${name}`),
    ...foreign.map((group) => say`the target group ${group.name} is not only for ${name}`),
  ];
}

interface TargetGroup {
  readonly name: string;
  readonly targets: readonly string[];
  /** Host names for which a listener rule forwards to it. */
  readonly hosts: readonly string[];
}

/** Target groups with IP addresses as targets, after the apply. */
function targetGroups({ changes, lookup }: StackPlan): TargetGroup[] {
  const groupOf = (change: Change, block: JsonObject | undefined, ...path: string[]): string =>
    lookup.resource(change, block?.target_group_arn, ...path)?.address ?? shown(block?.target_group_arn);
  const targets = changes
    .filter(({ type }) => type === "aws_lb_target_group_attachment")
    .flatMap((change) =>
      strings(change.after?.target_id).map((target) => ({
        target,
        group: groupOf(change, change.after, "target_group_arn"),
      })),
    );
  const hosts = changes
    .filter(({ type }) => type === "aws_lb_listener_rule")
    .flatMap((change) =>
      blocks(change.after?.action).map((action, index) => ({
        group: groupOf(change, action, "action", String(index), "target_group_arn"),
        hosts: blocks(change.after?.condition)
          .flatMap(({ host_header: header }) => blocks(header))
          .flatMap(({ values }) => strings(values)),
      })),
    );
  return [...groupBy(targets, ({ group }) => group)].map(([name, own]) => ({
    name,
    targets: own.map(({ target }) => target),
    hosts: hosts.filter(({ group }) => group === name).flatMap((rule) => rule.hosts),
  }));
}
