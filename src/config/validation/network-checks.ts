import { containsCidr, normalizeCidr, overlapCidr } from "cidr-tools";

import { availabilityZones } from "../catalog/regions";
import { addressesReservedByAws, holds, usableAddresses } from "../derived/address-plan";
import { INTERFACE_SERVICES } from "../derived/names";
import { servicesWithGroup } from "../derived/services";
import { sizing } from "../derived/sizing";
import type { Environment, Zone } from "../schema/environment";
import type { Explanation } from "../schema/fields";
import type { Problem } from "./configuration-error";
import { ifValid, runCheck } from "./draft";
import { duplicates } from "./duplicates";
import { similar, UPDATE_CATALOG } from "./suggestions";

/**
 * Three, because the alarm that lets the elastic group shrink reads two metrics of each group and one of the load balancer,
 * and CloudWatch allows ten in a metric math alarm: 2 x (3 zones + 1 elastic) + 1 = 9.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create-alarm-on-metric-math-expression.html
 */
const MAXIMUM_ZONES = 3;

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html (subnets) */
const SMALLEST_LOAD_BALANCER_SUBNET = 27;

/**
 * RFC 1918. AWS would accept others, but nginx trusts only these for the client's address (set_real_ip_from in its
 * configuration): from another range, every request would seem to come from the load balancer.
 */
export const VPC_RANGES = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

const TIERS = ["public", "servers", "elastic", "data"] as const;

/** Servers of a group of which some are replaced, percent of its size: src/servers/elastic-fleet.ts. */
const ROLLING_PERCENT = 110;

/** Zones, subnets and addresses. */
export const networkChecks = [
  checkZones,
  checkRegion,
  checkVpc,
  checkSubnets,
  checkElasticSubnets,
  checkAddresses,
  checkServersOfZones,
];

/** Whether an environment may have so many zones; otherwise what is computed from their number means nothing. */
export function isZoneCount(count: number): boolean {
  return count >= 2 && count <= MAXIMUM_ZONES;
}

function* checkZones({ zones }: Environment): Iterable<Problem> {
  const path = "zones";
  if (zones.length < 2) {
    yield {
      path,
      problem: `${zones.length === 1 ? "1 zone" : "0 zones"} cannot survive the loss of a zone`,
      remedy: "name two or three",
    };
  }
  if (zones.length > MAXIMUM_ZONES) {
    yield {
      path,
      problem: `${zones.length} zones need more metrics than CloudWatch allows in one scaling alarm`,
      remedy: `name at most ${MAXIMUM_ZONES}`,
    };
  }
  const names = zones.flatMap((zone) => ifValid(() => zone.name));
  yield* duplicates(path, names, "give each zone a name of its own");
  const ids = zones.flatMap((zone) => ifValid(() => zone.availabilityZoneId));
  yield* duplicates(path, ids, "put each zone into an Availability Zone of its own");
}

function* checkRegion({ region, zones }: Environment): Iterable<Problem> {
  const known = availabilityZones[region];
  if (known === undefined) {
    yield {
      path: "region",
      problem: `${region} is not described in src/config/catalog/ec2.json`,
      remedy: `write one such as ${similar(region, Object.keys(availabilityZones))}, or ${UPDATE_CATALOG}`,
    };
    return;
  }
  for (const [index, zone] of zones.entries()) {
    for (const id of ifValid(() => zone.availabilityZoneId)) {
      if (known.includes(id) || known.length === 0) continue;
      yield {
        path: `zones[${index}].availabilityZoneId`,
        problem: `${id} is not a zone of ${region}`,
        remedy: `write one of ${known.join(", ")}`,
      };
    }
  }
}

function* checkVpc({ vpcCidr }: Environment): Iterable<Problem> {
  const path = "vpcCidr";
  const range = hostBits(vpcCidr) ?? size(vpcCidr, "a VPC");
  if (range !== undefined) {
    yield { path, ...range };
  } else if (!isPrivate(vpcCidr)) {
    yield {
      path,
      problem: `${vpcCidr} is in none of the private ranges in which nginx trusts the load balancer for the client's address`,
      remedy: `choose one within ${VPC_RANGES.join(", ")}`,
    };
  }
}

