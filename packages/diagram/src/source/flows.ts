import { UserError } from "@dev-one/cli/user-error";

import { numberOf, type Resource, type TerraformJson, textOf } from "./terraform-json";

/** Source or destination of traffic: a resource with a security group, or an address range. */
export type Party = "internet" | "resolver" | "load balancer" | "servers" | "proxy" | "database" | "endpoints";

/** Traffic that the security groups allow. */
export interface Flow {
  readonly from: Party;
  readonly to: Party;
  /** Such as `HTTPS 443`, the highest port first. */
  readonly ports: readonly string[];
}

/** The resource type that uses a security group determines its party in the picture. */
const PARTY_OF: Readonly<Record<string, Party>> = {
  aws_lb: "load balancer",
  aws_launch_template: "servers",
  aws_db_proxy: "proxy",
  aws_db_instance: "database",
  aws_vpc_endpoint: "endpoints",
};
const GROUP_KEYS = ["security_groups", "security_group_ids", "vpc_security_group_ids"];
const EVERYWHERE = "0.0.0.0/0";

interface Rule {
  readonly resource: Resource;
  readonly owner: Party;
  readonly peer: Party;
  readonly port: string;
}

/**
 * The flows between parties, from the rules of security groups. A flow between two groups requires an egress rule of the
 * source and an ingress rule of the destination.
 *
 * @param resolver the VPC's resolver, as a CIDR
 * @throws UserError when a rule refers to an unknown party, or a rule at one end has no matching rule at the other end
 */
export function flowsOf(stack: TerraformJson, resolver: string): Flow[] {
  const parties = partiesOf(stack);
  const rules = (type: string) => stack.all(type).map((rule) => readRule(stack, parties, resolver, rule));
  const entering = rules("aws_vpc_security_group_ingress_rule");
  const leaving = rules("aws_vpc_security_group_egress_rule");
  const pairs = [
    ...entering.map(({ owner, peer, port }) => ({ from: peer, to: owner, port })),
    ...leaving.map(({ owner, peer, port }) => ({ from: owner, to: peer, port })),
  ];
  checkBothEnds(entering, leaving);
  const flows = new Map<string, { from: Party; to: Party; ports: string[] }>();
  for (const { from, to, port } of pairs) {
    const key = `${from} > ${to}`;
    const flow = flows.get(key) ?? { from, to, ports: [] };
    flows.set(key, flow);
    if (!flow.ports.includes(port)) flow.ports.push(port);
  }
  return [...flows.values()].map((flow) => ({ ...flow, ports: joinProtocols(flow.ports) }));
}

function partiesOf(stack: TerraformJson): Map<Resource, Party> {
  const parties = new Map<Resource, Party>();
  for (const [type, party] of Object.entries(PARTY_OF)) {
    for (const user of stack.all(type)) {
      for (const group of GROUP_KEYS.flatMap((key) => stack.targets(user.values[key]))) parties.set(group, party);
    }
  }
  return parties;
}

function readRule(stack: TerraformJson, parties: ReadonlyMap<Resource, Party>, resolver: string, rule: Resource): Rule {
  const group = stack.targets(rule.values.security_group_id)[0];
  const owner = group === undefined ? undefined : parties.get(group);
  if (owner === undefined) throw noPlace(rule, "its security group is on nothing that the picture shows");
  const peerGroup = stack.targets(rule.values.referenced_security_group_id)[0];
  const cidr = rule.values.cidr_ipv4;
  let peer: Party | undefined;
  if (peerGroup !== undefined) peer = parties.get(peerGroup);
  else if (cidr === EVERYWHERE) peer = "internet";
  else if (cidr === resolver) peer = "resolver";
  if (peer === undefined) throw noPlace(rule, "the picture does not show its other end");
  return { resource: rule, owner, peer, port: portOf(rule) };
}

function noPlace(rule: Resource, why: string): UserError {
  return new UserError(
    `The picture has no arrow for ${rule.path}: ${why}; add it to packages/diagram/src/source/flows.ts.`,
  );
}

function portOf(rule: Resource): string {
  const protocol = textOf(rule, "ip_protocol").toUpperCase();
  if (protocol === "-1") return "everything";
  const [from, to] = [numberOf(rule, "from_port"), numberOf(rule, "to_port")];
  const name = from === to ? { 80: "HTTP", 443: "HTTPS" }[from] : undefined;
  return `${protocol === "TCP" && name !== undefined ? name : protocol} ${from === to ? from : `${from} to ${to}`}`;
}

/** Requires matching rules at both ends, because traffic that one end denies does not flow. */
function checkBothEnds(entering: readonly Rule[], leaving: readonly Rule[]): void {
  for (const { resource, owner, peer, port } of entering) {
    const isLetOut = leaving.some(
      (rule) => rule.owner === peer && rule.port === port && (rule.peer === owner || rule.peer === "internet"),
    );
    if (peer !== "internet" && !isLetOut) {
      throw new UserError(`${resource.path} lets in ${port} from the ${peer}, which no rule lets out of there.`);
    }
  }
  for (const { resource, owner, peer, port } of leaving) {
    const isOutside = peer === "internet" || peer === "resolver";
    const isLetIn = entering.some((rule) => rule.owner === peer && rule.peer === owner && rule.port === port);
    if (!isOutside && !isLetIn) {
      throw new UserError(`${resource.path} lets out ${port} to the ${peer}, which no rule lets in there.`);
    }
  }
}

/** `TCP 53` and `UDP 53` are one line of the picture. */
function joinProtocols(ports: readonly string[]): string[] {
  const joined = ports
    .filter((port) => !(port.startsWith("UDP ") && ports.includes(port.replace("UDP", "TCP"))))
    .map((port) => (ports.includes(port.replace("TCP", "UDP")) ? port.replace("TCP", "TCP+UDP") : port));
  const number = (port: string) => Number(/\d+/.exec(port)?.[0] ?? 0);
  return [...new Set(joined)].sort((a, b) => number(b) - number(a));
}
