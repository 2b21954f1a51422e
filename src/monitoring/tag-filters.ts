import { type Environment, prefix } from "../config";

/** Every server, by the tags that its agent carries. */
export function fleet({ name }: Environment): string[] {
  return [`env:${name}`, "project:dev-one"];
}

/** What one server is to people: its name in the address table, its zone, and the instance that happens to be it. */
export const EACH_SERVER = ["host", "server", "zone"] as const;

// What follows is named by the platform; a test holds these names against it.

/** The load balancer: CloudWatch, and so Datadog, calls it `app/<name>/<id>`, and only AWS knows the id. */
export function loadBalancer(environment: Environment): string[] {
  return [`loadbalancer:app/${prefix(environment)}/*`];
}

export function postgres(environment: Environment): string[] {
  return [`dbinstanceidentifier:${prefix(environment)}-postgres`];
}

export function proxy(environment: Environment): string[] {
  return [`proxyname:${prefix(environment)}`];
}

/** NAT gateways, by their Name tag. */
export function natGateways(environment: Environment): string[] {
  return [`name IN (${environment.zones.map(({ name }) => `${prefix(environment)}-nat-${name}`).join(", ")})`];
}

export function elasticGroup(environment: Environment): string[] {
  return [`autoscalinggroupname:${prefix(environment)}-elastic`];
}

export function allGroups(environment: Environment): string[] {
  const roles = [...environment.zones.map(({ name }) => name), "elastic"];
  return [`autoscalinggroupname IN (${roles.map((role) => `${prefix(environment)}-${role}`).join(", ")})`];
}
