import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

import { approve, type Finding, forbid } from "../finding";
import { blocks, type Change, hasOwnBlocks, isUnknownAfter, sidesAfter, strings, text } from "../model/change";
import { nameOf, type StackPlan } from "../model/stack-plan";
import { byCodePoint, groupBy, type Phrase, say } from "../text";
import { checkPrefixLists, publicPrefixLists } from "./prefix-lists";
import { arePublic, holds, isEverywhere, isRange } from "./public-cidrs";

/** Traffic that a security group allows. */
interface AllowedTraffic {
  /** Address of the group, or else its id. */
  readonly group: string;
  /** The group's name in findings. */
  readonly groupName: string;
  readonly direction: "in" | "out";
  /** In lower case, such as `tcp`; `-1` is every protocol. */
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
  /** A CIDR, or a group, or a prefix list. */
  readonly peer: string;
  readonly peerName: string;
  /** Address of the resource with the rule. */
  readonly address: string;
}

const ALL_PORTS = { from: 0, to: 65_535 };
const OPEN_PORTS: readonly number[] = [80, 443];

/** Newly allowed traffic over the whole plan: a rule that moves from one resource to another allows nothing new. */
export function checkSecurityGroups(stack: StackPlan, withMirrors = false): Finding[] {
  const rules = stack.changes.filter(({ type }) => RULE.test(type));
  const groups = stack.changes.filter(({ type }) => GROUP.test(type));
  const changes = [...rules, ...groups.filter((group) => withMirrors || hasOwnBlocks(group, "ingress", "egress"))];
  const groupsWithRules = new Set(
    rules.flatMap((change) => [change.before, change.after].map((side) => groupOf(change, side ?? {}, stack).group)),
  );
  const before = changes.flatMap((change) => allowedTraffic(change, change.before, stack));
  const after = changes.flatMap((change) => sidesAfter(change).flatMap((side) => allowedTraffic(change, side, stack)));
  const opened = notCovered(after, before);
  const closed = notCovered(before, after);
  const [lists, isPublicWithOthers] = [publicPrefixLists(stack), isPublicTogether(before, after)];
  return [
    ...opened.map((traffic) =>
      checkOpened(traffic, arePublic([traffic.peer]) || lists.has(traffic.peer) || isPublicWithOthers(traffic)),
    ),
    ...closed.map((traffic) => approve("access", "network", traffic, say`No longer allowed: ${described(traffic)}`)),
    ...[...rules, ...groups].flatMap((change) => checkUnknown(change, groupsWithRules)),
    ...checkPrefixLists(stack),
  ];
}

/** Addresses of groups that allow public ingress on other ports than 80 and 443. */
export function publicGroups(stack: StackPlan): ReadonlySet<string> {
  const lists = publicPrefixLists(stack);
  return new Set(
    stack.changes
      .flatMap((change) => sidesAfter(change).flatMap((side) => allowedTraffic(change, side, stack)))
      .filter((traffic) => traffic.direction === "in" && !isWeb(traffic))
      .filter(({ peer }) => arePublic([peer]) || lists.has(peer))
      .map(({ group }) => group),
  );
}

const isWeb = ({ protocol, from, to }: AllowedTraffic): boolean =>
  /^(tcp|udp)$/.test(protocol) && from === to && OPEN_PORTS.includes(from);

export const GROUP = /^aws_(default_)?security_group$/;
export const RULE = /^aws_(security_group_rule|vpc_security_group_(ingress|egress)_rule)$/;

const keyOf = ({ group, direction, protocol, from, to, peer }: AllowedTraffic): string =>
  [group, direction, protocol, from, to, peer].join("\n");

/** Each traffic once, because large plans repeat it. */
const distinct = (traffic: readonly AllowedTraffic[]): ReadonlyMap<string, AllowedTraffic> =>
  new Map(traffic.map((each) => [keyOf(each), each]));

/** Traffic that none of the others covers: each one of its group, direction and protocol, or of all protocols, with its peer or a wider CIDR. */
function notCovered(these: readonly AllowedTraffic[], others: readonly AllowedTraffic[]): AllowedTraffic[] {
  const equal = distinct(others);
  const peersOfGroup = new Map(
    [...groupBy([...equal.values()], ({ group }) => group)].map(([group, own]) => [group, own.map(({ peer }) => peer)]),
  );
  const widerPeers = new Map<string, string[]>();
  const spans = groupBy([...equal.values()], (each) => spanKey(each));
  const highest = new Map([...spans].map(([key, own]) => [key, highestPorts(own)]));
  return these.filter((each) => {
    const { group, peer, protocol, from, to } = each;
    if (equal.has(keyOf(each))) return false;
    const key = `${group}\n${peer}`;
    const wider =
      widerPeers.get(key) ??
      [...new Set(peersOfGroup.get(group))].filter((other) => other === peer || holds(other, peer));
    widerPeers.set(key, wider);
    return !wider.some((other) =>
      [protocol, "-1"].some((one) => (highest.get(spanKey(each, one, other))?.(from) ?? -1) >= to),
    );
  });
}

