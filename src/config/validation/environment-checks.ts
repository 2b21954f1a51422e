import { containsCidr, normalizeCidr, overlapCidr } from "cidr-tools";

import { instanceType, instanceTypes } from "../catalog/instance-types";
import { availabilityZones, zonesWithoutRdsProxy } from "../catalog/regions";
import { addressesKeptByAws, holds, serverNames, usableAddresses } from "../derived/address-plan";
import { INTERFACE_SERVICES, prefix } from "../derived/names";
import { PROXIED_CONNECTIONS_PER_CPU, sizing } from "../derived/sizing";
import type { Environment, Zone } from "../schema/environment";
import { ConfigurationError } from "./configuration-error";
import { checkDatadog } from "./datadog-checks";

/**
 * Three, because the alarm that lets the elastic group shrink reads two metrics of each group and one of the load balancer,
 * and CloudWatch allows ten in a metric math alarm: 2 x (3 zones + 1 elastic) + 1 = 9.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create-alarm-on-metric-math-expression.html
 */
const MAXIMUM_ZONES = 3;

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html */
const LONGEST_LOAD_BALANCER_NAME = 32;

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html (subnets) */
const SMALLEST_LOAD_BALANCER_SUBNET = 27;

const DATABASE_NAME_IN_DNS = "postgres";
/** Names that no server may have; `all` is the target group of all servers. */
const TAKEN_NAMES = ["all", DATABASE_NAME_IN_DNS];

/** The common name of a certificate. @see https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html */
const LONGEST_CERTIFICATE_NAME = 64;

/**
 * RFC 1918. AWS would take others, but nginx believes only these when they name the client (set_real_ip_from in its
 * configuration): from elsewhere, the load balancer would be the client of every request.
 */
export const VPC_RANGES = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/** What concerns more than one value of an environment. @throws ConfigurationError */
export function checkEnvironment(environment: Environment): void {
  checkZones(environment);
  checkSubnets(environment);
  checkAddresses(environment);
  checkNames(environment);
  checkDomain(environment);
  checkInstanceType(environment);
  checkProgram(environment);
  checkSizes(environment);
  checkRoom(environment);
  checkDatabase(environment);
  checkDatadog(environment);
}

function checkZones({ name, region, zones }: Environment): void {
  const place = `Environment "${name}", zones`;
  if (zones.length < 2) {
    throw new ConfigurationError(
      place,
      `${zones.length === 1 ? "1 zone" : "0 zones"} cannot survive the loss of a zone`,
      "name two or three",
    );
  }
  if (zones.length > MAXIMUM_ZONES) {
    throw new ConfigurationError(
      place,
      `${zones.length} zones need more metrics than CloudWatch allows in one scaling alarm`,
      `name at most ${MAXIMUM_ZONES}`,
    );
  }
  refuseTwice(
    place,
    zones.map((zone) => zone.name),
    "give each zone a name of its own",
  );
  refuseTwice(
    place,
    zones.map((zone) => zone.availabilityZoneId),
    "put each zone into an Availability Zone of its own",
  );
  const known = availabilityZones[region];
  if (known === undefined) {
    throw new ConfigurationError(
      `Environment "${name}", region`,
      `${region} is not described in src/config/catalog/regions.ts`,
      "correct it, or describe it there with its zones",
    );
  }
  for (const zone of zones) {
    if (!known.includes(zone.availabilityZoneId)) {
      throw new ConfigurationError(
        `${placeOf(name, zone)}, availabilityZoneId`,
        `${zone.availabilityZoneId} is not a zone of ${region}`,
        `write one of ${known.join(", ")}`,
      );
    }
  }
}

