import type { Environment } from "../schema/environment";
import { ifValid } from "./draft";

/** Name of the database in the private hosted zone. */
export const DATABASE_NAME_IN_DNS = "postgres";

/** Names of load balancers and target groups. @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html */
export const LONGEST_LOAD_BALANCER_NAME = 32;

/** The names of the servers, each once, with the path where the first zone that has it names it. */
export function namedServers({ zones }: Environment): { readonly server: string; readonly path: string }[] {
  const paths = new Map<string, string>();
  for (const [index, zone] of zones.entries()) {
    for (const server of ifValid(() => Object.keys(zone.servers)).flat()) {
      if (!paths.has(server)) paths.set(server, `zones[${index}].servers.${server}`);
    }
  }
  return [...paths].map(([server, path]) => ({ server, path }));
}
