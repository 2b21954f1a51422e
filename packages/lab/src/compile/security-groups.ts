import type { Resource, Stack } from "@dev-one/terraform-json/resources";

import type { ModelHost, Network } from "./addresses";
import { contains } from "./ipv4";
import { oneOf, requiredTarget, unsupported } from "./read";

export type Protocol = "tcp" | "udp";

export interface Rule {
  /** `-1` is every protocol and port. */
  readonly protocol: Protocol | "-1";
  readonly from: number;
  readonly to: number;
  /** A CIDR, or the address of a security group. */
  readonly peer: { readonly cidr: string } | { readonly group: string };
}

export interface SecurityGroup {
  readonly address: string;
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
}

export function compileSecurityGroups(stack: Stack): SecurityGroup[] {
  for (const group of stack.of("aws_default_security_group")) {
    for (const direction of ["ingress", "egress"]) {
      if (group.blocks(direction).length > 0)
        throw unsupported(group, direction, group.values[direction], "an empty list only");
    }
  }
  const rules = (direction: "ingress" | "egress", group: Resource): Rule[] =>
    stack
      .of(`aws_vpc_security_group_${direction}_rule`)
      .filter((rule) => requiredTarget(rule, "security_group_id", "aws_security_group") === group)
      .map(ruleOf);
  return stack.of("aws_security_group").map((group) => ({
    address: group.address,
    ingress: rules("ingress", group),
    egress: rules("egress", group),
  }));
}

function ruleOf(rule: Resource): Rule {
  const protocol = oneOf(rule, "ip_protocol", ["tcp", "udp", "-1"]);
  const cidr = rule.text("cidr_ipv4");
  const peer =
    cidr === undefined
      ? { group: requiredTarget(rule, "referenced_security_group_id", "aws_security_group").address }
      : { cidr };
  if (protocol === "-1") return { protocol, from: 0, to: 65_535, peer };
  const [from, to] = [rule.number("from_port"), rule.number("to_port")];
  if (from === undefined || to === undefined)
    throw unsupported(rule, "from_port and to_port", undefined, "a range of ports");
  return { protocol, from, to, peer };
}

/**
 * The security groups of a host as nftables: stateful, and what no rule allows is dropped, in both directions.
 * A group that a rule references is the set of its members' private addresses, as on AWS.
 */
export function renderSecurityGroups(groups: readonly SecurityGroup[], network: Network, host: ModelHost): string {
  const own = groups.filter(({ address }) => host.groups.includes(address));
  const lines = (direction: "ingress" | "egress"): string[] =>
    own.flatMap((group) => group[direction]).flatMap((rule) => renderRule(rule, network, direction));
  const chain = (name: "ingress" | "egress", hook: "input" | "output", loopback: string) =>
    `  chain ${name} {
    type filter hook ${hook} priority 0; policy drop;
    ${loopback} "lo" accept
    ct state established,related accept
${lines(name)
  .map((line) => `    ${line}\n`)
  .join("")}  }`;
  return `table ip security_groups {
${chain("ingress", "input", "iif")}
${chain("egress", "output", "oif")}
}
`;
}

function renderRule({ protocol, from, to, peer }: Rule, network: Network, direction: "ingress" | "egress"): string[] {
  const addresses = "cidr" in peer ? [peer.cidr] : membersOf(peer.group, network);
  // nftables refuses an empty set; a group without members allows no traffic.
  if (addresses.length === 0) return [];
  const who = `ip ${direction === "ingress" ? "saddr" : "daddr"} { ${addresses.join(", ")} }`;
  return [protocol === "-1" ? `${who} accept` : `${who} ${protocol} dport ${from}-${to} accept`];
}

const membersOf = (group: string, { hosts }: Network): string[] =>
  hosts.filter(({ groups }) => groups.includes(group)).map(({ address }) => address);

/**
 * Whether the rules of a host allow traffic with an address, read from the rules and not from nftables: what measurements are compared
 * with.
 */
export function allows(
  groups: readonly SecurityGroup[],
  network: Network,
  { host, direction }: { readonly host: ModelHost; readonly direction: "ingress" | "egress" },
  { peer, protocol, port }: { readonly peer: string; readonly protocol: Protocol; readonly port: number },
): boolean {
  return groups
    .filter(({ address }) => host.groups.includes(address))
    .flatMap((group) => group[direction])
    .some((rule) => {
      if (rule.protocol !== "-1" && (rule.protocol !== protocol || port < rule.from || port > rule.to)) return false;
      if ("cidr" in rule.peer) return contains(rule.peer.cidr, peer);
      return membersOf(rule.peer.group, network).includes(peer);
    });
}
