import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

import { approve, type Finding, forbid } from "../finding";
import { blocks, type Change, strings, text } from "../model/change";
import { parsedJson } from "../model/secrets";
import { nameOf } from "../model/stack-plan";
import { byCodePoint, listed, type Phrase, say } from "../text";
import { newIn } from "./new-in";
import { arePublic, isRange } from "./public-cidrs";

/** Types that other checks cover, and those in which a public CIDR is a destination. */
const CHECKED_ELSEWHERE =
  /^aws_(default_)?security_group|^aws_vpc_security_group_|^aws_(default_)?network_acl|^aws_ec2_managed_prefix_list|(^|_)(route|routes|route_table|router|routing)(_|$)|^aws_(vpc|subnet)|_(nat|egress)(_|$)/;

/** Names of attributes with sources; and of those with destinations. */
const FROM =
  /source|remote|cidr|authorized|allowed|allow_?list|white_?list|ingress|inbound|trusted|ip_range|ip_prefix|permitted|^networks?$|^sources?$/i;
const WHERE_TO = /egress|outbound|dest|route|hop|target|deny|denied|block_?list|black_?list|nat_|excluded/i;

/** Public ingress in network ACLs and in every other resource with a list of CIDRs. */
export function checkFirewalls(change: Change): Finding[] {
  if (change.action === "delete") return [];
  const fresh = newIn(change, (side) => doors(change.type, side));
  const title = (some: readonly Door[]): Phrase => say`Public ingress: ${portsOf(some)} by ${nameOf(change)}`;
  const forbidden = fresh.filter(({ isWeb }) => !isWeb);
  if (forbidden.length > 0) return [forbid("open-to-world", "network", change, title(forbidden))];
  return fresh.length > 0 ? [approve("access", "network", change, title(fresh))] : [];
}

/** A port that public addresses can reach. */
interface Door {
  /** The ports, such as `22`, or the attribute that opens them. */
  readonly ports: string;
  /** Only HTTP or HTTPS. */
  readonly isWeb: boolean;
}

const portsOf = (doors: readonly Door[]): Phrase =>
  listed([...new Set(doors.map(({ ports }) => ports))].sort(byCodePoint));
const door = (ports: string): Door => ({ ports, isWeb: /^(80|443)(-\1)?$/.test(ports) });

function doors(type: string, side: JsonObject): Door[] {
  switch (type) {
    case "aws_network_acl_rule":
      return side.egress === true ? [] : acl(side, side.rule_action);
    case "aws_network_acl":
    case "aws_default_network_acl":
      return blocks(side.ingress).flatMap((rule) => acl(rule, rule.action));
    // An accelerator has public addresses only.
    case "aws_globalaccelerator_listener":
      return blocks(side.port_range).flatMap((range) => ownPorts(range).map(door));
    case "aws_eks_cluster":
      return [...anywhere(side), ...eks(side)];
    default:
      return CHECKED_ELSEWHERE.test(type) ? [] : anywhere(side);
  }
}

/** A network ACL is stateless and must allow replies to ephemeral ports from every address. */
function acl(rule: JsonObject, action: Json | undefined): Door[] {
  if (!/^allow$/i.test(text(action) ?? "")) return [];
  const cidrs = [rule.cidr_block, rule.ipv6_cidr_block].flatMap(strings);
  if (!arePublic(cidrs)) return [];
  const protocol = String(typeof rule.protocol === "object" ? "-1" : (rule.protocol ?? "-1")).toLowerCase();
  if (protocol === "-1" || protocol === "all") return [door("every protocol and port")];
  const [from, to] = [Number(rule.from_port ?? 0), Number(rule.to_port ?? 65_535)];
  const ports = from === to ? String(from) : `${from}-${to}`;
  return [{ ports, isWeb: from >= 1024 || door(ports).isWeb }];
}

/** A public endpoint without CIDRs allows every address. */
function eks(side: JsonObject): Door[] {
  return blocks(side.vpc_config).some(
    ({ endpoint_public_access: isPublic, public_access_cidrs: cidrs }) =>
      isPublic === true && Array.isArray(cidrs) && cidrs.length === 0,
  )
    ? [door("vpc_config.public_access_cidrs")]
    : [];
}

/** Public CIDRs in attributes with sources, at any depth. */
function anywhere(side: JsonObject): Door[] {
  const doorsTo = (values: readonly string[], path: readonly string[], owner: JsonObject): Door[] => {
    if (path.some((part) => WHERE_TO.test(part)) || !path.some((part) => FROM.test(part))) return [];
    if (path.some((part) => /^tags|^labels$|description|user_data/.test(part))) return [];
    if (!arePublic(values.filter(isRange))) return [];
    const ports = ownPorts(owner);
    return (ports.length === 0 ? [path.join(".")] : ports).map(door);
  };
  const visit = (value: Json | undefined, path: readonly string[], owner: JsonObject): Door[] => {
    if (typeof value === "string") return parsedJson(value) === undefined ? doorsTo([value], path, owner) : [];
    if (isJsonObject(value))
      return isEgressOrDeny(value)
        ? []
        : Object.entries(value).flatMap(([key, each]) => visit(each, [...path, key], value));
    if (!Array.isArray(value)) return [];
    // The strings of a list together, and so blocks without ports.
    const ranges = blocks(value).flatMap((block) => Object.values(block).flatMap(strings).filter(isRange));
    const isPieces =
      ranges.length > 1 && blocks(value).every((block) => !isEgressOrDeny(block) && ownPorts(block).length === 0);
    return [
      ...doorsTo(strings(value), path, owner),
      ...(isPieces ? doorsTo(ranges, path, owner) : []),
      ...value.flatMap((each) => (typeof each === "string" ? [] : visit(each, path, owner))),
    ];
  };
  return visit(side, [], side);
}

const PORTS =
  /^(ports?|port_range|from_port|to_port|destination_ports?|destination_port_ranges?|port_range_(min|max)|port_min|port_max)$/;

function ownPorts(block: JsonObject): string[] {
  const [from, to] = [
    block.from_port ?? block.port_range_min ?? block.port_min,
    block.to_port ?? block.port_range_max ?? block.port_max,
  ];
  if (from !== undefined && to !== undefined && from !== null && to !== null) {
    return [from === to ? JSON.stringify(from) : `${JSON.stringify(from)}-${JSON.stringify(to)}`];
  }
  return Object.entries(block)
    .filter(([key]) => PORTS.test(key))
    .flatMap(([, value]) => (typeof value === "number" ? [value.toString()] : strings(value)));
}

/** Egress rules and deny rules. */
function isEgressOrDeny(block: JsonObject): boolean {
  return ["direction", "type", "action", "policy", "access", "rule_action"].some((name) =>
    /^(egress|out|outbound|deny|drop|block|reject)$/i.test(text(block[name]) ?? ""),
  );
}
