import { alternatives, instanceType, instanceTypeNames, zonesOffering } from "../catalog/instance-types";
import { availabilityZones, zonesWithoutRdsProxy } from "../catalog/regions";
import { prefix } from "../derived/names";
import { PROXIED_CONNECTIONS_PER_CPU } from "../derived/sizing";
import type { Environment } from "../schema/environment";
import type { Problem } from "./configuration-error";
import { datadogChecks } from "./datadog-checks";
import { ifValid } from "./draft";
import { duplicates } from "./duplicates";
import { isZoneCount, networkChecks } from "./network-checks";
import { similar, UPDATE_CATALOG } from "./suggestions";

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html */
const LONGEST_LOAD_BALANCER_NAME = 32;

const DATABASE_NAME_IN_DNS = "postgres";
/** Names that no server may have; `all` is the target group of all servers. */
const TAKEN_NAMES = ["all", DATABASE_NAME_IN_DNS];

/** The common name of a certificate. @see https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html */
const LONGEST_CERTIFICATE_NAME = 64;

/** What concerns more than one setting of an environment. Paths start below the environment. */
export const environmentChecks: readonly ((environment: Environment) => Iterable<Problem>)[] = [
  ...networkChecks,
  checkName,
  checkServerNames,
  checkTargetGroupNames,
  checkDomain,
  checkDelegations,
  checkInstanceType,
  checkProgram,
  checkConnections,
  checkPeak,
  checkCpuScaling,
  checkConnectionScaling,
  checkStorage,
  checkProxyZones,
  checkRdsProxyOffer,
  ...datadogChecks,
];

function* checkName({ name }: Environment): Iterable<Problem> {
  if (!name.includes("--")) return;
  yield {
    path: "name",
    problem: "it has two hyphens in a row, which RDS does not accept in the names of database and proxy",
    remedy: `write ${name.replaceAll(/-+/g, "-")}`,
  };
}

function* checkServerNames(environment: Environment): Iterable<Problem> {
  for (const { server, path } of namedServers(environment)) {
    if (!TAKEN_NAMES.includes(server)) continue;
    yield { path, problem: `the name "${server}" is reserved`, remedy: `avoid ${TAKEN_NAMES.join(", ")}` };
  }
}

function* checkTargetGroupNames(environment: Environment): Iterable<Problem> {
  const start = prefix(environment);
  for (const { server, path } of namedServers(environment)) {
    const { length } = `${start}-${server}`;
    if (length <= LONGEST_LOAD_BALANCER_NAME) continue;
    yield {
      path,
      problem: `its target group's name would have ${length} characters, and AWS allows ${LONGEST_LOAD_BALANCER_NAME}`,
      remedy: "shorten the name of the server or of the environment",
    };
  }
}

function* checkDomain({ domain }: Environment): Iterable<Problem> {
  if (domain.length <= LONGEST_CERTIFICATE_NAME) return;
  yield {
    path: "domain",
    problem: `it has ${domain.length} characters, and the name of an ACM certificate has ${LONGEST_CERTIFICATE_NAME} at most`,
    remedy: "choose a shorter one",
  };
}

function* checkDelegations(environment: Environment): Iterable<Problem> {
  const servers = ifValid(() => namedServers(environment).map(({ server }) => server)).flat();
  const taken = [...new Set([...servers, DATABASE_NAME_IN_DNS])];
  for (const label of Object.keys(environment.delegations)) {
    const path = `delegations.${label}`;
    if (taken.includes(label)) {
      yield {
        path,
        problem: "the name is already that of a server or of the database",
        remedy: `avoid ${taken.join(", ")}`,
      };
    }
    const nameServers = ifValid(() => environment.delegations[label] ?? []).flat();
    yield* duplicates(path, nameServers, "name each name server once");
  }
}

function* checkInstanceType(environment: Environment): Iterable<Problem> {
  const path = "servers.instanceType";
  const name = environment.servers.instanceType;
  if (!instanceTypeNames.includes(name)) {
    yield {
      path,
      problem: `${name} is not described in src/config/catalog/ec2.json`,
      remedy: `use another such as ${similar(name, instanceTypeNames)}, or ${UPDATE_CATALOG}`,
    };
    return;
  }
  const { region, zones } = environment;
  // An unknown region is a problem of its own, and so is an unknown zone. Of some regions, the zones are not known.
  const known = availabilityZones[region] ?? [];
  if (known.length === 0) return;
  const offered = zonesOffering(name, region);
  if (offered.length === 0) {
    yield { path, problem: `${name} is not offered in ${region}`, remedy: otherType(name, region) };
    return;
  }
  for (const [index, zone] of zones.entries()) {
    for (const id of ifValid(() => zone.availabilityZoneId)) {
      if (offered.includes(id) || !known.includes(id)) continue;
      yield {
        path,
        problem: `${name} is not offered in ${id}, only in ${offered.join(", ")}`,
        remedy: `move zones[${index}] to one of these, or ${otherType(name, region)}`,
      };
    }
  }
}

