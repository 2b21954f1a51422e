import type { Block, Resource, Stack } from "@dev-one/terraform-json/resources";

import type { Notes } from "./coverage";
import { isTrue, listed, numbered, shown } from "./resources";

/** Traffic that the security groups allow. */
export interface Flow {
  /** One of `PARTIES`, `internet`, `resolver`, another resource by type and path, or an address range. */
  readonly from: string;
  readonly to: string;
  /** Such as `HTTPS 443`, the highest port first. */
  readonly ports: readonly string[];
}

/** Names of the resources that the picture shows by their type. */
const PARTIES: Readonly<Record<string, string>> = {
  aws_lb: "load balancer",
  aws_launch_template: "servers",
  aws_db_proxy: "proxy",
  aws_db_instance: "database",
  aws_vpc_endpoint: "endpoints",
};
const EVERYWHERE = ["0.0.0.0/0", "::/0"];
const CIDRS = ["cidr_ipv4", "cidr_ipv6", "cidr_blocks", "ipv6_cidr_blocks"];
const PREFIX_LISTS = ["prefix_list_id", "prefix_list_ids"];
/** Types of rules; the older type has its direction as an argument. */
const RULES = [
  ["aws_vpc_security_group_ingress_rule", "ingress"],
  ["aws_vpc_security_group_egress_rule", "egress"],
  ["aws_security_group_rule"],
] as const;
const GROUPS = ["referenced_security_group_id", "source_security_group_id", "security_groups"];

type Rule = ReturnType<typeof rulesOf>[number];
type Ports = ReturnType<typeof portsOf>;

interface Picture {
  /** Resources that the picture shows as generic tiles. */
  readonly withoutRoom: readonly Resource[];
  /** Address of the VPC's resolver. */
  readonly resolver: string;
  /** The security groups of servers, with whose they are, such as the name of a service. */
  readonly securityGroups: ReadonlyMap<Resource, string>;
}

/**
 * The flows from the rules of security groups, of any form. A flow between two groups needs an egress rule of the source and an
 * ingress rule of the destination; one without the other is drawn with a note. All groups of servers are one party: a port that
 * is not open for each of them says for whose it is open.
 */
export function flowsOf(stack: Stack, { withoutRoom, resolver, securityGroups }: Picture, notes: Notes): Flow[] {
  const owners = ownersOf(stack, withoutRoom);
  const rules = rulesOf(stack, (group) => owners.get(group) ?? group.path, resolver);
  noteMissingEnds(stack, rules, new Set(owners.values()), notes);
  const flows = rules.map(({ direction, owner, peer, ports, groups }) => {
    const [from, to] = direction === "ingress" ? [peer, owner] : [owner, peer];
    return { from, to, key: `${from} > ${to}`, ports: textOf(ports), groups };
  });
  return [...new Map(flows.map((flow) => [flow.key, flow])).values()].map(({ from, to, key }) => {
    const own = flows.filter((flow) => flow.key === key);
    const ports = own.map((flow) => {
      const open = own.filter((each) => each.ports === flow.ports).flatMap(({ groups }) => groups);
      return `${flow.ports}${limitOf(open, securityGroups)}`;
    });
    return { from, to, ports: joinProtocols([...new Set(ports)]) };
  });
}

/** For which of the security groups a port is open, in the shorter way; empty where it is for all of them, or for none. */
function limitOf(open: readonly Resource[], securityGroups: Picture["securityGroups"]): string {
  const whose = (isOpen: boolean) =>
    [...securityGroups].filter(([group]) => open.includes(group) === isOpen).map(([, name]) => name);
  const [only, not] = [whose(true), whose(false)];
  if (only.length === 0 || not.length === 0) return "";
  return only.length <= not.length ? ` (${only.join(", ")})` : ` (not ${not.join(", ")})`;
}

/** The names of security groups: those of what they are attached to. */
function ownersOf(stack: Stack, withoutRoom: readonly Resource[]): Map<Resource, string> {
  const owners = new Map<Resource, string>();
  for (const user of stack.resources) {
    const name = withoutRoom.includes(user) ? undefined : PARTIES[user.type];
    for (const key of ["security_groups", "security_group_ids", "vpc_security_group_ids"]) {
      for (const group of user.type === "aws_security_group" ? [] : user.targets(key)) {
        if (name !== undefined || !owners.has(group)) owners.set(group, name ?? `${user.type} ${user.path}`);
      }
    }
  }
  return owners;
}

