import type { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
import { Construct } from "constructs";

import type { AvailabilityZone } from "../network";
import { createGroup, type FleetProps } from "./fleet";

export interface NamedFleetProps extends FleetProps {
  /** The Availability Zone of the servers. */
  readonly availabilityZone: AvailabilityZone;
  /** Number of servers, as many as the zone has addresses in the address table. */
  readonly size: number;
}

/**
 * The named servers of one Availability Zone. The group is as large as its subnet has free addresses, so that each instance gets
 * one of the address table (docs/decisions/0001-fixed-addresses-by-reservation.md).
 */
export class NamedFleet extends Construct {
  /** The Auto Scaling group. */
  readonly group: AutoscalingGroup;
  /** Name of the Availability Zone in the configuration, such as `zone-1`. */
  readonly availabilityZoneName: string;

  constructor(scope: Construct, id: string, props: NamedFleetProps) {
    super(scope, id);
    const { availabilityZone, size } = props;
    this.availabilityZoneName = availabilityZone.name;
    this.group = createGroup(this, props, "named", {
      minSize: size,
      maxSize: size,
      desiredCapacity: size,
      vpcZoneIdentifier: [availabilityZone.serverSubnet.id],
      // One at a time, and no instance before another one is terminated, because the subnet has no free address. AWS launches the new
      // one at the same time, so that its first launches fail, until the old one has freed its address.
      instanceMaintenancePolicy: {
        minHealthyPercentage: Math.floor(((size - 1) / size) * 100),
        maxHealthyPercentage: 100,
      },
      dependsOn: [...availabilityZone.reservations, ...availabilityZone.egressDependencies],
    });
  }
}
