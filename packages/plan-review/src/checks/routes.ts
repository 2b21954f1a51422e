import type { Json, JsonObject } from "@dev-one/cli/json";

import { approve, type Finding, forbid } from "../finding";
import {
  blocks,
  type Change,
  hasOwnBlocks,
  isDestroyed,
  isForgotten,
  isUnknownAfter,
  sidesAfter,
  text,
} from "../model/change";
import { nameOf, type StackPlan } from "../model/stack-plan";
import { type Phrase, say } from "../text";

const DESTINATIONS = [
  "destination_cidr_block",
  "destination_ipv6_cidr_block",
  "destination_prefix_list_id",
  "cidr_block",
  "ipv6_cidr_block",
];
const TARGETS: Readonly<Record<string, string>> = {
  gateway_id: "gateway",
  nat_gateway_id: "NAT gateway",
  egress_only_gateway_id: "egress-only internet gateway",
  transit_gateway_id: "transit gateway",
  vpc_peering_connection_id: "VPC peering connection",
  vpc_endpoint_id: "VPC endpoint",
  network_interface_id: "network interface",
  instance_id: "instance",
  local_gateway_id: "local gateway",
  carrier_gateway_id: "carrier gateway",
  core_network_arn: "core network",
};

interface Route {
  readonly table: string;
  readonly tableName: string;
  readonly destination: string;
  readonly target: string;
  readonly address: string;
  /** The NAT gateway that is its target, as far as the plan knows it. */
  readonly nat: { readonly id: string | undefined; readonly gateway: Change | undefined } | undefined;
}

/** Routes over the whole plan, in route tables and as resources of their own. */
export function checkRoutes(stack: StackPlan, withMirrors = false): Finding[] {
  const changes = stack.changes.filter(
    (change) => withMirrors || change.type === "aws_route" || hasOwnBlocks(change, "route"),
  );
  const before = changes.flatMap((change) => routes(change, change.before, stack));
  const after = changes.flatMap((change) => sidesAfter(change).flatMap((side) => routes(change, side, stack)));
  const destroyedTables = new Set(stack.changes.filter(isDestroyed).map(({ address }) => address));
  const same = (one: Route) => (other: Route) => one.table === other.table && one.destination === other.destination;
  const added = after.flatMap((route): Finding[] => {
    const { tableName, destination, target } = route;
    const old = before.find(same(route));
    if (old?.target === target) return [];
    if (old === undefined) return [finding(route, say`New route in ${tableName}: ${destination} to ${target}`)];
    if (isDefaultRouteByNat(old) && !keepsPublicAddress(route, stack)) return [lost(old, route, stack)];
    return [finding(route, say`Route changed in ${tableName}: ${destination} to ${target} instead of ${old.target}`)];
  });
  const removed = before
    .filter((route) => !after.some(same(route)))
    .map((route) =>
      isDefaultRouteByNat(route) && !destroyedTables.has(route.table)
        ? lost(route, undefined, stack)
        : finding(route, say`Route deleted from ${route.tableName}: ${route.destination} to ${route.target}`),
    );
  return [...added, ...removed, ...stack.changes.flatMap((change) => checkAssociation(change, stack))];
}

const finding = (subject: { address: string }, title: Phrase): Finding => approve("route", "network", subject, title);

/** Whether it is a default route to a NAT gateway, whose Elastic IP partners have on allow lists. */
const isDefaultRouteByNat = ({ destination, nat }: Route): boolean => nat !== undefined && destination === "0.0.0.0/0";

/** Whether the NAT gateway has an Elastic IP that a NAT gateway had before; one that is not in the plan does not change. */
function keepsPublicAddress({ nat }: Route, { changes }: StackPlan): boolean {
  if (nat === undefined) return false;
  const { id, gateway } = nat;
  if (gateway === undefined) return id !== undefined;
  const allocation = text(gateway.after?.allocation_id);
  return (
    gateway.action === "no-op" ||
    (allocation !== undefined &&
      changes.some(({ type, before }) => type === "aws_nat_gateway" && before?.allocation_id === allocation))
  );
}

/** A default route that no longer leads to a NAT gateway with a known Elastic IP. */
function lost(old: Route, fresh: Route | undefined, { environment }: StackPlan): Finding {
  const where = old.nat?.gateway;
  const address = text(where?.before?.public_ip) ?? text(where?.before?.allocation_id) ?? "(unknown)";
  const change: Phrase =
    fresh === undefined
      ? say`none instead of ${old.target}; no traffic leaves from ${address} any more`
      : say`${fresh.target} instead of ${old.target}; traffic leaves from another public IP address than ${address}`;
  const title = say`Default route 0.0.0.0/0 of ${old.tableName}: ${change}`;
  return forbid("outgoing-address-lost", "network", fresh ?? old, title, environment.isProduction);
}

function routes(change: Change, side: JsonObject | undefined, stack: StackPlan): Route[] {
  const { type, address } = change;
  if (side === undefined) return [];
  if (type === "aws_route") {
    const [id, attribute] = [side.route_table_id, "route_table_id"] as const;
    const table = stack.lookup.resource(change, id, attribute)?.address ?? text(id) ?? address;
    const tableName = stack.lookup.name(change, id, attribute);
    return [{ table, tableName, ...routeOf(change, side, side, [], stack) }];
  }
  if (type !== "aws_route_table" && type !== "aws_default_route_table") return [];
  return blocks(side.route).map((block, index) => ({
    table: address,
    tableName: nameOf(change),
    ...routeOf(change, side, block, ["route", String(index)], stack),
  }));
}

/** Destination and target of a route, which stands at a path of the resource. */
function routeOf(
  change: Change,
  side: JsonObject,
  block: JsonObject,
  path: readonly string[],
  { lookup }: StackPlan,
): Omit<Route, "table" | "tableName"> {
  const isUnknown = (attribute: string): boolean =>
    side === change.after &&
    isUnknownAfter(change, ...path, attribute) &&
    (path.length > 0 || (change.configured?.has(attribute) ?? true));
  const [attribute = "", kind = ""] =
    Object.entries(TARGETS).find(([each]) => text(block[each]) !== undefined || isUnknown(each)) ?? [];
  const id = text(block[attribute]);
  const found = lookup.resource(change, block[attribute], ...path, attribute);
  const isInternet =
    attribute === "gateway_id" && (id?.startsWith("igw-") === true || found?.type === "aws_internet_gateway");
  const name = lookup.name(change, block[attribute], ...path, attribute);
  return {
    destination: DESTINATIONS.map((each) => text(block[each])).find(Boolean) ?? "(known after the apply)",
    target: kind === "" ? "(known after the apply)" : `${isInternet ? "internet " : ""}${kind} ${name}`,
    address: change.address,
    nat: attribute === "nat_gateway_id" ? { id, gateway: found } : undefined,
  };
}

function checkAssociation(change: Change, { lookup }: StackPlan): Finding[] {
  const { type, action, before, after } = change;
  if (!/^aws_(main_)?route_table_association$/.test(type) || isForgotten(change)) return [];
  if (action === "no-op" || action === "move" || action === "delete") return [];
  const table = (id: Json | undefined): string => lookup.name(change, id, "route_table_id");
  const former = text(before?.route_table_id);
  const instead = action === "update" && former !== undefined ? say` instead of ${table(former)}` : [];
  const subnet = lookup.name(change, after?.subnet_id, "subnet_id");
  return [finding(change, say`Subnet ${subnet} uses route table ${table(after?.route_table_id)}${instead}`)];
}
