import { prefix, releaseRoleName } from "../derived/names";
import { APEX, hostsOf, runsOnlyOn, servicesOf, servicesWithGroup } from "../derived/services";
import type { Environment } from "../schema/environment";
import type { Problem } from "./configuration-error";
import { duplicates } from "./duplicates";
import { isZoneCount } from "./network-checks";
import { DATABASE_NAME_IN_DNS, LONGEST_LOAD_BALANCER_NAME, namedServers } from "./server-names";

/** Listener rules of a load balancer. @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const MOST_RULES = 100;

/**
 * Alarms of an instance refresh: one for each service on the servers that it replaces.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AlarmSpecification.html
 */
const MOST_ALARMS = 10;

/** Names of other groups, security groups, roles and target groups of an environment, and ends of ids of monitors. */
const TAKEN_SERVICE_NAMES = [
  ...["all", "boundary", "database", "datadog", "edge", "elastic", "endpoints", "flow-logs", DATABASE_NAME_IN_DNS],
  ...["postgres-monitoring", "proxy"],
  ...["fast-burn", "load-balancer", "rds-proxy", "servers", "slow-burn"],
];

/** Beginnings of the names of other roles of an environment. */
const TAKEN_BEGINNINGS = ["delivery-", "release-"];

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const LONGEST_ROLE_NAME = 64;

/** Services: their names, servers, hosts, groups and releases. */
export const serviceChecks = [
  checkServiceNames,
  checkServersOfServices,
  checkAlarms,
  checkHosts,
  checkReachable,
  checkSingleHosts,
  checkRules,
  checkGroupSizes,
  checkReleases,
  checkImages,
  checkSecrets,
];

function* checkServiceNames(environment: Environment): Iterable<Problem> {
  const zones = environment.zones.map((zone) => zone.name);
  const servers = namedServers(environment).map(({ server }) => server);
  for (const service of servicesOf(environment)) {
    const { name, placement } = service;
    const path = `services.${name}`;
    if ([...TAKEN_SERVICE_NAMES, ...zones].includes(name)) {
      yield { path, problem: `the name "${name}" is reserved`, remedy: "choose another name" };
    }
    const beginning = TAKEN_BEGINNINGS.find((each) => name.startsWith(each));
    if (beginning !== undefined) {
      yield { path, problem: `names that begin with "${beginning}" are reserved`, remedy: "choose another name" };
    }
    const role = releaseRoleName(environment, name).length;
    if (service.repository !== undefined && role > LONGEST_ROLE_NAME) {
      yield {
        path,
        problem: `the name of its pipeline's role would have ${role} characters, and AWS allows ${LONGEST_ROLE_NAME}`,
        remedy: "shorten the name of the service or of the environment",
      };
    }
    if (servers.includes(name) && !runsOnlyOn(service, name)) {
      yield {
        path,
        problem: `"${name}" is the name of a server, and the service does not run on that server alone`,
        remedy: `choose another name, or write runsOn { kind: "named-servers", names: ["${name}"] }`,
      };
    }
    const { length } = `${prefix(environment)}-${name}`;
    if (placement.kind !== "all-servers" && length > LONGEST_LOAD_BALANCER_NAME) {
      yield {
        path,
        problem: `its target group's name would have ${length} characters, and AWS allows ${LONGEST_LOAD_BALANCER_NAME}`,
        remedy: "shorten the name of the service or of the environment",
      };
    }
  }
}

/** Each named server belongs to exactly one service. */
function* checkServersOfServices(environment: Environment): Iterable<Problem> {
  const servers = namedServers(environment).map(({ server }) => server);
  const owners = new Map<string, string>();
  for (const { name, runsOn } of servicesOf(environment)) {
    if (runsOn.kind !== "named-servers") continue;
    const path = `services.${name}.runsOn`;
    const names = new Set(runsOn.names ?? servers);
    if (runsOn.names?.length === 0) {
      yield { path: `${path}.names`, problem: "is empty", remedy: "name at least one server, or remove it for all" };
    }
    yield* duplicates(`${path}.names`, runsOn.names ?? [], "name each server once");
    for (const server of [...names].filter((each) => !servers.includes(each))) {
      yield {
        path: `${path}.names`,
        problem: `"${server}" is not in the address table`,
        remedy: `use ${servers.join(", ")}`,
      };
    }
    for (const owner of new Set([...names].flatMap((server) => owners.get(server) ?? []))) {
      const shared = [...names].filter((server) => owners.get(server) === owner).join(", ");
      const problem = `the service ${owner} already runs on ${shared}`;
      yield runsOn.names === undefined
        ? {
            path,
            problem: `has no names, which means all named servers, and ${problem}`,
            remedy: `write { kind: "own-group", maximum: ${2 * environment.zones.length} }, or { kind: "named-servers", names: [...] } in both services`,
          }
        : { path: `${path}.names`, problem, remedy: "name each server in one service" };
    }
    for (const server of names) owners.set(server, owners.get(server) ?? name);
  }
  const without = servers.filter((each) => !owners.has(each));
  if (without.length > 0) {
    yield {
      path: "services",
      problem: `no service runs on ${without.join(", ")}`,
      remedy: "add them to runsOn.names of one, or leave out the names of one for all servers",
    };
  }
}

