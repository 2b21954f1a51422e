import { AutoscalingGroup, type AutoscalingGroupConfig } from "@cdktf/provider-aws/lib/autoscaling-group";
import type { Construct } from "constructs";

import type { PlacedService } from "../config";
import type { TargetGroup } from "../load-balancing";
import type { ServerTemplate } from "./server-template";

/** Seconds from launch to the first request, with a reserve: boot, packages, nginx, two health checks. */
export const WARMUP_SECONDS = 240;

/** Props of every group of servers. */
export interface FleetProps {
  /** Name of the Auto Scaling group and of its instances. */
  readonly name: string;
  /** Value of the tag `env` of the instances. */
  readonly environmentName: string;
  /** Launch template of the servers. */
  readonly template: ServerTemplate;
  /** The service of all servers of the group; undefined where services share it. */
  readonly service: Pick<PlacedService, "name" | "owner"> | undefined;
  /** Target group in which the servers are registered. */
  readonly targetGroup: TargetGroup;
  /** ARN of the service-linked role with which Auto Scaling uses the KMS key of the volumes. */
  readonly autoScalingRoleArn: string;
}

type GroupConfig = Required<
  Pick<AutoscalingGroupConfig, "minSize" | "maxSize" | "vpcZoneIdentifier" | "dependsOn" | "instanceMaintenancePolicy">
> &
  Pick<AutoscalingGroupConfig, "desiredCapacity">;

/**
 * An Auto Scaling group of servers. A new version of the launch template starts an instance refresh within the instance
 * maintenance policy. `role`, service and owner become tags of the instances; dev-one-identity reads the first two.
 */
export function createGroup(
  scope: Construct,
  { name, environmentName, template, service, targetGroup, autoScalingRoleArn }: FleetProps,
  role: "named" | "elastic" | "own-group",
  config: GroupConfig,
): AutoscalingGroup {
  const { minHealthyPercentage, maxHealthyPercentage } = config.instanceMaintenancePolicy;
  return new AutoscalingGroup(scope, "group", {
    name,
    ...config,
    launchTemplate: {
      id: template.template.id,
      // A number, not "$Latest", so that a new version changes the group and Terraform starts an instance refresh.
      version: template.template.latestVersion.toString(),
    },
    targetGroupArns: [targetGroup.arn],
    serviceLinkedRoleArn: autoScalingRoleArn,
    healthCheckType: "ELB",
    healthCheckGracePeriod: WARMUP_SECONDS,
    defaultInstanceWarmup: WARMUP_SECONDS,
    // AWS retries a failed launch (no capacity in the Availability Zone, an address not yet free). If the provider waited, it would
    // fail at the first failed launch or at its timeout and taint the new group, and the next apply would replace the group with its
    // servers. CI waits for healthy servers after the apply (packages/delivery/src/apply/healthy-servers.ts).
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
    tag: Object.entries({
      Name: name,
      env: environmentName,
      role,
      ...(service === undefined ? {} : { service: service.name, team: service.owner }),
    }).map(([key, value]) => ({ key, value, propagateAtLaunch: true })),
  });
}
