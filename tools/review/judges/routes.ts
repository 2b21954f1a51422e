import { isJsonObject, type JsonObject } from "../../json";
import type { Finding } from "../finding";
import { blocks, type Change, isForgotten, isUnknownAfter, sidesAfter, text } from "../model/change";
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
}

/** Where packets will go, over the whole plan. */
export function judgeRoutes(stack: StackPlan, withMirrors = false): Finding[] {
  // A table shows routes that are resources of their own as if they were its own; only there does it show those made by hand.
  const changes = stack.changes.filter((change) => withMirrors || hasOwnRoutes(change));
  const before = changes.flatMap((change) => routes(change, change.before, stack));
  const after = changes.flatMap((change) => sidesAfter(change).flatMap((side) => routes(change, side, stack)));
  const same = (one: Route) => (other: Route) => one.table === other.table && one.destination === other.destination;
  return [
    ...after.flatMap((route): Finding[] => {
      const old = before.find(same(route));
      if (old?.target === route.target) return [];
      const title =
        old === undefined
          ? say`New route: from ${route.tableName} to ${route.destination} through ${route.target}`
          : say`Another way: from ${route.tableName} to ${route.destination} through ${route.target} instead of ${old.target}`;
      return [finding(route, title)];
    }),
    ...before
      .filter((route) => !after.some(same(route)))
      .map((route) =>
        finding(route, say`No route any more: from ${route.tableName} to ${route.destination} (was ${route.target})`),
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
