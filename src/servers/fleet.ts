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
 * An Auto Scaling group of servers. `npm run roll-out` gives it each new version of the launch template, by an instance refresh within
 * the instance maintenance policy (docs/decisions/0015-roll-out-outside-of-terraform.md). `role`, service and owner become tags of the
 * instances; dev-one-identity reads the first two.
 */
export function createGroup(
  scope: Construct,
  { name, environmentName, template, service, targetGroup, autoScalingRoleArn }: FleetProps,
  role: "named" | "elastic" | "own-group",
  config: GroupConfig,
): AutoscalingGroup {
  return new AutoscalingGroup(scope, "group", {
    name,
    ...config,
    launchTemplate: {
      id: template.template.id,
      // A number, not "$Latest", to which an instance refresh could not roll back.
      version: template.template.latestVersion.toString(),
    },
    // The version at creation only. If Terraform updated the group, a rollback of the instance refresh would return to the new version.
    // https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html
    lifecycle: { ignoreChanges: ["launch_template[0].version"] },
    targetGroupArns: [targetGroup.arn],
    serviceLinkedRoleArn: autoScalingRoleArn,
    healthCheckType: "ELB",
    healthCheckGracePeriod: WARMUP_SECONDS,
    defaultInstanceWarmup: WARMUP_SECONDS,
    // AWS retries a failed launch (no capacity in the Availability Zone, an address not yet free). If the provider waited, it would
    // fail at the first failed launch or at its timeout and taint the new group, and the next apply would replace the group with its
    // servers. The roll-out after the apply waits for healthy servers (packages/delivery/src/roll-out/healthy-servers.ts).
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
    tag: Object.entries({
      Name: name,
      env: environmentName,
      role,
      ...(service === undefined ? {} : { service: service.name, team: service.owner }),
    }).map(([key, value]) => ({ key, value, propagateAtLaunch: true })),
  });
}
