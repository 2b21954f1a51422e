import type { LoadBalancer, TargetGroup } from "../compile/load-balancer";
import type { Host } from "../hosts/environment";
import { ALIAS_TTL_SECONDS, type PlacedLoad, type Users, usersOf } from "./lab-load";
import type { ScenarioContext } from "./lab-scenario";

/** The target group of the default action: that of the domain. */
export function defaultGroup({ listeners, groups }: LoadBalancer): TargetGroup {
  const action = listeners.find(({ isTls }) => isTls)?.defaultAction;
  const group = groups.find(({ address }) => action?.type === "forward" && action.group === address);
  if (group === undefined) throw new Error("The load balancer forwards to no target group by default");
  return group;
}

/** The servers that get the requests for the domain. */
export const targetsOf = ({ environment, promised }: ScenarioContext): Host[] =>
  defaultGroup(promised.loadBalancer).targets.map(({ name }) => environment.host(name));

/** Names that lead to a target group with targets in all zones. */
export function crossZoneNames({ promised: { loadBalancer } }: ScenarioContext): string[] {
  const rules = loadBalancer.listeners.flatMap((listener) => listener.rules);
  return rules.flatMap(({ hosts, action }) => {
    const group = loadBalancer.groups.find(({ address }) => action.type === "forward" && action.group === address);
    return group?.crossZone === true && !group.isAutoScaled ? hosts.slice(0, 1) : [];
  });
}

/** Users of the domain, or of the name of a server. */
export type NamedUsers = Users & { readonly server?: string };

/** Users of several kinds, each with processes and source addresses of their own. */
export const placedUsers = (
  context: ScenarioContext,
  all: readonly NamedUsers[],
  ttlSeconds = ALIAS_TTL_SECONDS,
): PlacedLoad[] =>
  all.flatMap(({ server, ...each }, index) =>
    usersOf(context, each, index * context.environment.options.clients).map(({ host, load }) => {
      return { host, load: { ...load, ttlSeconds, ...(server === undefined ? {} : { host: server }) } };
    }),
  );
