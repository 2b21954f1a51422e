import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";

import type { RollOutApi } from "./aws";
import { type Context, type Outcome, POLL_MS } from "./context";

const TIMEOUT_MS = 20 * 60_000;

const RUNBOOK = "docs/runbooks/server-replaced.md";

/**
 * Waits up to 20 minutes until every group has its desired number of servers in service and healthy at its target groups. Terraform
 * does not wait for that (src/servers/fleet.ts).
 *
 * @returns a line for each group that lacks healthy servers
 */
export async function waitForHealthyServers(groups: readonly string[], context: Context): Promise<Outcome[]> {
  const { say, clock, api } = context;
  if (groups.length === 0) return [];
  const said = new Map<string, string>();
  const start = clock.now();
  for (;;) {
    const statuses = await look(groups, api);
    for (const { group, text } of statuses) {
      if (said.get(group) !== text) say(`${group}: ${text}.`);
      said.set(group, text);
    }
    const unready = statuses.filter(({ isReady }) => !isReady);
    if (unready.length === 0) return [];
    if (clock.now() - start >= TIMEOUT_MS) return await Promise.all(unready.map((status) => describe(status, api)));
    await clock.sleep(POLL_MS);
  }
}

interface Status {
  readonly group: string;
  readonly version: string;
  readonly isReady: boolean;
  /** Numbers of healthy and of required servers. */
  readonly text: string;
}

async function look(groups: readonly string[], api: RollOutApi): Promise<Status[]> {
  const found = await api.groups(groups);
  return await Promise.all(
    groups.map(async (name) => {
      const group = found.find(({ AutoScalingGroupName }) => AutoScalingGroupName === name);
      if (group === undefined) return { group: name, version: "", isReady: false, text: "not found" };
      const { DesiredCapacity: desired = 0 } = group;
      const healthy = (await healthyServers(group, api)).length;
      const text = `${healthy} of ${desired} servers in service and healthy`;
      return { group: name, version: group.LaunchTemplate?.Version ?? "", isReady: healthy >= desired, text };
    }),
  );
}

/** Ids of the servers of a group that are in service, and healthy at each of its target groups. */
export async function healthyServers(group: AutoScalingGroup, api: RollOutApi): Promise<string[]> {
  const { Instances = [], TargetGroupARNs = [] } = group;
  const healthyAt = await Promise.all(TargetGroupARNs.map((arn) => api.healthyTargets(arn)));
  return Instances.filter(
    ({ InstanceId = "", LifecycleState, HealthStatus }) =>
      LifecycleState === "InService" &&
      HealthStatus === "Healthy" &&
      healthyAt.every((targets) => targets.includes(InstanceId)),
  ).flatMap(({ InstanceId }) => InstanceId ?? []);
}

async function describe({ group, version, text }: Status, api: RollOutApi): Promise<Outcome> {
  const failure = await api.lastFailure(group);
  const activity =
    failure === undefined
      ? "no scaling activity has failed"
      : `the last failed scaling activity, at ${failure.at.toISOString()}, says: ${failure.message.replace(/\.$/, "")}`;
  return {
    what: group,
    from: version,
    to: version,
    result: `${text} after ${TIMEOUT_MS / 60_000} minutes; ${activity}; see ${RUNBOOK}`,
    isGood: false,
  };
}