const spanKey = ({ group, direction, protocol, peer }: AllowedTraffic, other = protocol, wider = peer): string =>
  [group, direction, other, wider].join("\n");

/** The highest port that is allowed by one of the rules that begin at a port or below it. */
function highestPorts(traffic: readonly AllowedTraffic[]): (from: number) => number {
  const sorted = traffic.toSorted((one, other) => one.from - other.from);
  let highest = -1;
  const reached = sorted.map(({ to }) => (highest = Math.max(highest, to)));
  return (from) => reached[sorted.findLastIndex((each) => each.from <= from)] ?? -1;
}

type Test = (traffic: AllowedTraffic) => boolean;

function checkOpened(traffic: AllowedTraffic, isPublicPeer: boolean): Finding {
  const isOpen = traffic.direction === "in" && isPublicPeer;
  const title = isOpen ? say`Public ingress: ${described(traffic)}` : say`Newly allowed: ${described(traffic)}`;
  return isOpen && !isWeb(traffic)
    ? forbid("open-to-world", "network", traffic, title)
    : approve("access", "network", traffic, title);
}

/** Whether a CIDR is one of many that together allow public ingress, on another port than 80 and 443. */
function isPublicTogether(before: readonly AllowedTraffic[], after: readonly AllowedTraffic[]): Test {
  const [old, fresh] = [rangesByGroup(before), rangesByGroup(after)];
  const groups = new Set(
    [...fresh].filter(([, own]) => arePublic(own.map(({ peer }) => peer))).map(([group]) => group),
  );
  return ({ group, protocol, from, to, peer }) => {
    if (!groups.has(group)) return false;
    const port = OPEN_PORTS.includes(from) ? from + 1 : from;
    const together = (ranges: ReadonlyMap<string, AllowedTraffic[]>): boolean =>
      arePublic((ranges.get(group) ?? []).filter(letsIn(protocol, port)).map((other) => other.peer));
    return port <= to && isRange(peer) && together(fresh) && !together(old);
  };
}

const letsIn = (protocol: string, port: number) => (traffic: AllowedTraffic) =>
  traffic.from <= port && traffic.to >= port && (traffic.protocol === protocol || traffic.protocol === "-1");

const rangesByGroup = (allowed: readonly AllowedTraffic[]): ReadonlyMap<string, AllowedTraffic[]> =>
  groupBy(
    [...distinct(allowed).values()].filter(({ direction, peer }) => direction === "in" && isRange(peer)),
    ({ group }) => group,
  );

function described({ groupName, direction, protocol, from, to, peerName }: AllowedTraffic): Phrase {
  const way = direction === "in" ? say`from ${peerName} into ${groupName}` : say`from ${groupName} out to ${peerName}`;
  return say`${ports(protocol, from, to)} ${way}`;
}

function ports(protocol: string, from: number, to: number): Phrase {
  if (protocol === "-1" || protocol === "all") return ["every protocol and port"];
  if (protocol.includes("icmp")) return say`${protocol}`;
  if (from <= ALL_PORTS.from && to >= ALL_PORTS.to) return say`every ${protocol} port`;
  return from === to ? say`${protocol} port ${from}` : say`${protocol} ports ${from} to ${to}`;
}

/** Traffic that the rules of a group, or a rule as a resource of its own, allow. */
function allowedTraffic(change: Change, side: JsonObject | undefined, stack: StackPlan): AllowedTraffic[] {
  const { type, address, after } = change;
  if (side === undefined || !(GROUP.test(type) || RULE.test(type))) return [];
  const isGroup = GROUP.test(type);
  const rules = isGroup
    ? [...blocks(side.ingress).map(into), ...blocks(side.egress).map(outOf)]
    : [type.includes("ingress") || side.type === "ingress" ? into(side) : outOf(side)];
  const owner = isGroup ? { group: address, groupName: nameOf(change) } : groupOf(change, side, stack);
  return rules.flatMap(({ rule, direction }) =>
    peersOf(change, rule, stack, side === after).map((peer) => ({
      ...owner,
      direction,
      ...portsOf(rule.ip_protocol ?? rule.protocol, rule.from_port, rule.to_port),
      ...peer,
      address,
    })),
  );
}

