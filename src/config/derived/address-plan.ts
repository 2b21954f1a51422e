import { containsCidr, excludeCidr, parseCidr } from "cidr-tools";

import type { Environment, Zone } from "../schema/environment";

/** One line of the address table. */
export interface NamedServer {
  /** Host name without the domain, such as `api-1`. */
  readonly name: string;
  /** Name of the zone, such as `zone-1`. */
  readonly zone: string;
  /** Private address, such as `172.31.1.101`. */
  readonly address: string;
}

/** The address table: every named server of the environment, by name and zone. */
export function addressTable(environment: Environment): NamedServer[] {
  return serverNames(environment).flatMap((name) =>
    environment.zones.flatMap((zone) => {
      const address = zone.servers[name];
      return address === undefined ? [] : [{ name, zone: zone.name, address }];
    }),
  );
}

/** The names of the named servers, each once. */
export function serverNames(environment: Environment): string[] {
  return [...new Set(environment.zones.flatMap((zone) => Object.keys(zone.servers)))].sort();
}

/**
 * The addresses of a subnet that AWS reserves: network, router, DNS, future use, broadcast.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
 */
export function addressesReservedByAws(subnet: string): string[] {
  const { start, end } = parseCidr(subnet);
  return [start, start + 1n, start + 2n, start + 3n, end].map(toAddress);
}

/** The addresses of a subnet that AWS leaves, such as `172.31.1.100 to 172.31.1.110`. */
export function usableAddresses(subnet: string): string {
  const { start, end } = parseCidr(subnet);
  return `${toAddress(start + 4n)} to ${toAddress(end - 1n)}`;
}

/**
 * The fewest CIDRs that cover every address of the zone's server subnet which neither AWS reserves nor the address table
 * names, in ascending order. Reserved, they leave exactly the named addresses for AWS to hand out (docs/decisions/0001).
 */
export function reservations(zone: Zone): string[] {
  const taken = [...addressesReservedByAws(zone.subnets.servers), ...Object.values(zone.servers)];
  return excludeCidr([zone.subnets.servers], taken.map(single));
}

/**
 * The VPC's DNS resolver, as a CIDR: the base of the VPC's range plus two.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
 */
export function resolverCidr({ vpcCidr }: Pick<Environment, "vpcCidr">): string {
  return single(toAddress(parseCidr(vpcCidr).start + 2n));
}

/** Whether a subnet holds an address. */
export function holds(subnet: string, address: string): boolean {
  return containsCidr(subnet, single(address));
}

function single(address: string): string {
  return `${address}/32`;
}

function toAddress(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => ((value >> shift) & 255n).toString()).join(".");
}
