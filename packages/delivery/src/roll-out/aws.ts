import { AutoScaling, type AutoScalingGroup, type InstanceRefresh } from "@aws-sdk/client-auto-scaling";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { EC2 } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { NoSuchKey, S3 } from "@aws-sdk/client-s3";
import { InvocationDoesNotExist, SSM } from "@aws-sdk/client-ssm";
import { hideNodeVersionWarning } from "@dev-one/cli/aws-sdk";

/** Of one answer of AWS, more than the groups of a stack. */
const MOST_RECORDS = 100;

/** A version of a launch template. */
export interface TemplateVersion {
  /** Id of the launch template. */
  readonly id: string;
  readonly version: string;
}

export interface NewestVersion extends TemplateVersion {
  readonly createdAt: Date;
}

/** A running server. */
export interface Server {
  readonly id: string;
  readonly address: string;
  readonly availabilityZone: string;
  readonly launchedAt: Date;
}

/** A version of an object in S3. */
export interface ObjectVersion {
  readonly id: string;
  readonly at: Date;
  /** The same for the same content. */
  readonly etag: string;
}

/** Reads and changes servers. Needs the permissions of the role `apply` (src/iam/roll-out-policy.ts). */
export type RollOutApi = ReturnType<typeof awsApi>;

export function awsApi(region: string) {
  hideNodeVersionWarning();
  const scaling = new AutoScaling({ region });
  const balancing = new ElasticLoadBalancingV2({ region });
  const ec2 = new EC2({ region });
  const cloudWatch = new CloudWatch({ region });
  const s3 = new S3({ region });
  const ssm = new SSM({ region });
  return {
    async groups(names: readonly string[]): Promise<AutoScalingGroup[]> {
      const asked = { AutoScalingGroupNames: [...names], MaxRecords: MOST_RECORDS };
      return (await scaling.describeAutoScalingGroups(asked)).AutoScalingGroups ?? [];
    },
    async newestVersion(templateId: string): Promise<NewestVersion> {
      const asked = { LaunchTemplateId: templateId, Versions: ["$Latest"] };
      const { LaunchTemplateVersions: [newest] = [] } = await ec2.describeLaunchTemplateVersions(asked);
      return {
        id: templateId,
        version: String(newest?.VersionNumber ?? ""),
        createdAt: newest?.CreateTime ?? new Date(0),
      };
    },
    /** Numbers of the versions that exist, the newest first. */
    async versions(templateId: string): Promise<number[]> {
      const { LaunchTemplateVersions = [] } = await ec2.describeLaunchTemplateVersions({
        LaunchTemplateId: templateId,
      });
      return LaunchTemplateVersions.flatMap(({ VersionNumber }) => VersionNumber ?? []).sort((a, b) => b - a);
    },
    /** The instance refreshes of a group, the newest first. */
    async refreshes(group: string): Promise<InstanceRefresh[]> {
      const asked = { AutoScalingGroupName: group, MaxRecords: MOST_RECORDS };
      const { InstanceRefreshes = [] } = await scaling.describeInstanceRefreshes(asked);
      return [...InstanceRefreshes].sort(newestFirst);
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
      if (names.length === 0) return [];
      const { MetricAlarms = [] } = await cloudWatch.describeAlarms({ AlarmNames: [...names] });
      return MetricAlarms.filter(({ StateValue }) => StateValue === "ALARM").map(
        ({ AlarmName = "", StateReason = "" }) => ({ name: AlarmName, reason: StateReason }),
      );
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
    /** User data of a version of a launch template, in base64. */
    async userData({ id, version }: TemplateVersion): Promise<string> {
      const asked = { LaunchTemplateId: id, Versions: [version] };
      const { LaunchTemplateVersions = [] } = await ec2.describeLaunchTemplateVersions(asked);
      return LaunchTemplateVersions[0]?.LaunchTemplateData?.UserData ?? "";
    },
    async targetGroup(name: string): Promise<string> {
      const { TargetGroups = [] } = await balancing.describeTargetGroups({ Names: [name] });
      return TargetGroups[0]?.TargetGroupArn ?? "";
    },
    async servers(ids: readonly string[]): Promise<Server[]> {
      if (ids.length === 0) return [];
      const { Reservations = [] } = await ec2.describeInstances({ InstanceIds: [...ids] });
      return Reservations.flatMap(({ Instances = [] }) => Instances).map((instance) => ({
        id: instance.InstanceId ?? "",
        address: instance.PrivateIpAddress ?? "",
        availabilityZone: instance.Placement?.AvailabilityZone ?? "",
        launchedAt: instance.LaunchTime ?? new Date(0),
      }));
    },
    /** Terminates a server of an Auto Scaling group, which launches another one. */
    async replaceServer(id: string): Promise<void> {
      await scaling.terminateInstanceInAutoScalingGroup({ InstanceId: id, ShouldDecrementDesiredCapacity: false });
    },
    /** The versions of an object, the newest first. */
    async objectVersions(bucket: string, key: string): Promise<ObjectVersion[]> {
      const { Versions = [] } = await s3.listObjectVersions({ Bucket: bucket, Prefix: key });
      return Versions.filter(({ Key }) => Key === key)
        .map(({ VersionId = "", LastModified = new Date(0), ETag = "" }) => ({
          id: VersionId,
          at: LastModified,
          etag: ETag,
        }))
        .sort((a, b) => b.at.getTime() - a.at.getTime());
    },
    /** The content of an object; undefined when there is none. */
    async getObject(bucket: string, key: string, version?: string): Promise<string | undefined> {
      try {
        const asked = { Bucket: bucket, Key: key, ...(version === undefined ? {} : { VersionId: version }) };
        return (await (await s3.getObject(asked)).Body?.transformToString()) ?? "";
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    async putObject(bucket: string, key: string, content: string): Promise<void> {
      await s3.putObject({ Bucket: bucket, Key: key, Body: content, ContentType: "application/json" });
    },
    /** Makes a version of an object the newest one, with its metadata and tags: Terraform then plans no change. */
    async restoreObject(bucket: string, key: string, version: string): Promise<void> {
      const CopySource = `${bucket}/${key}?versionId=${encodeURIComponent(version)}`;
      await s3.copyObject({ Bucket: bucket, Key: key, CopySource });
    },
    /** @returns the id of the command */
    async runCommand(document: string, server: string, parameters: Readonly<Record<string, string>>): Promise<string> {
      const Parameters = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]]));
      const { Command } = await ssm.sendCommand({ DocumentName: document, InstanceIds: [server], Parameters });
      return Command?.CommandId ?? "";
    },
    /** Status and output of a command; `Pending` while Systems Manager does not know it on the server. */
    async commandResult(id: string, server: string): Promise<{ status: string; output: string }> {
      try {
        const asked = { CommandId: id, InstanceId: server };
        const {
          Status = "Pending",
          StandardOutputContent = "",
          StandardErrorContent = "",
        } = await ssm.getCommandInvocation(asked);
        return { status: Status, output: `${StandardOutputContent}\n${StandardErrorContent}`.trim() };
      } catch (error) {
        if (error instanceof InvocationDoesNotExist) return { status: "Pending", output: "" };
        throw error;
      }
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

/** Order of instance refreshes, of which AWS documents none. A pending one may have no start time yet. */
export const newestFirst = (a: InstanceRefresh, b: InstanceRefresh): number => timeOf(b) - timeOf(a);

function timeOf({ StartTime, EndTime }: InstanceRefresh): number {
  return (StartTime ?? EndTime)?.getTime() ?? Number.POSITIVE_INFINITY;
}