function* checkAlarms(environment: Environment): Iterable<Problem> {
  const { length } = servicesOf(environment).filter(({ runsOn }) => runsOn.kind === "named-servers");
  if (length <= MOST_ALARMS) return;
  yield {
    path: "services",
    problem: `${length} services run on named servers, and an instance refresh of these watches ${MOST_ALARMS} alarms, one for each`,
    remedy: "give some of them a group of their own",
  };
}

function* checkHosts(environment: Environment): Iterable<Problem> {
  const servers = namedServers(environment).map(({ server }) => server);
  const delegations = Object.keys(environment.delegations);
  const owners = new Map<string, string>();
  for (const service of servicesOf(environment)) {
    const { name, hosts } = service;
    const path = `services.${name}.hosts`;
    for (const host of hosts) {
      const owner = owners.get(host);
      if (owner !== undefined) {
        yield owner === name
          ? { path, problem: `${host} is named twice`, remedy: "name it once" }
          : { path, problem: `${host} is already a host of ${owner}`, remedy: "give each host to one service" };
      }
      owners.set(host, name);
      if ([APEX, DATABASE_NAME_IN_DNS].includes(host)) {
        yield { path, problem: `the name "${host}" is reserved`, remedy: "choose another name" };
      }
      if (delegations.includes(host)) {
        yield { path, problem: `${host} is delegated to another hosted zone`, remedy: "choose another name" };
      }
      if (servers.includes(host) && !runsOnlyOn(service, host)) {
        yield {
          path,
          problem: `${host} is the name of a server, and the service does not run on that server alone`,
          remedy: "choose another name",
        };
      }
    }
  }
}

/** AWS neither checks the health nor counts the requests of a target group that no listener uses. */
function* checkReachable(environment: Environment): Iterable<Problem> {
  for (const { name, placement, hosts, apex, wildcard } of servicesOf(environment)) {
    if (placement.kind === "all-servers" || hosts.length > 0 || apex || wildcard) continue;
    yield {
      path: `services.${name}.hosts`,
      problem: "is empty, and the service has neither the apex nor the wildcard: no request could reach it",
      remedy: "name a host",
    };
  }
}

function* checkSingleHosts(environment: Environment): Iterable<Problem> {
  for (const setting of ["apex", "wildcard"] as const) {
    const [first, ...others] = servicesOf(environment).filter((service) => service[setting]);
    for (const other of others) {
      yield {
        path: `services.${other.name}.${setting}`,
        problem: `the service ${first?.name ?? ""} already has the ${setting}`,
        remedy: "write true in one service",
      };
    }
  }
}

function* checkRules(environment: Environment): Iterable<Problem> {
  const services = servicesOf(environment);
  // One more is for the target group of all servers, where nothing leads to it.
  const isReached = services.some(
    ({ placement, hosts, apex, wildcard }) =>
      placement.kind === "all-servers" && (hosts.length > 0 || apex || wildcard),
  );
  const rules = hostsOf(environment).length + (isReached ? 0 : 1);
  if (rules <= MOST_RULES) return;
  yield {
    path: "services",
    problem: `hosts and servers need ${rules} listener rules, and a load balancer has ${MOST_RULES}`,
    remedy: services.some(({ wildcard }) => wildcard)
      ? "use fewer hosts: the service with the wildcard gets every other name"
      : "use fewer hosts, or let one service have the wildcard",
  };
}

function* checkGroupSizes(environment: Environment): Iterable<Problem> {
  const zones = environment.zones.length;
  if (!isZoneCount(zones)) return;
  for (const { name, placement } of servicesWithGroup(environment)) {
    const { minimum, maximum } = placement;
    if (minimum < zones) {
      yield {
        path: `services.${name}.runsOn.minimum`,
        problem: `${minimum} is less than one server in each of the ${zones} zones, and the service would not survive the loss of one`,
        remedy: `write at least ${zones}`,
      };
    }
    if (maximum < minimum) {
      yield {
        path: `services.${name}.runsOn.maximum`,
        problem: `${maximum} is less than the minimum of ${minimum}`,
        remedy: `write at least ${minimum}`,
      };
    }
  }
}

function* checkReleases({ releases, services }: Environment): Iterable<Problem> {
  for (const name of Object.keys(releases).filter((each) => !Object.hasOwn(services, each))) {
    yield {
      path: `releases.${name}`,
      problem: `there is no service "${name}"`,
      remedy: `use ${Object.keys(services).join(", ")}, or remove it`,
    };
  }
}

function* checkSecrets(environment: Environment): Iterable<Problem> {
  for (const { name, secrets } of servicesOf(environment)) {
    yield* duplicates(`services.${name}.secrets`, secrets, "name each secret once");
  }
}

/** The named servers have one launch template, and so one image. */
function* checkImages(environment: Environment): Iterable<Problem> {
  const { amiId } = environment.servers;
  let first = amiId === undefined ? undefined : { image: amiId, path: "servers.amiId" };
  for (const { name, placement, release } of servicesOf(environment)) {
    if (placement.kind === "own-group" || release?.image === undefined) continue;
    const path = `releases.${name}.image`;
    if (first !== undefined && first.image !== release.image) {
      yield {
        path,
        problem: `${release.image} is not ${first.image} of ${first.path}, and all named servers have the same image`,
        remedy: "write the same image in both",
      };
    }
    first ??= { image: release.image, path };
  }
}
