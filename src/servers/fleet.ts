import { AutoscalingGroup, type AutoscalingGroupConfig } from "@cdktf/provider-aws/lib/autoscaling-group";
import type { Construct } from "constructs";

import type { Environment } from "../config";
import type { ServerTemplate } from "./server-template";

/** Seconds from launch to the first request served, generously: boot, packages, nginx, two health checks. */
export const WARMUP_SECONDS = 240;

/** What the named and the elastic group have in common. */
export interface FleetProps {
  readonly environment: Environment;
  /** How every server starts. */
  readonly template: ServerTemplate;
  /** ARN of the target group that the servers register with. */
  readonly targetGroupArn: string;
  /** ARN of the role with which Auto Scaling uses the environment's key. */
  readonly autoScalingRoleArn: string;
}

type Individual = Required<
  Pick<
    AutoscalingGroupConfig,
    "name" | "minSize" | "maxSize" | "vpcZoneIdentifier" | "dependsOn" | "instanceMaintenancePolicy"
  >
> &
  Pick<AutoscalingGroupConfig, "desiredCapacity">;

/**
 * An Auto Scaling group of our servers. A changed template rolls through it by itself, within the maintenance policy.
 * `role` becomes a tag of its servers.
 */
export function createGroup(
  scope: Construct,
  { environment, template, targetGroupArn, autoScalingRoleArn }: FleetProps,
  role: "named" | "elastic",
  individual: Individual,
): AutoscalingGroup {
  const { minHealthyPercentage, maxHealthyPercentage } = individual.instanceMaintenancePolicy;
  return new AutoscalingGroup(scope, "group", {
    ...individual,
    launchTemplate: {
      id: template.template.id,
      // A number, not "$Latest": only then does Terraform see that there is something to roll out.
      version: template.template.latestVersion.toString(),
    },
    targetGroupArns: [targetGroupArn],
    serviceLinkedRoleArn: autoScalingRoleArn,
    healthCheckType: "ELB",
    healthCheckGracePeriod: WARMUP_SECONDS,
    defaultInstanceWarmup: WARMUP_SECONDS,
    // A launch that fails (no capacity in the zone, an address not yet free) is tried again by AWS. The provider's wait would end
    // the apply at the first failure, or at its time-out, and mark the new group as tainted: the next apply would replace the
    // group with its servers. So the apply does not wait; CI does afterwards (packages/delivery/src/healthy-servers.ts).
    // https://github.com/hashicorp/terraform-provider-aws/issues/41580, .../29753
    ignoreFailedScalingActivities: true,
    waitForCapacityTimeout: "0",
    metricsGranularity: "1Minute",
    enabledMetrics: [
      "GroupDesiredCapacity",
      "GroupInServiceInstances",
      "GroupMaxSize",
      "GroupMinSize",
      "GroupPendingInstances",
      "GroupTerminatingInstances",
      "GroupTotalInstances",
    ],
    instanceRefresh: {
      strategy: "Rolling",
      preferences: {
        minHealthyPercentage,
        maxHealthyPercentage,
        instanceWarmup: WARMUP_SECONDS.toString(),
        autoRollback: true,
      },
    },
    tag: Object.entries({ Name: individual.name, env: environment.name, role }).map(([key, value]) => ({
      key,
      value,
      propagateAtLaunch: true,
    })),
  });
}
