import { type Environment, prefix, serviceOfAllServers, servicesWithGroup } from "../../config";

/** All servers, by tags of their agents. */
export function fleet({ name }: Environment): string[] {
  return [`env:${name}`, "project:dev-one"];
}

/** Groups of one server: instance, name in the address table, zone. */
export const EACH_SERVER = ["host", "server", "zone"] as const;

// The following filters contain names of platform resources. A test compares them with the platform stack.

/** The load balancer, which CloudWatch names `app/<name>/<id>`. The id is known after apply. */
export function loadBalancer(environment: Environment): string[] {
  return [`loadbalancer:app/${prefix(environment)}/*`];
}

export function postgres(environment: Environment): string[] {
  return [`dbinstanceidentifier:${prefix(environment)}-postgres`];
}

export function proxy(environment: Environment): string[] {
  return [`proxyname:${prefix(environment)}`];
}

/** NAT gateways, by their tag `Name`. */
export function natGateways(environment: Environment): string[] {
  return [`name IN (${environment.zones.map(({ name }) => `${prefix(environment)}-nat-${name}`).join(", ")})`];
}

/** One group: that of a zone, `elastic`, or that of a service. */
export function groupNamed(environment: Environment, name: string): string[] {
  return [`autoscalinggroupname:${prefix(environment)}-${name}`];
}

export function allGroups(environment: Environment): string[] {
  const elastic = serviceOfAllServers(environment) === undefined ? [] : ["elastic"];
  const groups = [
    ...environment.zones.map(({ name }) => name),
    ...elastic,
    ...servicesWithGroup(environment).map(({ name }) => name),
  ];
  return [`autoscalinggroupname IN (${groups.map((name) => `${prefix(environment)}-${name}`).join(", ")})`];
}
