import type { ModelHost } from "../compile/addresses";
import type { Model } from "../compile/model";
import { renderSecurityGroups } from "../compile/security-groups";
import { namespaceOf } from "./namespaces";

/** Hosts outside the VPC, with documentation addresses (RFC 5737) and those for benchmarks (RFC 2544). */
export const OUTSIDE = "192.0.2.10";
export const PUBLIC_RESOLVER = "192.0.2.53";
const clientAddress = (number: number): string => `198.51.100.${number}`;
/** Further source addresses of a client: one address has too few ports towards one destination. */
const clientNetwork = (number: number): string => `198.18.${number}.0/24`;

/** One packet of the matrix has this DSCP value, which nothing else sets. */
export const PROBE_DSCP = 0x2f;
/** Where a probe was seen, in order. */
export const STAGES = ["sent", "left", "arrived", "accepted"] as const;

export type NodeKind = ModelHost["kind"] | "router" | "internet" | "client" | "outside" | "resolver";

/** A network namespace. */
export interface LabHost {
  readonly name: string;
  readonly kind: NodeKind;
  /** Undefined for routers. */
  readonly address?: string;
  readonly publicAddress?: string;
  readonly zone?: string;
  /** Undefined for hosts that are not in the stack. */
  readonly model?: ModelHost;
}

/** A cable between two hosts. A host with one address has one cable. */
interface Link {
  readonly ends: readonly [host: string, host: string];
  readonly devices: readonly [string, string];
}

export interface Topology {
  readonly hosts: readonly LabHost[];
  readonly links: readonly Link[];
}

const routerOf = (zone: string): string => `router-${zone}`;
const INTERNET = "internet";
export const VPC_RESOLVER = "vpc-resolver";

export function topologyOf({ network }: Model, clients: number): Topology {
  const hosts: LabHost[] = network.hosts.map((model) => ({ ...model, model }));
  const outside: LabHost[] = [
    { name: "outside", kind: "outside", address: OUTSIDE },
    { name: "public-resolver", kind: "resolver", address: PUBLIC_RESOLVER },
    ...Array.from({ length: clients }, (_, index): LabHost => {
      return { name: `client-${index + 1}`, kind: "client", address: clientAddress(index + 1) };
    }),
  ];
  const routers = network.zones.map(({ name }): LabHost => ({ name: routerOf(name), kind: "router", zone: name }));
  const links = [
    ...hosts.map(({ name, zone = "" }, index) => link([name, routerOf(zone)], ["eth0", `h${index}`])),
    ...outside.map(({ name }, index) => link([name, INTERNET], ["eth0", `h${index}`])),
    ...network.zones.flatMap(({ name }, index) => [
      link([routerOf(name), INTERNET], ["internet", name]),
      link([routerOf(name), VPC_RESOLVER], ["resolver", name]),
      ...network.zones
        .slice(index + 1)
        .map((other) => link([routerOf(name), routerOf(other.name)], [other.name, name])),
    ]),
  ];
  const resolver: LabHost = { name: VPC_RESOLVER, kind: "resolver", address: network.resolver };
  return { hosts: [...hosts, ...outside, ...routers, { name: INTERNET, kind: "internet" }, resolver], links };
}

const link = (ends: Link["ends"], devices: Link["devices"]): Link => ({ ends, devices });

/** Commands of `ip` that create the namespaces and the cables. */
export function creation({ hosts, links }: Topology): string[] {
  return [
    ...hosts.map(({ name }) => `netns add ${namespaceOf(name)}`),
    ...links.map(({ ends: [one, other], devices: [device, peer] }) => {
      return `link add name ${device} netns ${namespaceOf(one)} type veth peer name ${peer} netns ${namespaceOf(other)}`;
    }),
  ];
}

/** The same for one host that was removed. */
export const creationOf = ({ links }: Topology, host: LabHost): string[] =>
  creation({ hosts: [host], links: links.filter(({ ends }) => ends.includes(host.name)) });

/** Scripts for the neighbours of a host that was made anew: the other ends of its cables were removed with it. */
export function attachment(
  { links }: Topology,
  { name, address = "" }: LabHost,
): [neighbour: string, script: string][] {
  return links
    .filter(({ ends }) => ends[0] === name)
    .map(({ ends: [, peer], devices: [, device] }) => [
      peer,
      ip([`link set dev ${device} address ${MAC} arp off up`, `route replace ${address} ${via(device)}`]),
    ]);
}

