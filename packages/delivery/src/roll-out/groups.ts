import type { AutoScalingGroup, InstanceRefresh } from "@aws-sdk/client-auto-scaling";

import { ROLL_OUT_WATCH_SECONDS } from "../../../../src/environments";
import type { TemplateVersion } from "./aws";
import { type Context, leftBack, type Outcome, POLL_MS } from "./context";

/** Statuses of an instance refresh that has not ended. */
const ACTIVE: readonly (string | undefined)[] = ["Pending", "InProgress", "Baking", "Cancelling", "RollbackInProgress"];

/** What a group is to become. */
export interface Target extends TemplateVersion {
  /** Names of the alarms that roll back; empty: none does. */
  readonly alarms: readonly string[];
  /** Whether AWS returns to the version before when the refresh fails. */
  readonly autoRollback: boolean;
}

/** Whether the group itself or one of its servers has another version of the launch template. */
export function isOutdated({ LaunchTemplate, Instances = [] }: AutoScalingGroup, version: string): boolean {
  // A person takes a server into Standby; a refresh leaves it.
  const servers = Instances.filter(({ LifecycleState }) => LifecycleState !== "Standby");
  return LaunchTemplate?.Version !== version || servers.some((server) => server.LaunchTemplate?.Version !== version);
}

/** A version of the launch template that was taken back. */
export interface TakenBack {
  readonly at: Date;
  readonly reason: string;
  /** The versions that no server keeps. */
  readonly refused: readonly string[];
  /** The version that servers get instead. */
  readonly version: string;
  /** What is tried again: another release, or another version of the launch template. */
  readonly until: "release" | "version";
}

/**
 * Whether AWS rolled the newest instance refresh to a version of the launch template back, in one of the groups. AWS remembers the
 * refreshes of six weeks.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeInstanceRefreshes.html
 */
export async function rolledBack(
  groups: readonly AutoScalingGroup[],
  { version }: TemplateVersion,
  { api }: Context,
): Promise<TakenBack | undefined> {
  for (const { AutoScalingGroupName: name = "", LaunchTemplate } of groups) {
    // A refresh without a desired version, which a person starts, brings none.
    const refresh = (await api.refreshes(name)).find((each) => versionOf(each) === version);
    const { Status = "", StartTime, EndTime = StartTime ?? new Date(0), RollbackDetails } = refresh ?? {};
    if (!Status.startsWith("Rollback")) continue;
    const reason = RollbackDetails?.RollbackReason ?? Status;
    return { at: EndTime, reason, refused: [version], version: LaunchTemplate?.Version ?? "", until: "version" };
  }
  return undefined;
}

/**
 * Leaves a group at the version that it has instead of one that was taken back. Where the group or some of its servers still have that
 * one, they get the version before.
 *
 * @param again what `--again` takes to try it again
 * @param later the environments that would get the same
 */
export async function leaveBack(
  name: string,
  target: Target,
  taken: TakenBack,
  again: string,
  later: readonly string[],
  context: Context,
): Promise<Outcome> {
  const group = await groupNamed(name, context);
  if (group === undefined) return missing(name, target.version);
  const from = group.LaunchTemplate?.Version ?? "";
  const version = taken.refused.includes(from) ? taken.version : from;
  if (isOutdated(group, version)) {
    const outcome = await rollGroup(name, { ...target, version, alarms: [], autoRollback: false }, context);
    if (!outcome.isGood) return outcome;
  }
  const until = taken.until === "release" ? "the release changes" : "there is a newer version";
  return { what: name, from: version, to: target.version, ...leftBack(again, until, taken, later) };
}

/**
 * Gives a group a version of its launch template and replaces its servers, one after the other, by an instance refresh. A refresh in
 * progress is waited for; if it has the same version, its end is the result.
 */
export async function rollGroup(name: string, target: Target, context: Context): Promise<Outcome> {
  const { api, say } = context;
  let group = await groupNamed(name, context);
  if (group === undefined) return missing(name, target.version);
  const running = await activeRefresh(name, context);
  if (running !== undefined) {
    const before = group.LaunchTemplate?.Version ?? "";
    const version = versionOf(running) ?? "";
    say(`${name}: an instance refresh from version ${before} to ${version} is in progress.`);
    const ended = await waitForEnd(name, running, context);
    if (version === target.version || isActive(ended)) return outcomeOf(name, before, version, ended);
    group = (await groupNamed(name, context)) ?? group;
  }
  const from = group.LaunchTemplate?.Version ?? "";
  if (!isOutdated(group, target.version)) {
    return { what: name, from, to: target.version, result: "Successful", isGood: true };
  }
  if ((group.Instances ?? []).length === 0 && group.DesiredCapacity === 0) {
    await api.setVersion(name, target);
    const after = await groupNamed(name, context);
    // It may have grown in between.
    if (after !== undefined && !isOutdated(after, target.version)) {
      return { what: name, from, to: target.version, result: "Successful, no servers", isGood: true };
    }
  }
  const alarms = await api.alarmsInAlarm(target.alarms);
  if (alarms.length > 0) return gateIsClosed(name, from, target.version, alarms);
  const { alarms: gates, autoRollback } = target;
  const bakeSeconds = gates.length === 0 ? 0 : ROLL_OUT_WATCH_SECONDS;
  const id = await api.startRefresh(name, target, { alarms: gates, autoRollback, bakeSeconds });
  say(`${name}: instance refresh from version ${from} to ${target.version} started.`);
  return outcomeOf(name, from, target.version, await waitForEnd(name, { InstanceRefreshId: id }, context));
}