const into = (rule: JsonObject) => ({ rule, direction: "in" as const });
const outOf = (rule: JsonObject) => ({ rule, direction: "out" as const });

function groupOf(change: Change, side: JsonObject, { lookup }: StackPlan): { group: string; groupName: string } {
  const found = lookup.resource(change, side.security_group_id, "security_group_id");
  const groupName = lookup.name(change, side.security_group_id, "security_group_id");
  return { group: found?.address ?? text(side.security_group_id) ?? change.address, groupName };
}

type Peer = Pick<AllowedTraffic, "peer" | "peerName">;

const CIDRS = ["cidr_ipv4", "cidr_ipv6", "cidr_blocks", "ipv6_cidr_blocks"];
/** A group or a prefix list, whose id may be known after the apply. */
const REFERENCES = ["referenced_security_group_id", "source_security_group_id", "prefix_list_id"];

function peersOf(change: Change, rule: JsonObject, { lookup }: StackPlan, isAfter: boolean): Peer[] {
  const cidrs = CIDRS.flatMap((attribute) => strings(rule[attribute]));
  const ids = ["security_groups", "prefix_list_ids", ...REFERENCES].flatMap((attribute) => strings(rule[attribute]));
  const isUnknown = isAfter && cidrs.length + ids.length === 0;
  const referenced = isUnknown ? REFERENCES.flatMap((each) => lookup.resource(change, undefined, each) ?? []) : [];
  return [
    ...cidrs.map((cidr) => ({ peer: cidr, peerName: isEverywhere(cidr) ? `anywhere (${cidr})` : cidr })),
    ...ids.map((id) => ({ peer: lookup.resource(change, id)?.address ?? id, peerName: lookup.name(change, id) })),
    ...referenced.map((found) => ({ peer: found.address, peerName: nameOf(found) })),
    ...(rule.self === true ? [{ peer: "self", peerName: "itself" }] : []),
  ];
}

function portsOf(protocol: Json | undefined, from: Json | undefined, to: Json | undefined) {
  const name = (
    typeof protocol === "string" || typeof protocol === "number" ? protocol.toString() : "-1"
  ).toLowerCase();
  const normalized = name === "all" ? "-1" : name === "6" ? "tcp" : name === "17" ? "udp" : name;
  // ICMP has types instead of ports; every type counts as all of them.
  if (normalized === "-1" || normalized.includes("icmp")) return { protocol: normalized, ...ALL_PORTS };
  const first = Number(from ?? ALL_PORTS.from);
  const last = Number(to ?? ALL_PORTS.to);
  return first === -1 ? { protocol: normalized, ...ALL_PORTS } : { protocol: normalized, from: first, to: last };
}

const RULE_ATTRIBUTES = [
  ...CIDRS,
  "from_port",
  "to_port",
  "ip_protocol",
  "protocol",
  "prefix_list_id",
  "prefix_list_ids",
];

/** Rules with values that are known after the apply need approval. */
function checkUnknown(change: Change, groupsWithRules: ReadonlySet<string>): Finding[] {
  if (change.after === undefined) return [];
  const attributes = GROUP.test(change.type) ? ["ingress", "egress"] : RULE.test(change.type) ? RULE_ATTRIBUTES : [];
  const unknown = attributes.filter(
    (attribute) =>
      isUnknownAfter(change, attribute) &&
      ((change.configured?.has(attribute) ?? true) || isUnknownByDynamicBlock(change, attribute, groupsWithRules)),
  );
  if (unknown.length === 0) return [];
  const names = unknown.sort(byCodePoint).join(", ");
  const title = say`Not known before the apply: ${names} of a rule; it may allow any traffic`;
  return [approve("unknown-value", "network", change, title)];
}

/** A new group's rules are computed when the configuration has none, and as a whole; dynamic blocks make others unknown, too. */
function isUnknownByDynamicBlock(change: Change, attribute: string, groupsWithRules: ReadonlySet<string>): boolean {
  if (!GROUP.test(change.type)) return false;
  const isWhole = isJsonObject(change.unknown) && change.unknown[attribute] === true;
  const isNew = change.action === "create" || change.action === "replace";
  return !(isWhole && isNew && groupsWithRules.has(change.address));
}
