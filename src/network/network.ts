import { Construct } from "constructs";

import type { Environment } from "../config";
import type { EncryptionKey } from "../kms";
import { Endpoints } from "./endpoints";
import { SecurityGroups } from "./security-groups";
import { Vpc } from "./vpc";
import { ZoneNetwork } from "./zone-network";

export interface NetworkProps {
  readonly environment: Environment;
  /** Encrypts the flow logs. */
  readonly key: EncryptionKey;
}

/** The VPC with its zones, security groups and endpoints. */
export class Network extends Construct {
  /** Id of the VPC. */
  readonly vpcId: string;
  /** Sorted by name. */
  readonly zones: readonly ZoneNetwork[];
  /** The group of each role. */
  readonly securityGroups: SecurityGroups;

  constructor(scope: Construct, id: string, { environment, key }: NetworkProps) {
    super(scope, id);
    const network = new Vpc(this, "vpc", { environment, key });
    this.vpcId = network.vpc.id;
    this.zones = environment.zones.map((zone) => new ZoneNetwork(this, zone.name, { environment, zone, network }));
    this.securityGroups = new SecurityGroups(this, "security-groups", { environment, network });
    new Endpoints(this, "endpoints", {
      environment,
      network,
      zones: this.zones,
      securityGroup: this.securityGroups.endpoints,
    });
  }
}