/** Rolls back the instance refresh of a group that is in progress. @returns undefined when there is none */
export async function rollBackRefresh(name: string, context: Context): Promise<Outcome | undefined> {
  const running = await activeRefresh(name, context);
  if (running === undefined) return undefined;
  if (running.Status !== "RollbackInProgress") await context.api.rollBackRefresh(name);
  const ended = await waitForEnd(name, running, context);
  const to = (await groupNamed(name, context))?.LaunchTemplate?.Version ?? "";
  const outcome = outcomeOf(name, versionOf(running) ?? "", to, ended);
  return { ...outcome, isGood: ended.Status === "RollbackSuccessful" };
}

/** A group of this name. */
export async function groupNamed(name: string, { api }: Context): Promise<AutoScalingGroup | undefined> {
  const [found] = await api.groups([name]);
  return found;
}

export const missing = (what: string, to: string): Outcome => ({
  what,
  from: "",
  to,
  result: "not found",
  isGood: false,
});

/** The line of something that is not rolled out, because its alarm is in ALARM before. */
export function gateIsClosed(
  what: string,
  from: string,
  to: string,
  alarms: readonly { name: string; reason: string }[],
): Outcome {
  const names = alarms.map(({ name, reason }) => `${name} (${reason.replace(/\.$/, "")})`).join(", ");
  const result = `not started: in ALARM already: ${names}; what corrects it is rolled out with --without-alarms`;
  return { what, from, to, result, isGood: false };
}

/** Version of the launch template that a refresh gives to its group. */
export const versionOf = ({ DesiredConfiguration }: InstanceRefresh): string | undefined =>
  DesiredConfiguration?.LaunchTemplate?.Version;

const isActive = ({ Status }: InstanceRefresh): boolean => ACTIVE.includes(Status);

/** The instance refresh of a group that has not ended. */
export async function activeRefresh(name: string, { api }: Context): Promise<InstanceRefresh | undefined> {
  return (await api.refreshes(name)).find(isActive);
}

/** Waits until a refresh has ended or the time is over, and says each change. */
async function waitForEnd(
  name: string,
  { InstanceRefreshId }: InstanceRefresh,
  context: Context,
): Promise<InstanceRefresh> {
  const { api, clock, say, deadline } = context;
  let said = "";
  for (;;) {
    const refresh = (await api.refreshes(name)).find((each) => each.InstanceRefreshId === InstanceRefreshId) ?? {};
    const text = progress(refresh);
    if (text !== said) say(`${name}: ${text}.`);
    said = text;
    if ((refresh.Status !== undefined && !isActive(refresh)) || clock.now() >= deadline) return refresh;
    await clock.sleep(POLL_MS);
  }
}

function progress({
  Status = "Pending",
  PercentageComplete,
  InstancesToUpdate,
  RollbackDetails,
}: InstanceRefresh): string {
  const left = InstancesToUpdate === undefined ? "" : `, ${InstancesToUpdate} servers left`;
  const why = RollbackDetails?.RollbackReason === undefined ? "" : ` (${RollbackDetails.RollbackReason})`;
  return PercentageComplete === undefined ? Status : `${Status}, ${PercentageComplete} %${left}${why}`;
}

function outcomeOf(what: string, from: string, to: string, refresh: InstanceRefresh): Outcome {
  const { Status = "Pending", RollbackDetails, StatusReason } = refresh;
  const isGood = Status === "Successful";
  const reasons = isGood ? [] : [RollbackDetails?.RollbackReason, StatusReason].filter((each) => each !== undefined);
  const unended = isActive({ Status }) ? ["it goes on in AWS; the same command waits for it"] : [];
  const why = [...reasons.map((each) => each.replace(/\.$/, "")), ...unended].join("; ");
  return { what, from, to, result: why === "" ? Status : `${Status}: ${why}`, isGood };
}