function otherType(name: string, region: string): string {
  const others = alternatives(name, region).slice(0, 3);
  return others.length === 0 ? "choose another type or region" : `use another such as ${others.join(", ")}`;
}

function* checkProgram({ servers: { program, amiId } }: Environment): Iterable<Problem> {
  const path = "servers.program";
  if (program === "image" && amiId === undefined) {
    yield {
      path,
      problem: '"image" needs servers.amiId: no image of Amazon\'s has a program',
      remedy: "name the image that brings it, or write none or example",
    };
  }
  if (program === "example" && amiId !== undefined) {
    yield {
      path,
      problem: `"example" would write over the program of ${amiId}, because the example service comes with the user data`,
      remedy: "write image, or none for an image without a program, or remove servers.amiId",
    };
  }
}

function* checkConnections({ servers }: Environment): Iterable<Problem> {
  // An unknown type is a problem of its own.
  if (!instanceTypeNames.includes(servers.instanceType)) return;
  const { vcpus } = instanceType(servers.instanceType);
  const most = vcpus * PROXIED_CONNECTIONS_PER_CPU;
  if (servers.connectionsPerServer <= most) return;
  yield {
    path: "servers.connectionsPerServer",
    problem: `${servers.connectionsPerServer} is more than the ${most} connections that nginx can proxy with ${vcpus} CPUs`,
    remedy: `write at most ${most}`,
  };
}

/** What is left when a zone is lost: below it the elastic group would never be needed. */
function* checkPeak({ servers, zones }: Environment): Iterable<Problem> {
  if (!isZoneCount(zones.length)) return;
  const base = (zones.length - 1) * Object.keys(zones[0]?.servers ?? {}).length * servers.connectionsPerServer;
  if (servers.peakConnections >= base) return;
  yield {
    path: "servers.peakConnections",
    problem: `a peak of ${servers.peakConnections} is below the ${base} connections that the named servers hold even without one zone`,
    remedy: "raise the peak, or name fewer servers",
  };
}

function checkCpuScaling({ scaling }: Environment): Iterable<Problem> {
  return checkScaling("scaleInCpuPercent", scaling.scaleInCpuPercent, scaling.scaleOutCpuPercent);
}

function checkConnectionScaling({ scaling }: Environment): Iterable<Problem> {
  return checkScaling(
    "scaleInConnectionsPercent",
    scaling.scaleInConnectionsPercent,
    scaling.scaleOutConnectionsPercent,
  );
}

function* checkScaling(setting: string, scaleIn: number, scaleOut: number): Iterable<Problem> {
  if (scaleIn < scaleOut) return;
  yield {
    path: `scaling.${setting}`,
    problem: `${scaleIn} % is not below the ${scaleOut} % at which servers are added`,
    remedy: "lower it, or the group would grow and shrink at once",
  };
}

/** @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html (RDS refuses less) */
function* checkStorage({ database }: Environment): Iterable<Problem> {
  const least = Math.ceil((database.allocatedStorageGib * 11) / 10);
  if (database.maxAllocatedStorageGib >= least) return;
  yield {
    path: "database.maxAllocatedStorageGib",
    problem: `${database.maxAllocatedStorageGib} GiB leaves less than a tenth above the ${database.allocatedStorageGib} GiB of allocatedStorageGib`,
    remedy: `write at least ${least}`,
  };
}

function* checkProxyZones(environment: Environment): Iterable<Problem> {
  const path = "database.proxyZones";
  const { proxyZones } = environment.database;
  yield* duplicates(path, proxyZones, "name each zone once");
  if (proxyZones.length < 2) {
    yield { path, problem: `RDS Proxy needs two zones, not ${proxyZones.length}`, remedy: "name at least two" };
  }
  const { zones } = environment;
  // Too few zones are a problem of their own.
  if (!isZoneCount(zones.length)) return;
  // A name that two zones have is a problem of its own.
  const names = [...new Set(zones.map((zone) => zone.name))];
  for (const unknown of proxyZones.filter((each) => !names.includes(each))) {
    yield { path, problem: `"${unknown}" is not a zone of the environment`, remedy: `use ${names.join(", ")}` };
  }
}

function* checkRdsProxyOffer({ database: { proxyZones }, zones }: Environment): Iterable<Problem> {
  for (const zone of zones) {
    for (const { name, availabilityZoneId } of ifValid(() => ({ ...zone }))) {
      if (!proxyZones.includes(name) || !zonesWithoutRdsProxy.includes(availabilityZoneId)) continue;
      yield {
        path: "database.proxyZones",
        problem: `RDS Proxy is not offered in ${availabilityZoneId}`,
        remedy: `leave ${name} out`,
      };
    }
  }
}

/** The names of the servers, each once, with where the first zone that has it names it. */
function namedServers({ zones }: Environment): { readonly server: string; readonly path: string }[] {
  const paths = new Map<string, string>();
  for (const [index, zone] of zones.entries()) {
    for (const server of ifValid(() => Object.keys(zone.servers)).flat()) {
      if (!paths.has(server)) paths.set(server, `zones[${index}].servers.${server}`);
    }
  }
  return [...paths].map(([server, path]) => ({ server, path }));
}