function checkSubnets({ name, vpcCidr, zones }: Environment): void {
  refuseHostBits(`Environment "${name}", vpcCidr`, vpcCidr);
  const prefix = Number(vpcCidr.split("/")[1]);
  if (prefix < 16 || prefix > 28) {
    throw new ConfigurationError(
      `Environment "${name}", vpcCidr`,
      `${vpcCidr} is not a size that a VPC can have`,
      "write a prefix length from /16 to /28",
    );
  }
  if (!VPC_RANGES.some((range) => containsCidr(range, vpcCidr))) {
    throw new ConfigurationError(
      `Environment "${name}", vpcCidr`,
      `${vpcCidr} is in none of the private ranges in which nginx believes the load balancer who the client is`,
      `choose one within ${VPC_RANGES.join(", ")}`,
    );
  }
  const subnets = zones.flatMap((zone) =>
    Object.entries(zone.subnets).map(([tier, cidr]) => ({ owner: `zone "${zone.name}", subnets.${tier}`, cidr })),
  );
  subnets.forEach(({ owner, cidr }, index) => {
    const place = `Environment "${name}", ${owner}`;
    refuseHostBits(place, cidr);
    const size = Number(cidr.split("/")[1]);
    if (size < 16 || size > 28) {
      throw new ConfigurationError(
        place,
        `${cidr} is not a size that a subnet can have`,
        "write a prefix length from /16 to /28",
      );
    }
    if (!containsCidr(vpcCidr, cidr)) {
      throw new ConfigurationError(place, `${cidr} leaves the VPC`, `choose a range within ${vpcCidr}`);
    }
    const other = subnets.slice(0, index).find((earlier) => overlapCidr(earlier.cidr, cidr));
    if (other !== undefined) {
      throw new ConfigurationError(
        place,
        `${cidr} overlaps ${other.cidr} (${other.owner})`,
        "give each subnet a range of its own",
      );
    }
  });
}

function checkAddresses({ name, zones }: Environment): void {
  const names = Object.keys(zones[0]?.servers ?? {});
  for (const zone of zones) {
    const place = `${placeOf(name, zone)}, servers`;
    const subnet = zone.subnets.servers;
    const entries = Object.entries(zone.servers);
    if (entries.length === 0)
      throw new ConfigurationError(place, "no server is named", "name at least one with its address");
    refuseTwice(
      place,
      entries.map(([, address]) => address),
      "give each server an address of its own",
    );
    for (const [server, address] of entries) {
      if (!holds(subnet, address)) {
        throw new ConfigurationError(
          `${place}.${server}`,
          `${address} lies outside its subnet ${subnet}`,
          `choose one from ${usableAddresses(subnet)}`,
        );
      }
      if (addressesKeptByAws(subnet).includes(address)) {
        throw new ConfigurationError(
          `${place}.${server}`,
          `${address} is one of the five addresses of ${subnet} that AWS keeps`,
          `choose one from ${usableAddresses(subnet)}`,
        );
      }
    }
    const theirs = entries.map(([server]) => server);
    if (names.join() !== theirs.join()) {
      throw new ConfigurationError(
        place,
        `the names (${theirs.join(", ")}) differ from those of zone "${zones[0]?.name ?? ""}" (${names.join(", ")})`,
        "name the same servers in every zone",
      );
    }
  }
}

function checkNames(environment: Environment): void {
  // RDS refuses it in the names of database and proxy.
  if (environment.name.includes("--")) {
    throw new ConfigurationError(
      `Environment "${environment.name}", name`,
      "it has two hyphens in a row, which RDS does not take",
      `write ${environment.name.replaceAll(/-+/g, "-")}`,
    );
  }
  for (const server of serverNames(environment)) {
    const place = `Environment "${environment.name}", server "${server}"`;
    if (TAKEN_NAMES.includes(server)) {
      throw new ConfigurationError(
        place,
        "the name is already that of something else",
        `avoid ${TAKEN_NAMES.join(", ")}`,
      );
    }
    const length = `${prefix(environment)}-${server}`.length;
    if (length > LONGEST_LOAD_BALANCER_NAME) {
      throw new ConfigurationError(
        place,
        `its target group's name would have ${length} characters, and AWS allows ${LONGEST_LOAD_BALANCER_NAME}`,
        "shorten the name of the server or of the environment",
      );
    }
  }
}