function* checkSubnets(environment: Environment): Iterable<Problem> {
  const subnets = environment.zones.flatMap((zone, index) =>
    TIERS.flatMap((tier) =>
      ifValid(() => ({ path: `zones[${index}].subnets.${tier}`, tier, cidr: zone.subnets[tier] })),
    ),
  );
  // A range that is no VPC's is a problem of its own.
  const [vpcCidr] = ifValid(() => environment.vpcCidr).filter(
    (cidr) => normalizeCidr(cidr) === cidr && isPrivate(cidr),
  );
  for (const [index, { path, tier, cidr }] of subnets.entries()) {
    const range = hostBits(cidr) ?? size(cidr, "a subnet");
    if (range !== undefined) {
      yield { path, ...range };
      continue;
    }
    if (tier === "public" && prefixLength(cidr) > SMALLEST_LOAD_BALANCER_SUBNET) {
      yield {
        path,
        problem: `${cidr} is smaller than a load balancer's subnet may be`,
        remedy: `write a prefix length of at most /${SMALLEST_LOAD_BALANCER_SUBNET}`,
      };
    }
    if (vpcCidr !== undefined && !containsCidr(vpcCidr, cidr)) {
      yield { path, problem: `${cidr} leaves the VPC`, remedy: `choose a range within ${vpcCidr}` };
    }
    const other = subnets.slice(0, index).find((earlier) => overlapCidr(earlier.cidr, cidr));
    if (other !== undefined) {
      yield {
        path,
        problem: `${cidr} overlaps ${other.cidr} (${other.path})`,
        remedy: "give each subnet a range of its own",
      };
    }
  }
}

/** The servers of a zone that is lost are started in the others, which must have addresses for them, also while a group is rolled out. */
function* checkElasticSubnets(environment: Environment): Iterable<Problem> {
  const { zones, interfaceEndpoints } = environment;
  if (!isZoneCount(zones.length)) return;
  const maxima = [
    sizing(environment).elasticMaximum,
    ...servicesWithGroup(environment).map(({ placement }) => placement.maximum),
  ];
  const servers = maxima.reduce(
    (sum, maximum) => sum + Math.ceil((maximum * ROLLING_PERCENT) / 100 / (zones.length - 1)),
    0,
  );
  // Each of these takes an address in every elastic subnet.
  const needed = servers + (interfaceEndpoints ? INTERFACE_SERVICES.length : 0);
  for (const [index, zone] of zones.entries()) {
    for (const elastic of ifValid(() => zone.subnets.elastic)) {
      // A size that no subnet can have is a problem of its own.
      if (size(elastic, "a subnet") !== undefined) continue;
      const free = 2 ** (32 - prefixLength(elastic)) - addressesReservedByAws(elastic).length;
      if (free >= needed) continue;
      yield {
        path: `zones[${index}].subnets.elastic`,
        problem: `${elastic} has ${free} addresses, and ${needed} are needed at the peak without one zone`,
        remedy: "choose a larger range, or lower servers.peakConnections or the maximum of a service",
      };
    }
  }
}

function checkAddresses({ zones }: Environment): Problem[] {
  return zones.flatMap((zone, index) => runCheck(() => checkAddressesOf(zone, `zones[${index}].servers`)));
}

function* checkAddressesOf(zone: Zone, path: string): Iterable<Problem> {
  const servers = Object.keys(zone.servers);
  if (servers.length === 0) yield { path, problem: "no server is named", remedy: "name at least one with its address" };
  const entries = servers.flatMap((server) => ifValid(() => [server, zone.servers[server] ?? ""] as const));
  yield* duplicates(
    path,
    entries.map(([, address]) => address),
    "give each server an address of its own",
  );
  const subnet = zone.subnets.servers;
  const remedy = `choose one from ${usableAddresses(subnet)}`;
  for (const [server, address] of entries) {
    if (!holds(subnet, address)) {
      yield { path: `${path}.${server}`, problem: `${address} lies outside its subnet ${subnet}`, remedy };
    } else if (addressesReservedByAws(subnet).includes(address)) {
      yield {
        path: `${path}.${server}`,
        problem: `${address} is one of the five addresses of ${subnet} that AWS reserves`,
        remedy,
      };
    }
  }
}

function* checkServersOfZones({ zones }: Environment): Iterable<Problem> {
  const [names, ...others] = zones.map((zone) => ifValid(() => Object.keys(zone.servers).sort())[0]);
  // A zone without servers is a problem of its own.
  if (names === undefined || names.length === 0) return;
  for (const [index, theirs] of others.entries()) {
    if (theirs === undefined || theirs.length === 0 || theirs.join() === names.join()) continue;
    yield {
      path: `zones[${index + 1}].servers`,
      problem: `the names (${theirs.join(", ")}) differ from those of zones[0] (${names.join(", ")})`,
      remedy: "name the same servers in every zone",
    };
  }
}

/** AWS takes a range by its first address only. */
function hostBits(cidr: string): Explanation | undefined {
  const network = normalizeCidr(cidr);
  if (network === cidr) return undefined;
  return { problem: `${cidr} does not start at the first address of its range`, remedy: `write ${network}` };
}

/** The sizes of a VPC and of a subnet. @see https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
function size(cidr: string, what: string): Explanation | undefined {
  if (prefixLength(cidr) >= 16 && prefixLength(cidr) <= 28) return undefined;
  return { problem: `${cidr} is not a size that ${what} can have`, remedy: "write a prefix length from /16 to /28" };
}

function prefixLength(cidr: string): number {
  return Number(cidr.split("/")[1]);
}

function isPrivate(cidr: string): boolean {
  return VPC_RANGES.some((range) => containsCidr(range, cidr));
}
