import type { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
import { AutoscalingLifecycleHook } from "@cdktf/provider-aws/lib/autoscaling-lifecycle-hook";
import { Construct } from "constructs";

import { prefix, sizing } from "../config";
import type { AvailabilityZone } from "../network";
import { createGroup, type FleetProps } from "./fleet";

export interface ElasticFleetProps extends FleetProps {
  /** The Availability Zones that the group spans. */
  readonly availabilityZones: readonly AvailabilityZone[];
}

/** Servers beyond the named ones, over all zones: none in quiet times, enough to hold the peak without one zone. */
export class ElasticFleet extends Construct {
  /** The group, whose size belongs to the scaling policies. */
  readonly group: AutoscalingGroup;

  constructor(scope: Construct, id: string, props: ElasticFleetProps) {
    super(scope, id);
    this.group = createGroup(this, props, "elastic", {
      name: `${prefix(props.environment)}-elastic`,
      minSize: 0,
      // No desired capacity: it belongs to the scaling policies, and a deployment must not reset it.
      maxSize: sizing(props.environment).elasticMaximum,
      vpcZoneIdentifier: props.availabilityZones.map((zone) => zone.elasticSubnet.id),
      // Here there are addresses to spare: the new server comes before the old one goes.
      instanceMaintenancePolicy: { minHealthyPercentage: 100, maxHealthyPercentage: 110 },
      dependsOn: props.availabilityZones.flatMap((zone) => [...zone.egressDependencies]),
    });
    // Time to ship the last logs after the load balancer has let go.
    new AutoscalingLifecycleHook(this, "termination", {
      name: "finish-before-termination",
      autoscalingGroupName: this.group.name,
      lifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
      heartbeatTimeout: 60,
      defaultResult: "CONTINUE",
    });
  }
}