function checkDomain(environment: Environment): void {
  const { name, domain, delegations } = environment;
  if (domain.length > LONGEST_CERTIFICATE_NAME) {
    throw new ConfigurationError(
      `Environment "${name}", domain`,
      `it has ${domain.length} characters, and the name of an ACM certificate has ${LONGEST_CERTIFICATE_NAME} at most`,
      "choose a shorter one",
    );
  }
  const taken = [...serverNames(environment), DATABASE_NAME_IN_DNS];
  for (const [label, nameServers] of Object.entries(delegations)) {
    const place = `Environment "${name}", delegations.${label}`;
    if (taken.includes(label)) {
      throw new ConfigurationError(
        place,
        "the name is that of a server or of the database, and would lead elsewhere",
        `avoid ${taken.join(", ")}`,
      );
    }
    refuseTwice(place, nameServers, "name each name server once");
  }
}

function checkInstanceType({ name, region, servers, zones }: Environment): void {
  const place = `Environment "${name}", servers.instanceType`;
  const type = Object.hasOwn(instanceTypes, servers.instanceType) ? instanceTypes[servers.instanceType] : undefined;
  if (type === undefined) {
    throw new ConfigurationError(
      place,
      `${servers.instanceType} is not described in src/config/catalog/instance-types.ts`,
      `use ${Object.keys(instanceTypes).join(", ")}, or describe it there`,
    );
  }
  const instead = type.successors === undefined ? "choose another type or region" : `use ${type.successors}`;
  const offered = type.zones[region];
  if (offered === undefined) {
    throw new ConfigurationError(place, `${servers.instanceType} is not offered in ${region}`, instead);
  }
  const without = zones.find((zone) => !offered.includes(zone.availabilityZoneId));
  if (without !== undefined) {
    throw new ConfigurationError(
      place,
      `${servers.instanceType} is not offered in ${without.availabilityZoneId}, only in ${offered.join(", ")}`,
      `move ${without.name} to one of these, or ${instead}`,
    );
  }
}

function checkProgram({ name, servers: { program, amiId } }: Environment): void {
  const place = `Environment "${name}", servers.program`;
  if (program === "image" && amiId === undefined) {
    throw new ConfigurationError(
      place,
      '"image" needs servers.amiId: no image of Amazon\'s has a program',
      "name the image that brings it, or write none or example",
    );
  }
  if (program === "example" && amiId !== undefined) {
    throw new ConfigurationError(
      place,
      `"example" would write over the program of ${amiId}, because the example service comes with the user data`,
      "write image, or none for an image without a program, or remove servers.amiId",
    );
  }
}

function checkSizes({ name, servers, scaling, zones }: Environment): void {
  const { vcpus } = instanceType(servers.instanceType);
  const most = vcpus * PROXIED_CONNECTIONS_PER_CPU;
  if (servers.connectionsPerServer > most) {
    throw new ConfigurationError(
      `Environment "${name}", servers.connectionsPerServer`,
      `${servers.connectionsPerServer} is more than the ${most} connections that nginx hands on with ${vcpus} CPUs`,
      `write at most ${most}`,
    );
  }
  // What is left when a zone is lost: below it the elastic group would never be needed.
  const base = (zones.length - 1) * Object.keys(zones[0]?.servers ?? {}).length * servers.connectionsPerServer;
  if (servers.peakConnections < base) {
    throw new ConfigurationError(
      `Environment "${name}", servers.peakConnections`,
      `a peak of ${servers.peakConnections} is below the ${base} connections that the named servers hold even without one zone`,
      "raise the peak, or name fewer servers",
    );
  }
  const pairs = [
    ["scaleInCpuPercent", scaling.scaleInCpuPercent, scaling.scaleOutCpuPercent],
    ["scaleInConnectionsPercent", scaling.scaleInConnectionsPercent, scaling.scaleOutConnectionsPercent],
  ] as const;
  for (const [setting, low, high] of pairs) {
    if (low >= high) {
      throw new ConfigurationError(
        `Environment "${name}", scaling.${setting}`,
        `${low} % is not below the ${high} % at which servers are added`,
        "lower it, or the group would grow and shrink at once",
      );
    }
  }
}

