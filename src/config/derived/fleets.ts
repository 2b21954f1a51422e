import type { Environment } from "../schema/environment";
import { prefix } from "./names";
import { type PlacedService, serviceOfAllServers, servicesOf, servicesWithGroup } from "./services";

/** Servers with the same launch template. */
export interface Fleet {
  /** Name of its table of services, such as `servers`. */
  readonly name: string;
  /** Names of its Auto Scaling groups, in the order in which they are rolled out. */
  readonly groups: readonly string[];
  /** The services that run on it. */
  readonly services: readonly PlacedService[];
}

/** Name of the fleet of the named servers and the elastic group. */
export const NAMED_FLEET = "servers";

/** The fleets of an environment: the named servers with the elastic group, and the group of each service that has its own. */
export function fleetsOf(environment: Environment): Fleet[] {
  const group = (role: string) => `${prefix(environment)}-${role}`;
  const elastic = serviceOfAllServers(environment) === undefined ? [] : [group("elastic")];
  return [
    {
      name: NAMED_FLEET,
      groups: [...environment.zones.map(({ name }) => group(name)), ...elastic],
      services: servicesOf(environment).filter(({ placement }) => placement.kind !== "own-group"),
    },
    ...servicesWithGroup(environment).map((service) => ({
      name: service.name,
      groups: [group(service.name)],
      services: [service],
    })),
  ];
}

/** Name of the SSM document that runs the migration of a release. */
export function migrationDocumentName(environment: Pick<Environment, "name">): string {
  return `${prefix(environment)}-migrate`;
}

/** Name of the CloudWatch alarm that gates the roll-out of a service. */
export function rollOutAlarmName(environment: Pick<Environment, "name">, service: string): string {
  return `${prefix(environment)}-roll-out-${service}`;
}

/** Seconds after the last new server in which its alarm still rolls back: two periods of the alarm, and a minute until it is evaluated. */
export const ROLL_OUT_WATCH_SECONDS = 660;
