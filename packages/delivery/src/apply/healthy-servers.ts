import { setTimeout as delay } from "node:timers/promises";

import { AutoScaling, type AutoScalingGroup, type InstanceRefresh } from "@aws-sdk/client-auto-scaling";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { UserError } from "@dev-one/cli/user-error";

const TIMEOUT_MS = 20 * 60_000;
const POLL_MS = 15_000;
/** Of one answer of AWS, more than the groups of a stack. */
const MOST_RECORDS = 100;

/** Statuses of an instance refresh in progress. Every other status is final or a rollback. Only `Successful` is a success. */
const IN_PROGRESS = ["Pending", "InProgress", "Baking"];
const ENDED_WELL = "Successful";

const RUNBOOK = "docs/runbooks/server-replaced.md";

export interface HealthyServersOptions {
  readonly stack: string;
  /** Names of Auto Scaling groups. */
  readonly groups: readonly string[];
  readonly region: string;
  /** Instance refreshes that ended before this time, and scaling activities that failed before it, are ignored. */
  readonly since: Date;
  readonly say: (line: string) => void;
  /** @default the process's own */
  readonly clock?: Clock;
  /** @default AWS's API, with the credentials of the process */
  readonly api?: FleetApi;
}

type Clock = typeof SYSTEM_CLOCK;

/** The AWS API calls that the wait needs. */
export type FleetApi = ReturnType<typeof awsApi>;

/**
 * Waits, after an apply, until every group has its desired number of servers in service and healthy at its target groups.
 * Terraform does not wait for that (src/servers/fleet.ts). During an instance refresh its minimum healthy percentage is sufficient,
 * because the refresh takes longer than this wait.
 *
 * @throws UserError naming every group that lacks healthy servers, or whose instance refresh did not succeed
 */
export async function waitForHealthyServers(options: HealthyServersOptions): Promise<void> {
  const { stack, say, clock = SYSTEM_CLOCK, api = awsApi(options.region) } = options;
  if (options.groups.length === 0) return;
  const said = new Map<string, string>();
  const start = clock.now();
  for (;;) {
    const statuses = await look(options, api);
    for (const { group, text } of statuses) {
      if (said.get(group) !== text) say(`${group}: ${text}.`);
      said.set(group, text);
    }
    const unready = statuses.filter(({ isReady }) => !isReady);
    if (unready.length === 0) return;
    if (clock.now() - start >= TIMEOUT_MS || unready.some(({ hasFailed }) => hasFailed)) {
      const sentences = await Promise.all(unready.map((status) => describe(status, options.since, api)));
      const minutes = Math.round((clock.now() - start) / 60_000);
      const heading = `${stack}: applied; but after ${minutes} minutes not every Auto Scaling group has its healthy servers:`;
      throw new UserError([heading, ...sentences].join("\n"));
    }
    await clock.sleep(POLL_MS);
  }
}

