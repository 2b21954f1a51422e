import type { Lb } from "@cdktf/provider-aws/lib/lb";
import { Construct } from "constructs";

import { boundaryArn, type Environment, prefix, sizing } from "../config";
import type { DatabaseAccess } from "../database";
import type { EnvironmentKey } from "../kms";
import type { TargetGroup } from "../load-balancing";
import type { Network } from "../network";
import { DatadogApiKey } from "./datadog-api-key";
import { ElasticFleet } from "./elastic-fleet";
import { FleetScaling } from "./fleet-scaling";
import { NamedFleet } from "./named-fleet";
import { ServerRole } from "./server-role";
import { ServerTemplate } from "./server-template";
import { compressedUserData } from "./user-data";

export interface ServersProps {
  /** The whole environment, because user data and sizes follow from most of it. */
  readonly environment: Environment;
  /** Subnets, security group, and the routes and reservations that servers depend on. */
  readonly network: Network;
  /** Encrypts volumes and the secret of the Datadog API key. Auto Scaling may use it. */
  readonly environmentKey: EnvironmentKey;
  /** Load balancer whose connections the scaling counts. */
  readonly loadBalancer: Lb;
  /** Target group of all servers. */
  readonly targetGroup: TargetGroup;
  /** The database that servers connect to. */
  readonly database: DatabaseAccess;
}

/** The named servers of each Availability Zone, the elastic group over all of them, and its scaling. */
export class Servers extends Construct {
  /** Role of every server, for grants. */
  readonly role: ServerRole;

  constructor(scope: Construct, id: string, props: ServersProps) {
    super(scope, id);
    const { environment, network, environmentKey, loadBalancer, targetGroup, database } = props;
    const { region, scaling, servers } = environment;
    const { key, autoScalingRoleArn } = environmentKey;
    const { namedPerZone, elasticMaximum } = sizing(environment);
    const name = prefix(environment);

    const datadogApiKey = new DatadogApiKey(this, "datadog-api-key", {
      secretName: `dev-one/${environment.name}/datadog-api-key`,
      region,
      key,
      recoveryWindowInDays: environment.protectFromDestruction ? 30 : 0,
    });
    this.role = new ServerRole(this, "role", {
      name: `${name}-servers`,
      permissionsBoundaryArn: boundaryArn(environment),
      datadogApiKey,
      database,
    });
    const template = new ServerTemplate(this, "template", {
      name,
      environmentName: environment.name,
      instanceType: servers.instanceType,
      imageId: servers.amiId,
      rootVolumeGib: servers.rootVolumeGib,
      securityGroup: network.securityGroups.servers,
      key,
      role: this.role,
      userData: compressedUserData(environment, database),
    });

    const fleet = { environmentName: environment.name, template, targetGroup, autoScalingRoleArn };
    const named = network.availabilityZones.map(
      (availabilityZone) =>
        new NamedFleet(this, availabilityZone.name, {
          ...fleet,
          name: `${name}-${availabilityZone.name}`,
          availabilityZone,
          size: namedPerZone,
        }),
    );
    const elastic = new ElasticFleet(this, "elastic", {
      ...fleet,
      name: `${name}-elastic`,
      availabilityZones: network.availabilityZones,
      maxSize: elasticMaximum,
    });
    new FleetScaling(this, "scaling", {
      ...scaling,
      name,
      named,
      elastic,
      loadBalancer,
      connectionsPerServer: servers.connectionsPerServer,
    });
  }
}
