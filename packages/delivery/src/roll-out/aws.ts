import { AutoScaling, type AutoScalingGroup, type InstanceRefresh } from "@aws-sdk/client-auto-scaling";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { EC2 } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";

/** Of one answer of AWS, more than the groups of a stack. */
const MOST_RECORDS = 100;

/** A version of a launch template. */
export interface TemplateVersion {
  /** Id of the launch template. */
  readonly id: string;
  readonly version: string;
}

/** Reads and changes servers. Needs the permissions of the role `apply` (src/iam/roll-out-policy.ts). */
export type RollOutApi = ReturnType<typeof awsApi>;

export function awsApi(region: string) {
  // Node.js 20 is what the project asks for; the SDK's versions are pinned.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const scaling = new AutoScaling({ region });
  const balancing = new ElasticLoadBalancingV2({ region });
  const ec2 = new EC2({ region });
  const cloudWatch = new CloudWatch({ region });
  return {
    async groups(names: readonly string[]): Promise<AutoScalingGroup[]> {
      const asked = { AutoScalingGroupNames: [...names], MaxRecords: MOST_RECORDS };
      return (await scaling.describeAutoScalingGroups(asked)).AutoScalingGroups ?? [];
    },
    async newestVersion(templateId: string): Promise<string> {
      const { LaunchTemplates = [] } = await ec2.describeLaunchTemplates({ LaunchTemplateIds: [templateId] });
      return String(LaunchTemplates[0]?.LatestVersionNumber ?? "");
    },
    /** Numbers of the versions that exist, the newest first. */
    async versions(templateId: string): Promise<number[]> {
      const { LaunchTemplateVersions = [] } = await ec2.describeLaunchTemplateVersions({
        LaunchTemplateId: templateId,
      });
      return LaunchTemplateVersions.flatMap(({ VersionNumber }) => VersionNumber ?? []).sort((a, b) => b - a);
    },
    /** The instance refreshes of a group, the newest first. AWS documents no order. */
    async refreshes(group: string): Promise<InstanceRefresh[]> {
      const asked = { AutoScalingGroupName: group, MaxRecords: MOST_RECORDS };
      const { InstanceRefreshes = [] } = await scaling.describeInstanceRefreshes(asked);
      return [...InstanceRefreshes].sort((a, b) => timeOf(b) - timeOf(a));
    },
    /** @returns the id of the instance refresh */
    async startRefresh(
      group: string,
      { id, version }: TemplateVersion,
      preferences: RefreshPreferences,
    ): Promise<string> {
      const { InstanceRefreshId = "" } = await scaling.startInstanceRefresh({
        AutoScalingGroupName: group,
        Strategy: "Rolling",
        DesiredConfiguration: { LaunchTemplate: { LaunchTemplateId: id, Version: version } },
        // Healthy percentages and warm-up are those of the group.
        Preferences: {
          SkipMatching: true,
          ScaleInProtectedInstances: "Refresh",
          // A person took it out of service; AWS's default waits for it for an hour, and fails.
          StandbyInstances: "Ignore",
          AutoRollback: preferences.autoRollback,
          BakeTime: preferences.bakeSeconds,
          ...(preferences.alarms.length === 0 ? {} : { AlarmSpecification: { Alarms: [...preferences.alarms] } }),
        },
      });
      return InstanceRefreshId;
    },
    async rollBackRefresh(group: string): Promise<void> {
      await scaling.rollbackInstanceRefresh({ AutoScalingGroupName: group });
    },
    /** Sets the version that new servers get. */
    async setVersion(group: string, { id, version }: TemplateVersion): Promise<void> {
      const LaunchTemplate = { LaunchTemplateId: id, Version: version };
      await scaling.updateAutoScalingGroup({ AutoScalingGroupName: group, LaunchTemplate });
    },
    /** Of these alarms, those in ALARM, with CloudWatch's reason. */
    async alarmsInAlarm(names: readonly string[]): Promise<{ name: string; reason: string }[]> {
      const { MetricAlarms = [] } = await cloudWatch.describeAlarms({ AlarmNames: [...names], StateValue: "ALARM" });
      return MetricAlarms.map(({ AlarmName = "", StateReason = "" }) => ({ name: AlarmName, reason: StateReason }));
    },
    /** Ids of the targets that are healthy in a target group. */
    async healthyTargets(arn: string): Promise<string[]> {
      const { TargetHealthDescriptions = [] } = await balancing.describeTargetHealth({ TargetGroupArn: arn });
      const healthy = TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State === "healthy");
      return healthy.flatMap(({ Target }) => Target?.Id ?? []);
    },
    /** The newest failed scaling activity; AWS gives the newest first. A failed launch has the status Failed or Cancelled. */
    async lastFailure(group: string): Promise<{ at: Date; message: string } | undefined> {
      const asked = { AutoScalingGroupName: group, MaxRecords: MOST_RECORDS };
      const { Activities = [] } = await scaling.describeScalingActivities(asked);
      const { StartTime, StatusMessage, Description } =
        Activities.find(({ StatusCode }) => StatusCode === "Failed" || StatusCode === "Cancelled") ?? {};
      return StartTime === undefined ? undefined : { at: StartTime, message: StatusMessage ?? Description ?? "" };
    },
  };
}

export interface RefreshPreferences {
  /** Names of the alarms that roll the refresh back. */
  readonly alarms: readonly string[];
  readonly autoRollback: boolean;
  /** Time after the last server in which an alarm still rolls the refresh back. */
  readonly bakeSeconds: number;
}

/** A pending refresh may have no start time yet. */
function timeOf({ StartTime, EndTime }: InstanceRefresh): number {
  return (StartTime ?? EndTime)?.getTime() ?? Number.POSITIVE_INFINITY;
}