/**
 * The neighbour on every link. Both ends have the same MAC address and no ARP: a packet is never lost, or late, because an address is
 * still being resolved.
 */
const NEIGHBOUR = "169.254.0.1";
const MAC = "02:00:00:00:00:01";
const via = (device: string): string => `via ${NEIGHBOUR} dev ${device} onlink`;

/** A shell script that sets up the network of a host once: devices, addresses, counters of probes. */
export function setup(topology: Topology, model: Model, host: LabHost): string {
  const devices = devicesOf(topology, host.name).map(({ device }) => device);
  const isForwarding = ["router", "internet", "nat"].includes(host.kind);
  const address = host.address;
  return `ip -batch - <<END
link set lo up
${devices.map((device) => `link set dev ${device} address ${MAC} arp off up`).join("\n")}
${address === undefined ? "" : `address add ${address}/32 dev ${host.name === VPC_RESOLVER ? "lo" : "eth0"}`}
${host.kind === "client" ? `route add local ${clientNetwork(Number(host.name.split("-")[1]))} dev lo` : ""}
END
for file in /proc/sys/net/ipv4/conf/*/rp_filter /proc/sys/net/ipv4/conf/*/send_redirects; do echo 0 > $file; done
if [ -e /proc/sys/net/ipv6/conf/all/disable_ipv6 ]; then echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; fi
echo ${isForwarding ? 1 : 0} > /proc/sys/net/ipv4/ip_forward
${isForwarding ? "" : "echo 1024 65535 > /proc/sys/net/ipv4/ip_local_port_range"}
nft -f - <<END
${address === undefined ? "" : PROBE_COUNTERS}${host.kind === "nat" ? sourceNat(model, host) : ""}
END
${routing(topology, model, host)}`;
}

/** A shell script that replaces what the Terraform JSON says about a host's network: routes, public addresses, security groups. */
export function routing(topology: Topology, model: Model, host: LabHost): string {
  if (host.kind === "router") return routerRoutes(topology, model, host);
  if (host.kind === "internet") return internetRoutes(topology, host);
  if (host.name === VPC_RESOLVER) {
    const routes = devicesOf(topology, host.name).flatMap(({ device }) =>
      model.network.subnets
        .filter(({ zone }) => zone === device)
        .map(({ cidr }) => `route replace ${cidr} ${via(device)}`),
    );
    return ip(routes);
  }
  const route = ip([`route replace default ${via("eth0")} src ${host.address ?? ""}`]);
  if (host.model === undefined || host.kind === "nat" || host.kind === "stranger") return route;
  return `${route}nft -f - <<END
table ip security_groups
delete table ip security_groups
${renderSecurityGroups(model.securityGroups, model.network, host.model)}END
`;
}

const ip = (lines: readonly string[]): string => `ip -batch - <<END\n${lines.join("\n")}\nEND\n`;

function devicesOf({ links }: Topology, name: string): { device: string; peer: string }[] {
  return links.flatMap(({ ends, devices }) =>
    ends.flatMap((end, index) => (end === name ? [{ device: devices[index] ?? "", peer: ends[1 - index] ?? "" }] : [])),
  );
}

/**
 * Every router knows the tables of all subnets: a route may lead to a NAT gateway of another zone. The route to the VPC's own addresses
 * is in the main table, which is asked first and has no default route.
 */
function routerRoutes(topology: Topology, { network, routes }: Model, { name, zone }: LabHost): string {
  const devices = devicesOf(topology, name);
  const deviceTo = (peer: string): string => devices.find((each) => each.peer === peer)?.device ?? "";
  const hosts = network.hosts.filter((each) => each.zone === zone);
  const others = network.subnets.filter((each) => each.zone !== zone);
  const main = [
    `route replace blackhole ${network.cidr}`,
    `route replace ${network.resolver} ${via("resolver")}`,
    ...hosts.map((host) => `route replace ${host.address} ${via(deviceTo(host.name))}`),
    ...others.map((subnet) => `route replace ${subnet.cidr} ${via(subnet.zone)}`),
  ];
  const tables = routes.flatMap((each, index) => {
    const table = 100 + index;
    return [
      `rule add priority ${40_000 + index} from ${each.cidr} lookup ${table}`,
      ...each.routes.map(({ destination, nat }) => {
        const gateway = network.hosts.find((host) => host.name === nat);
        const device =
          gateway === undefined ? "internet" : gateway.zone === zone ? deviceTo(gateway.name) : gateway.zone;
        return `route add ${destination} ${via(device)} table ${table}`;
      }),
    ];
  });
  const old = routes
    .map((_, index) => `ip rule del priority ${40_000 + index} || true\nip route flush table ${100 + index} || true\n`)
    .join("");
  return `{\n${old}} 2>/dev/null\n${ip(main)}${ip(tables)}`;
}

