import { instanceType, instanceTypeNames } from "../catalog/instance-types";
import { zonesWithoutRdsProxy } from "../catalog/regions";
import { prefix } from "../derived/names";
import { serviceOfAllServers, servicesWithGroup } from "../derived/services";
import { PROXIED_CONNECTIONS_PER_CPU } from "../derived/sizing";
import type { Environment } from "../schema/environment";
import type { Problem } from "./configuration-error";
import { checkDatabaseClass, checkDatabases } from "./database-checks";
import { datadogChecks } from "./datadog-checks";
import { ifValid } from "./draft";
import { duplicates } from "./duplicates";
import { instanceTypeChecks } from "./instance-type-checks";
import { isZoneCount, networkChecks } from "./network-checks";
import { DATABASE_NAME_IN_DNS, LONGEST_LOAD_BALANCER_NAME, namedServers } from "./server-names";
import { serviceChecks } from "./service-checks";

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
  ...instanceTypeChecks,
  ...serviceChecks,
  checkDatabases,
  checkDatabaseClass,
  checkConnections,
  checkPeak,
  checkCpuScaling,
  checkConnectionScaling,
  checkStorage,
  checkProxyZones,
  checkRdsProxyOffer,
  ...datadogChecks,
];

/** Environments of GitHub that are not one of ours: their jobs have no reviewers (docs/delivery.md). */
const GITHUB_ENVIRONMENTS = ["plan", "release"];

function* checkName({ name }: Environment): Iterable<Problem> {
  if (GITHUB_ENVIRONMENTS.includes(name)) {
    yield {
      path: "name",
      problem: `the name "${name}" is reserved for a GitHub environment`,
      remedy: "choose another name",
    };
  }
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

function* checkConnections(environment: Environment): Iterable<Problem> {
  yield* checkConnectionsOf("servers", environment.servers);
  for (const { name, placement } of servicesWithGroup(environment)) {
    yield* checkConnectionsOf(`services.${name}.runsOn`, placement);
  }
}

function* checkConnectionsOf(
  path: string,
  servers: Pick<Environment["servers"], "instanceType" | "connectionsPerServer">,
): Iterable<Problem> {
  // An unknown type is a problem of its own.
  if (!instanceTypeNames.includes(servers.instanceType)) return;
  const { vcpus } = instanceType(servers.instanceType);
  const most = vcpus * PROXIED_CONNECTIONS_PER_CPU;
  if (servers.connectionsPerServer <= most) return;
  yield {
    path: `${path}.connectionsPerServer`,
    problem: `${servers.connectionsPerServer} is more than the ${most} connections that nginx can proxy with ${vcpus} CPUs`,
    remedy: `write at most ${most}`,
  };
}

/** What is left when a zone is lost: below it the elastic group would never be needed. */
function* checkPeak(environment: Environment): Iterable<Problem> {
  const { servers, zones } = environment;
  // Where services share the named servers, their number is fixed.
  if (!isZoneCount(zones.length) || serviceOfAllServers(environment) === undefined) return;
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
