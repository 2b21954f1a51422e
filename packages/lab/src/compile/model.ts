import { type JsonObject } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";
import { fromSynthesis, Undecided } from "@dev-one/terraform-json/resources";

import { compileAddresses, type Network } from "./addresses";
import { compileDatabase, type Database } from "./database";
import { compileHostedZones, type HostedZone } from "./hosted-zones";
import { compileLoadBalancer, type LoadBalancer } from "./load-balancer";
import { refuseUnknown } from "./read";
import { compileRoutes, type SubnetRoutes } from "./routes";
import { compileSecurityGroups, type SecurityGroup } from "./security-groups";

/** An environment as the lab builds it, from its Terraform JSON alone. */
export interface Model {
  /** Name of the stack. */
  readonly name: string;
  readonly network: Network;
  readonly routes: readonly SubnetRoutes[];
  readonly securityGroups: readonly SecurityGroup[];
  readonly loadBalancer: LoadBalancer;
  readonly hostedZones: readonly HostedZone[];
  readonly database: Database;
}

/**
 * @param elasticServers servers of each group whose minimum is zero
 * @throws UserError that names what the lab does not know or cannot build
 */
export function compile(name: string, json: JsonObject, elasticServers: number): Model {
  const stack = fromSynthesis(name, json);
  refuseUnknown(stack);
  try {
    const network = compileAddresses(stack, elasticServers);
    return {
      name,
      network,
      routes: compileRoutes(stack, network),
      securityGroups: compileSecurityGroups(stack),
      loadBalancer: compileLoadBalancer(stack, network),
      hostedZones: compileHostedZones(stack, network),
      database: compileDatabase(stack, network),
    };
  } catch (error) {
    if (!(error instanceof Undecided)) throw error;
    throw new UserError(
      `Stack ${name}: ${error.message}, and the lab builds constants and references to resources only.`,
    );
  }
}

/** Name of the public hosted zone. */
export function domainOf({ hostedZones }: Model): string {
  return hostedZones.find(({ isPrivate }) => !isPrivate)?.name ?? "";
}