async function look({ stack, groups, since }: HealthyServersOptions, api: FleetApi) {
  try {
    const found = await api.groups(groups);
    return await Promise.all(
      groups.map(async (name) => {
        const group = found.find(({ AutoScalingGroupName }) => AutoScalingGroupName === name);
        return group === undefined
          ? { group: name, isReady: false, hasFailed: false, text: "not found" }
          : await statusOf(name, group, since, api);
      }),
    );
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}, ${error.message}` : String(error);
    throw new UserError(`${stack}: applied; but the health of the servers could not be read: ${reason}`);
  }
}

/** `text` has the numbers of healthy and of required servers; after `hasFailed` a longer wait cannot succeed. */
async function statusOf(name: string, group: AutoScalingGroup, since: Date, api: FleetApi) {
  const { DesiredCapacity: desired = 0, Instances = [], TargetGroupARNs = [] } = group;
  const [newest, ...healthyAt] = await Promise.all([
    api.newestRefresh(name),
    ...TargetGroupARNs.map((arn) => api.healthyTargets(arn)),
  ]);
  const healthy = Instances.filter(
    ({ InstanceId = "", LifecycleState, HealthStatus }) =>
      LifecycleState === "InService" &&
      HealthStatus === "Healthy" &&
      healthyAt.every((targets) => targets.includes(InstanceId)),
  ).length;
  const counted = `${healthy} of ${desired} servers in service and healthy`;
  const { Status = ENDED_WELL, PercentageComplete = 0, StatusReason, Preferences } = newest ?? {};
  // A refresh in progress takes servers out of service, even if it began before `since`.
  if (IN_PROGRESS.includes(Status)) {
    const { MinHealthyPercentage: minimum = 100 } = Preferences ?? group.InstanceMaintenancePolicy ?? {};
    const required = Math.ceil((desired * minimum) / 100);
    const text = `${counted}, at least ${required} needed: instance refresh in progress, ${PercentageComplete} %`;
    return { group: name, isReady: healthy >= required, hasFailed: false, text };
  }
  const hasFailed = Status !== ENDED_WELL && newest !== undefined && timeOf(newest) >= since.getTime();
  const reason = StatusReason === undefined ? "" : ` (${StatusReason})`;
  const text = hasFailed ? `${counted}, instance refresh ${Status}${reason}` : counted;
  return { group: name, isReady: healthy >= desired && !hasFailed, hasFailed, text };
}

/** A pending refresh may have no start time yet. */
function timeOf({ StartTime, EndTime }: InstanceRefresh): number {
  return (StartTime ?? EndTime)?.getTime() ?? Number.POSITIVE_INFINITY;
}

async function describe({ group, text }: { group: string; text: string }, since: Date, api: FleetApi): Promise<string> {
  const failure = await api.lastFailure(group).catch(() => undefined);
  const activity =
    failure === undefined || failure.at < since
      ? "no scaling activity has failed since the merge"
      : `the last failed scaling activity, at ${failure.at.toISOString()}, says: ${failure.message.replace(/\.$/, "")}`;
  return `${group}: ${text}; ${activity}; see ${RUNBOOK}.`;
}

const SYSTEM_CLOCK = { now: () => Date.now(), sleep: (ms: number) => delay(ms) };

/** Needs `autoscaling:Describe*` and `elasticloadbalancing:Describe*`. */
function awsApi(region: string) {
  // Node.js 20 is what the project asks for; the SDK's versions are pinned.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const scaling = new AutoScaling({ region });
  const balancing = new ElasticLoadBalancingV2({ region });
  return {
    async groups(names: readonly string[]) {
      const asked = { AutoScalingGroupNames: [...names], MaxRecords: MOST_RECORDS };
      return (await scaling.describeAutoScalingGroups(asked)).AutoScalingGroups ?? [];
    },
    /** The newest instance refresh. AWS documents no order. */
    async newestRefresh(group: string): Promise<InstanceRefresh | undefined> {
      const asked = { AutoScalingGroupName: group, MaxRecords: MOST_RECORDS };
      const { InstanceRefreshes = [] } = await scaling.describeInstanceRefreshes(asked);
      return [...InstanceRefreshes].sort((a, b) => timeOf(b) - timeOf(a))[0];
    },
    /** Ids of the instances that are healthy in a target group. */
    async healthyTargets(arn: string) {
      const { TargetHealthDescriptions = [] } = await balancing.describeTargetHealth({ TargetGroupArn: arn });
      const healthy = TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State === "healthy");
      return healthy.flatMap(({ Target }) => Target?.Id ?? []);
    },
    /** The newest failed scaling activity; AWS gives the newest first. A failed launch has the status Failed or Cancelled. */
    async lastFailure(group: string) {
      const asked = { AutoScalingGroupName: group, MaxRecords: MOST_RECORDS };
      const { Activities = [] } = await scaling.describeScalingActivities(asked);
      const { StartTime, StatusMessage, Description } =
        Activities.find(({ StatusCode }) => StatusCode === "Failed" || StatusCode === "Cancelled") ?? {};
      return StartTime === undefined ? undefined : { at: StartTime, message: StatusMessage ?? Description ?? "" };
    },
  };
}
