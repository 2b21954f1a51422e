import { isJsonObject, type JsonObject } from "@dev-one/cli/json";

import type { Finding } from "../finding";
import { blocks, type Change, isDestroyed, isForgotten, isUnknownAfter, sidesAfter, text } from "../model/change";
import { holdsUnknown, isSame } from "../model/differences";
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
  egress_only_gateway_id: "egress-only gateway",
  transit_gateway_id: "transit gateway",
  vpc_peering_connection_id: "peering",
  vpc_endpoint_id: "endpoint",
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
  /** Where it leads through a NAT gateway: that, as far as the plan knows it. */
  readonly nat: { readonly id: string | undefined; readonly gateway: Change | undefined } | undefined;
}

/** Where packets will go, over the whole plan. */
export function judgeRoutes(stack: StackPlan, withMirrors = false): Finding[] {
  // A table shows routes that are resources of their own as if they were its own; only there does it show those made by hand.
  const changes = stack.changes.filter((change) => withMirrors || hasOwnRoutes(change));
  const before = changes.flatMap((change) => routes(change, change.before, stack));
  const after = changes.flatMap((change) => sidesAfter(change).flatMap((side) => routes(change, side, stack)));
  const tablesGone = new Set(stack.changes.filter(isDestroyed).map(({ address }) => address));
  const same = (one: Route) => (other: Route) => one.table === other.table && one.destination === other.destination;
  return [
    ...after.flatMap((route): Finding[] => {
      const old = before.find(same(route));
      if (old?.target === route.target) return [];
      if (old !== undefined && isOutgoing(old) && !goesOutAsBefore(route, stack)) return [lost(old, route, stack)];
      const title =
        old === undefined
          ? say`New route: from ${route.tableName} to ${route.destination} through ${route.target}`
          : say`Another way: from ${route.tableName} to ${route.destination} through ${route.target} instead of ${old.target}`;
      return [finding(route, title)];
    }),
    ...before
      .filter((route) => !after.some(same(route)))
      .map((route) =>
        isOutgoing(route) && !tablesGone.has(route.table)
          ? lost(route, undefined, stack)
          : finding(
              route,
              say`No route any more: from ${route.tableName} to ${route.destination} (was ${route.target})`,
            ),
      ),
    ...stack.changes.flatMap((change) => judgeAssociation(change, stack)),
  ];
}

/** The configuration does not tell of dynamic blocks, but what they make differs from what was; what a table only shows stays. */
function hasOwnRoutes({ type, configured, before, after, unknown }: Change): boolean {
  if (type === "aws_route" || (configured?.has("route") ?? true)) return true;
  const routes = after?.route;
  const isDynamic = isJsonObject(unknown) && Array.isArray(unknown.route) && holdsUnknown(unknown.route);
  return isDynamic || (Array.isArray(routes) && !isSame(before?.route ?? [], routes));
}

function finding({ address }: { address: string }, title: Phrase): Finding {
  return { kind: "route", severity: "approve", danger: "network", address, title };
}

/** The way to the internet through a NAT gateway, under whose address others know us. */
const isOutgoing = ({ destination, nat }: Route): boolean => nat !== undefined && destination === "0.0.0.0/0";

/** Whether it leads through a gateway with an address that one of the gateways had before; what is in no plan stays as it is. */
function goesOutAsBefore({ nat }: Route, { changes }: StackPlan): boolean {
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

/** The address itself may stay ours, and is what nobody sees any more. */
function lost(old: Route, fresh: Route | undefined, { environment }: StackPlan): Finding {
  const where = old.nat?.gateway;
  const address = text(where?.before?.public_ip) ?? text(where?.before?.allocation_id) ?? old.target;
  const instead = fresh === undefined ? say`nothing goes out` : say`${fresh.target} is the way out`;
  return {
    kind: "outgoing-address-lost",
    severity: environment.isProduction ? "forbidden" : "approve",
    danger: "network",
    address: (fresh ?? old).address,
    title: say`An outgoing address is lost: from ${old.tableName}, ${instead} instead of by ${address}`,
  };
}

function routes(change: Change, side: JsonObject | undefined, { lookup }: StackPlan): Route[] {
  if (side === undefined) return [];
  const target = (block: JsonObject, index?: number): string => {
    const path = index === undefined ? [] : ["route", String(index)];
    for (const [attribute, kind] of Object.entries(TARGETS)) {
      const id = block[attribute];
      const isUnknown =
        side === change.after &&
        isUnknownAfter(change, ...path, attribute) &&
        (index !== undefined || (change.configured?.has(attribute) ?? true));
      if (text(id) === undefined && !isUnknown) continue;
      return `${kind} ${lookup.name(change, id, ...path, attribute)}`;
    }
    return "(known after the apply)";
  };
  const natOf = (block: JsonObject, index?: number): Route["nat"] => {
    const path = index === undefined ? ["nat_gateway_id"] : ["route", String(index), "nat_gateway_id"];
    const id = text(block.nat_gateway_id);
    const isUnknown = side === change.after && isUnknownAfter(change, ...path);
    if (id === undefined && !(isUnknown && target(block, index).startsWith("NAT"))) return undefined;
    return { id, gateway: lookup.resource(change, block.nat_gateway_id, ...path) };
  };
  const destination = (block: JsonObject): string =>
    DESTINATIONS.map((attribute) => text(block[attribute])).find((value) => value !== undefined) ??
    "(known after the apply)";
  if (change.type === "aws_route") {
    const table = lookup.resource(change, side.route_table_id, "route_table_id");
    return [
      {
        table: table?.address ?? text(side.route_table_id) ?? change.address,
        tableName: lookup.name(change, side.route_table_id, "route_table_id"),
        destination: destination(side),
        target: target(side),
        address: change.address,
        nat: natOf(side),
      },
    ];
  }
  if (change.type !== "aws_route_table" && change.type !== "aws_default_route_table") return [];
  return blocks(side.route).map((block, index) => ({
    table: change.address,
    tableName: nameOf(change),
    destination: destination(block),
    target: target(block, index),
    address: change.address,
    nat: natOf(block, index),
  }));
}

function judgeAssociation(change: Change, { lookup }: StackPlan): Finding[] {
  if (change.type !== "aws_route_table_association" && change.type !== "aws_main_route_table_association") return [];
  if (change.action === "no-op" || change.action === "move" || change.action === "delete") return [];
  if (isForgotten(change)) return [];
  const subnet = lookup.name(change, change.after?.subnet_id, "subnet_id");
  const table = lookup.name(change, change.after?.route_table_id, "route_table_id");
  const former = text(change.before?.route_table_id);
  if (change.action === "update" && former !== undefined) {
    const title = say`Subnet ${subnet} now routes by ${table} instead of ${lookup.name(change, former, "route_table_id")}`;
    return [finding(change, title)];
  }
  return [finding(change, say`Subnet ${subnet} routes by ${table}`)];
}
