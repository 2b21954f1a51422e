import type { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
import { AutoscalingLifecycleHook } from "@cdktf/provider-aws/lib/autoscaling-lifecycle-hook";
import { Construct } from "constructs";

import type { AvailabilityZone } from "../network";
import { createGroup, type FleetProps } from "./fleet";

export interface ElasticFleetProps extends FleetProps {
  /** The Availability Zones that the group spans. */
  readonly availabilityZones: readonly AvailabilityZone[];
  /** Largest size. */
  readonly maxSize: number;
}

/** The elastic group over all Availability Zones: no server at low load, up to as many as hold the peak without one zone. */
export class ElasticFleet extends Construct {
  /** The Auto Scaling group. */
  readonly group: AutoscalingGroup;

  constructor(scope: Construct, id: string, props: ElasticFleetProps) {
    super(scope, id);
    this.group = createGroup(this, props, "elastic", {
      minSize: 0,
      // No desired capacity, because scaling policies change it and an apply must not reset it.
      maxSize: props.maxSize,
      ...fleetSubnets(props.availabilityZones),
    });
    finishBeforeTermination(this, this.group);
  }
}

/** The elastic subnets of all Availability Zones. They have free addresses, so a new instance starts before the old one is terminated. */
export function fleetSubnets(availabilityZones: readonly AvailabilityZone[]) {
  return {
    vpcZoneIdentifier: availabilityZones.map((zone) => zone.elasticSubnet.id),
    instanceMaintenancePolicy: { minHealthyPercentage: 100, maxHealthyPercentage: 110 },
    dependsOn: availabilityZones.flatMap((zone) => [...zone.egressDependencies]),
  };
}

/** Time to send the last logs after deregistration. */
export function finishBeforeTermination(scope: Construct, group: AutoscalingGroup): void {
  new AutoscalingLifecycleHook(scope, "termination", {
    name: "finish-before-termination",
    autoscalingGroupName: group.name,
    lifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
    heartbeatTimeout: 60,
    defaultResult: "CONTINUE",
  });
}