/** The servers of a zone that is lost are started in the others, which must have addresses for them. */
function checkRoom(environment: Environment): void {
  const { name, zones, interfaceEndpoints } = environment;
  const servers = Math.ceil(sizing(environment).elasticMaximum / (zones.length - 1));
  // Each of these takes an address in every elastic subnet.
  const needed = servers + (interfaceEndpoints ? INTERFACE_SERVICES.length : 0);
  for (const zone of zones) {
    const { public: edge, elastic } = zone.subnets;
    if (Number(edge.split("/")[1]) > SMALLEST_LOAD_BALANCER_SUBNET) {
      throw new ConfigurationError(
        `${placeOf(name, zone)}, subnets.public`,
        `${edge} is smaller than a load balancer's subnet may be`,
        `write a prefix length of at most /${SMALLEST_LOAD_BALANCER_SUBNET}`,
      );
    }
    const free = 2 ** (32 - Number(elastic.split("/")[1])) - addressesKeptByAws(elastic).length;
    if (free < needed) {
      throw new ConfigurationError(
        `${placeOf(name, zone)}, subnets.elastic`,
        `${elastic} has ${free} addresses, and ${needed} are needed at the peak without one zone`,
        "choose a larger range, or lower servers.peakConnections",
      );
    }
  }
}

function checkDatabase({ name, database, zones }: Environment): void {
  // RDS refuses less. @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
  const least = Math.ceil((database.allocatedStorageGib * 11) / 10);
  if (database.maxAllocatedStorageGib < least) {
    throw new ConfigurationError(
      `Environment "${name}", database.maxAllocatedStorageGib`,
      `${database.maxAllocatedStorageGib} GiB leaves less than a tenth above the ${database.allocatedStorageGib} GiB of allocatedStorageGib`,
      `write at least ${least}`,
    );
  }
  const place = `Environment "${name}", database.proxyZones`;
  refuseTwice(place, database.proxyZones, "name each zone once");
  const unknown = database.proxyZones.find((each) => !zones.some((zone) => zone.name === each));
  if (unknown !== undefined) {
    throw new ConfigurationError(
      place,
      `"${unknown}" is not a zone of the environment`,
      `use ${zones.map((zone) => zone.name).join(", ")}`,
    );
  }
  if (database.proxyZones.length < 2) {
    throw new ConfigurationError(
      place,
      `RDS Proxy needs two zones, not ${database.proxyZones.length}`,
      "name at least two",
    );
  }
  const without = zones.find(
    (zone) => database.proxyZones.includes(zone.name) && zonesWithoutRdsProxy.includes(zone.availabilityZoneId),
  );
  if (without !== undefined) {
    throw new ConfigurationError(
      place,
      `RDS Proxy is not offered in ${without.availabilityZoneId}`,
      `leave ${without.name} out`,
    );
  }
}

function placeOf(name: string, zone: Zone): string {
  return `Environment "${name}", zone "${zone.name}"`;
}

/** AWS takes a range by its first address only. */
function refuseHostBits(place: string, cidr: string): void {
  const network = normalizeCidr(cidr);
  if (network !== cidr) {
    throw new ConfigurationError(place, `${cidr} does not start at the first address of its range`, `write ${network}`);
  }
}

function refuseTwice(place: string, values: readonly string[], remedy: string): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) throw new ConfigurationError(place, `${twice} is named twice`, remedy);
}