/**
 * The internet, and the VPC's internet gateway: it translates public addresses one to one, without state, and drops what has none.
 */
function internetRoutes(topology: Topology, { name }: LabHost): string {
  const mapped = topology.hosts.flatMap(({ address, publicAddress }) =>
    address === undefined || publicAddress === undefined ? [] : [{ address, publicAddress }],
  );
  const routes = devicesOf(topology, name).flatMap(({ device, peer }) => {
    const host = topology.hosts.find((each) => each.name === peer);
    if (host?.kind === "router") {
      const own = topology.hosts.filter(({ zone, publicAddress }) => zone === host.zone && publicAddress !== undefined);
      return own.map(({ address = "" }) => `route replace ${address} ${via(device)}`);
    }
    const further = host?.kind === "client" ? [clientNetwork(Number(peer.split("-")[1]))] : [];
    return [host?.address ?? "", ...further].map((destination) => `route replace ${destination} ${via(device)}`);
  });
  const privateRanges = "{ 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 }";
  const elements = (pairs: readonly string[]): string =>
    pairs.length === 0 ? "" : `elements = { ${pairs.join(", ")} }`;
  return `${ip(routes)}nft -f - <<END
table ip internet_gateway
delete table ip internet_gateway
table ip internet_gateway {
  map to_private {
    type ipv4_addr : ipv4_addr
    ${elements(mapped.map((each) => `${each.publicAddress} : ${each.address}`))}
  }
  map to_public {
    type ipv4_addr : ipv4_addr
    ${elements(mapped.map((each) => `${each.address} : ${each.publicAddress}`))}
  }
  chain private_addresses {
    type filter hook prerouting priority -310
    ip daddr ${privateRanges} drop
  }
  chain to_the_vpc {
    type filter hook prerouting priority -300
    ip daddr set ip daddr map @to_private
  }
  chain from_the_vpc {
    type filter hook postrouting priority 300
    ip saddr set ip saddr map @to_public
    ip saddr ${privateRanges} drop
  }
}
END
`;
}

/** NAT gateways take no connections themselves. */
const sourceNat = ({ network }: Model, { address = "" }: LabHost): string => `table ip nat_gateway {
  chain postrouting {
    type nat hook postrouting priority 100
    ip saddr ${network.cidr} ip saddr != ${address} snat to ${address}
  }
  chain input {
    type filter hook input priority 0; policy drop;
  }
}
`;

/**
 * Sets of the probes that a host sent, before and after its own rules, and that reached it, before and after its own rules. The IP
 * identification tells the sender and the run; source addresses and ports change at NAT gateways.
 */
const KEY = "ip id . ip daddr . ip protocol . th dport";
const HOOKS = {
  sent: "output priority -350",
  left: "postrouting priority 350",
  arrived: "prerouting priority -250",
  accepted: "input priority 350",
} as const;
const PROBE_COUNTERS = `table inet probes {
${STAGES.map(
  (stage) => `  set ${stage} {
    typeof ${KEY}
    flags dynamic
    size 65535
  }
  chain ${stage} {
    type filter hook ${HOOKS[stage]}
    ip dscp ${PROBE_DSCP} ${stage === "arrived" ? "fib daddr type local " : ""}add @${stage} { ${KEY} }
  }`,
).join("\n")}
}
`;

/** A zone is lost: its router drops every packet. Nothing answers, and no link goes down, as when a zone loses its power. As nftables. */
export const LOSE_ZONE =
  "table inet lost { chain prerouting { type filter hook prerouting priority -400; policy drop; }; }";
export const RETURN_ZONE = "nft delete table inet lost";
