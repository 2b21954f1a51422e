import { createHash } from "node:crypto";

import type { Environment } from "../schema/environment";
import type { Release, Service } from "../schema/service";
import { serverNames } from "./address-plan";

/** Where a service runs: on all named servers and the elastic group, on some named servers, or on a group of its own. */
export type Placement =
  | { readonly kind: "all-servers" }
  | { readonly kind: "some-names"; readonly names: readonly string[] }
  | (Extract<Service["runsOn"], { kind: "own-group" }> & {
      readonly minimum: number;
      readonly instanceType: string;
      readonly connectionsPerServer: number;
    });

/** A service with its name, its release, and where it runs. */
export interface PlacedService extends Service {
  /** Key of `services`. */
  readonly name: string;
  /** Program of the service; undefined where nginx answers by itself. */
  readonly release: Release | undefined;
  readonly placement: Placement;
}

/** The services of an environment, in the order of their names. */
export function servicesOf(environment: Environment): PlacedService[] {
  return Object.entries(environment.services).map(([name, service]) => ({
    ...service,
    name,
    release: environment.releases[name],
    placement: placementOf(service, environment),
  }));
}

function placementOf({ runsOn }: Service, environment: Environment): Placement {
  if (runsOn.kind === "own-group") {
    const { instanceType, connectionsPerServer } = environment.servers;
    return {
      ...runsOn,
      minimum: runsOn.minimum ?? environment.zones.length,
      instanceType: runsOn.instanceType ?? instanceType,
      connectionsPerServer: runsOn.connectionsPerServer ?? connectionsPerServer,
    };
  }
  const names = runsOn.names ?? serverNames(environment);
  return names.length === serverNames(environment).length ? { kind: "all-servers" } : { kind: "some-names", names };
}

/** The service of all named servers and the elastic group; undefined where services share the named servers. */
export function serviceOfAllServers(environment: Environment): PlacedService | undefined {
  return servicesOf(environment).find(({ placement }) => placement.kind === "all-servers");
}

/** The services with a group of their own. */
export function servicesWithGroup(environment: Environment) {
  return servicesOf(environment).flatMap(({ placement, ...service }) =>
    placement.kind === "own-group" ? [{ ...service, placement }] : [],
  );
}

/** The services with nightly jobs. */
export function servicesWithJobs(environment: Environment): PlacedService[] {
  return servicesOf(environment).filter(({ jobs }) => Object.keys(jobs).length > 0);
}

/**
 * The service of a named server.
 * @throws RangeError when no service has the name; `defineEnvironments` refuses such environments
 */
export function serviceOfServer(environment: Environment, server: string): PlacedService {
  const found = servicesOf(environment).find(
    ({ placement }) =>
      placement.kind === "all-servers" || (placement.kind === "some-names" && placement.names.includes(server)),
  );
  if (found === undefined) throw new RangeError(`No service runs on ${server}`);
  return found;
}

/** Whether several services share the load balancer, which has one count of connections for all (docs/decisions/0019-connections-by-service.md). */
export function sharesLoadBalancer(environment: Environment): boolean {
  return Object.keys(environment.services).length > 1;
}

/** Whether a service runs on the servers of this name, and on no others. */
export function runsOnlyOn({ placement }: PlacedService, server: string): boolean {
  return placement.kind === "some-names" && placement.names.join() === server;
}

/** A host name of the load balancer, other than those of the default action. */
export interface Host {
  /** Label below the domain, or `apex`. */
  readonly label: string;
  /** The whole name, such as `shop.dev-one.it`. */
  readonly name: string;
  /** Who gets the requests: a service, or the servers of one name. */
  readonly target: { readonly service: string } | { readonly server: string };
}

/**
 * Every host name that gets a listener rule: those of the services, and the name of each server, which reaches that server, unless a
 * service has it. The wildcard is the listener's default action, and so is the apex where both belong to the same service.
 */
export function hostsOf(environment: Environment): Host[] {
  const services = servicesOf(environment);
  const ofServices = services.flatMap(({ name, hosts, apex, wildcard }) => [
    ...(apex && !wildcard ? [{ label: APEX, name: environment.domain, target: { service: name } }] : []),
    ...hosts.map((label) => ({ label, name: `${label}.${environment.domain}`, target: { service: name } })),
  ]);
  const taken = new Set(ofServices.map(({ label }) => label));
  const ofServers = serverNames(environment)
    .filter((server) => !taken.has(server))
    .map((server) => ({
      label: server,
      name: `${server}.${environment.domain}`,
      // A service with the name of a server runs on that server alone, and its target group has these addresses.
      target: Object.hasOwn(environment.services, server) ? { service: server } : { server },
    }));
  return [...ofServers, ...ofServices];
}

/** Label of the domain itself in construct ids. No service can have it as a host. */
export const APEX = "apex";

/** Priorities of listener rules are 1 to 50,000. @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html */
const HIGHEST_PRIORITY = 50_000;

/** Priority of the rule that matches no request: the last one. */
export const LAST_PRIORITY = HIGHEST_PRIORITY;

/**
 * A listener rule's priority for each label. It follows from the label alone, so that a new host changes no other rule; the order has
 * no effect, because host names do not overlap. Of two labels with the same priority, the second in the alphabet takes the next free one.
 */
export function prioritiesOf(labels: readonly string[]): ReadonlyMap<string, number> {
  const priorities = new Map<string, number>();
  const taken = new Set<number>();
  for (const label of [...labels].sort()) {
    let priority = (createHash("sha256").update(label).digest().readUInt32BE() % (HIGHEST_PRIORITY - 1)) + 1;
    while (taken.has(priority)) priority = (priority % (HIGHEST_PRIORITY - 1)) + 1;
    taken.add(priority);
    priorities.set(label, priority);
  }
  return priorities;
}