function rulesOf(stack: Stack, nameOf: (group: Resource) => string, resolver: string) {
  const read = (path: string, direction: string, group: Resource | undefined, block: Block) => {
    const owner = group === undefined ? shown(block, "security_group_id") : nameOf(group);
    const peers = [
      ...CIDRS.flatMap((key) => valuesOf(block, key)).map((cidr) => placeOf(cidr, resolver)),
      ...PREFIX_LISTS.flatMap((key) => valuesOf(block, key)).map((list) => `prefix list ${list}`),
      ...GROUPS.flatMap((key) => {
        const groups = block.targets(key).map(nameOf);
        return groups.length > 0 ? groups : listed(block, key);
      }),
      ...(isTrue(block, "self") ? [owner] : []),
    ];
    // The rule's own group, and those at its other end.
    const groups = [...(group === undefined ? [] : [group]), ...GROUPS.flatMap((key) => block.targets(key))];
    return peers.map((peer) => ({ path, direction, owner, peer, ports: portsOf(block), groups }));
  };
  const ofType = ([type, direction]: readonly [string, string?]) =>
    stack
      .of(type)
      .flatMap((rule) => read(rule.path, direction ?? shown(rule, "type"), rule.target("security_group_id"), rule));
  const inGroup = (group: Resource, direction: string) =>
    group.blocks(direction).flatMap((block) => read(group.path, direction, group, block));
  const groups = stack.of("aws_security_group");
  return [
    ...RULES.flatMap(ofType),
    ...groups.flatMap((group) => [...inGroup(group, "ingress"), ...inGroup(group, "egress")]),
  ];
}

/** The values of an argument; for a reference whose value only Terraform knows, the path of its resource. */
function valuesOf(block: Block, key: string): string[] {
  const values = listed(block, key);
  return values.length > 0 ? values : block.targets(key).map(({ path }) => path);
}

function placeOf(cidr: string, resolver: string): string {
  if (EVERYWHERE.includes(cidr)) return "internet";
  return cidr === `${resolver}/32` ? "resolver" : cidr;
}

/** A range of ports; the protocol is in upper case, and empty for all traffic. */
function portsOf(block: Block) {
  const protocol = (shown(block, "ip_protocol") || shown(block, "protocol")).toUpperCase();
  const name = { "-1": "", ALL: "", "1": "ICMP", "6": "TCP", "17": "UDP", "58": "ICMPV6" }[protocol] ?? protocol;
  const hasPorts = name === "TCP" || name === "UDP";
  return {
    protocol: name,
    from: hasPorts ? (numbered(block, "from_port") ?? 0) : 0,
    to: hasPorts ? (numbered(block, "to_port") ?? 65_535) : 65_535,
  };
}

function textOf({ protocol, from, to }: Ports): string {
  if (protocol === "") return "all traffic";
  if (from === 0 && to === 65_535) return protocol === "TCP" || protocol === "UDP" ? `all ${protocol}` : protocol;
  const name = from === to ? { 80: "HTTP", 443: "HTTPS" }[from] : undefined;
  return `${protocol === "TCP" && name !== undefined ? name : protocol} ${from === to ? from : `${from} to ${to}`}`;
}

/** Notes the rules between two groups of which only one end has a rule, because such traffic does not flow. */
function noteMissingEnds(stack: Stack, rules: readonly Rule[], owners: ReadonlySet<string>, notes: Notes): void {
  for (const { path, direction, owner, peer, ports } of rules) {
    const other = direction === "ingress" ? "egress" : "ingress";
    const allows = rules.some(
      (each) =>
        each.direction === other &&
        each.owner === peer &&
        [owner, "internet"].includes(each.peer) &&
        covers(each, ports),
    );
    if (!owners.has(peer) || allows) continue;
    const end = `${direction === "ingress" ? "from" : "to"} the ${peer}, which has no ${other}`;
    notes.add(`${stack.name}: ${path} allows ${textOf(ports)} ${end} rule for it.`);
  }
}

function covers({ ports: one }: Rule, other: Ports): boolean {
  return one.protocol === "" || (one.protocol === other.protocol && one.from <= other.from && one.to >= other.to);
}

/** `TCP 53` and `UDP 53` are one line of the picture. */
function joinProtocols(ports: readonly string[]): string[] {
  const joined = ports
    .filter((port) => !(port.startsWith("UDP ") && ports.includes(port.replace("UDP", "TCP"))))
    .map((port) => (ports.includes(port.replace("TCP", "UDP")) ? port.replace("TCP", "TCP+UDP") : port));
  const number = (port: string) => Number(/\d+/.exec(port)?.[0] ?? 0);
  return [...new Set(joined)].sort((a, b) => number(b) - number(a));
}
