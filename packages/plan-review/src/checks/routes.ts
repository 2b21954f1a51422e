import { isJsonObject, type JsonObject } from "@dev-one/cli/json";

import { approve, type Finding, forbid } from "../finding";
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
  // A route table mirrors routes that are resources of their own; routes made outside Terraform show only there.
  const changes = stack.changes.filter((change) => withMirrors || hasOwnRoutes(change));
  const before = changes.flatMap((change) => routes(change, change.before, stack));
  const after = changes.flatMap((change) => sidesAfter(change).flatMap((side) => routes(change, side, stack)));
  const destroyedTables = new Set(stack.changes.filter(isDestroyed).map(({ address }) => address));
  const same = (one: Route) => (other: Route) => one.table === other.table && one.destination === other.destination;
  return [
    ...after.flatMap((route): Finding[] => {
      const old = before.find(same(route));
      if (old?.target === route.target) return [];
      if (old !== undefined && isDefaultRouteByNat(old) && !keepsPublicAddress(route, stack))
        return [lost(old, route, stack)];
      const title =
        old === undefined
          ? say`New route in ${route.tableName}: ${route.destination} to ${route.target}`
          : say`Route changed in ${route.tableName}: ${route.destination} to ${route.target} instead of ${old.target}`;
      return [finding(route, title)];
    }),
    ...before
      .filter((route) => !after.some(same(route)))
      .map((route) =>
        isDefaultRouteByNat(route) && !destroyedTables.has(route.table)
          ? lost(route, undefined, stack)
          : finding(route, say`Route deleted from ${route.tableName}: ${route.destination} to ${route.target}`),
      ),
    ...stack.changes.flatMap((change) => checkAssociation(change, stack)),
  ];
}

/** The plan's configuration omits dynamic blocks, but their routes differ from the former ones; mirrored routes do not. */
function hasOwnRoutes({ type, configured, before, after, unknown }: Change): boolean {
  if (type === "aws_route" || (configured?.has("route") ?? true)) return true;
  const routes = after?.route;
  const isDynamic = isJsonObject(unknown) && Array.isArray(unknown.route) && holdsUnknown(unknown.route);
  return isDynamic || (Array.isArray(routes) && !isSame(before?.route ?? [], routes));
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
      const isInternet =
        text(id)?.startsWith("igw-") === true ||
        lookup.resource(change, id, ...path, attribute)?.type === "aws_internet_gateway";
      const prefix = attribute === "gateway_id" && isInternet ? "internet " : "";
      return `${prefix}${kind} ${lookup.name(change, id, ...path, attribute)}`;
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

function checkAssociation(change: Change, { lookup }: StackPlan): Finding[] {
  if (change.type !== "aws_route_table_association" && change.type !== "aws_main_route_table_association") return [];
  if (change.action === "no-op" || change.action === "move" || change.action === "delete") return [];
  if (isForgotten(change)) return [];
  const subnet = lookup.name(change, change.after?.subnet_id, "subnet_id");
  const table = lookup.name(change, change.after?.route_table_id, "route_table_id");
  const former = text(change.before?.route_table_id);
  if (change.action === "update" && former !== undefined) {
    const title = say`Subnet ${subnet} uses route table ${table} instead of ${lookup.name(change, former, "route_table_id")}`;
    return [finding(change, title)];
  }
  return [finding(change, say`Subnet ${subnet} uses route table ${table}`)];
}
