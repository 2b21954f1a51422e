import type { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
import { Construct } from "constructs";

import { prefix, sizing } from "../config";
import type { AvailabilityZone } from "../network";
import { createGroup, type FleetProps } from "./fleet";

export interface NamedFleetProps extends FleetProps {
  /** The Availability Zone of the servers. */
  readonly availabilityZone: AvailabilityZone;
}

/**
 * The named servers of one zone. The group is as large as its subnet has free addresses, so that whatever it launches
 * gets one of the address table (docs/decisions/0001-fixed-addresses-by-reservation.md).
 */
export class NamedFleet extends Construct {
  /** The group; as large as the zone's part of the address table. */
  readonly group: AutoscalingGroup;
  /** Name of the zone, such as `zone-1`. */
  readonly zone: string;

  constructor(scope: Construct, id: string, props: NamedFleetProps) {
    super(scope, id);
    this.zone = props.availabilityZone.name;
    const size = sizing(props.environment).namedPerZone;
    this.group = createGroup(this, props, "named", {
      name: `${prefix(props.environment)}-${this.zone}`,
      minSize: size,
      maxSize: size,
      desiredCapacity: size,
      vpcZoneIdentifier: [props.availabilityZone.serverSubnet.id],
      // One at a time, the old one first: there is no address for one more.
      instanceMaintenancePolicy: {
        minHealthyPercentage: Math.floor(((size - 1) / size) * 100),
        maxHealthyPercentage: 100,
      },
      dependsOn: [...props.availabilityZone.reservations, ...props.availabilityZone.egressDependencies],
    });
  }
}
