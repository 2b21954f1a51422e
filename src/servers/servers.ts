import type { Lb } from "@cdktf/provider-aws/lib/lb";
import { Construct } from "constructs";

import type { Environment } from "../config";
import type { DatabaseAccess } from "../database";
import type { EnvironmentKey } from "../kms";
import type { Network } from "../network";
import { DatadogApiKey } from "./datadog-api-key";
import { ElasticFleet } from "./elastic-fleet";
import { FleetScaling } from "./fleet-scaling";
import { NamedFleet } from "./named-fleet";
import { ServerRole } from "./server-role";
import { ServerTemplate } from "./server-template";

export interface ServersProps {
  readonly environment: Environment;
  /** Gives subnets, security group, and what must exist before a server starts. */
  readonly network: Network;
  /** Encrypts volumes and the agent's secret; Auto Scaling may use it. */
  readonly environmentKey: EnvironmentKey;
  /** Whose connections are a signal of scaling. */
  readonly loadBalancer: Lb;
  /** ARN of the target group of all servers. */
  readonly targetGroupArn: string;
  /** What the servers connect to. */
  readonly database: DatabaseAccess;
}

/** The named servers of each zone, the elastic group beside them, and what makes it grow and shrink. */
export class Servers extends Construct {
  constructor(scope: Construct, id: string, props: ServersProps) {
    super(scope, id);
    const { environment, network, environmentKey, loadBalancer, targetGroupArn, database } = props;
    const { key, autoScalingRoleArn } = environmentKey;
    const datadogApiKey = new DatadogApiKey(this, "datadog-api-key", { environment, key });
    const role = new ServerRole(this, "role", { environment, key, datadogApiKey, database });
    const template = new ServerTemplate(this, "template", { environment, network, key, role, database });
    const fleet = { environment, template, targetGroupArn, autoScalingRoleArn };

    const named = network.availabilityZones.map(
      (availabilityZone) => new NamedFleet(this, availabilityZone.name, { ...fleet, availabilityZone }),
    );
    const elastic = new ElasticFleet(this, "elastic", { ...fleet, availabilityZones: network.availabilityZones });
    new FleetScaling(this, "scaling", { environment, named, elastic, loadBalancer });
  }
}
