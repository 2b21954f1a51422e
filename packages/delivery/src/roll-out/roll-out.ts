import { table } from "@dev-one/cli/table";
import { UserError } from "@dev-one/cli/user-error";

import { type Environment, type Fleet, fleetsOf, rollOutAlarmName, stackNames } from "../../../../src/environments";
import { awsApi, type RollOutApi } from "./aws";
import { type Clock, type Context, explained, type Outcome, SYSTEM_CLOCK } from "./context";
import { groupNamed, isOutdated, missing, rollGroup } from "./groups";
import { waitForHealthyServers } from "./healthy-servers";

/** Longest roll-out: zone after zone, with a rollback of the last one. The session of the role `apply` is longer. */
const TIMEOUT_MS = 210 * 60_000;

export interface RollOutOptions {
  readonly environment: Environment;
  /** Starts although an alarm is in ALARM, and rolls back for no alarm. */
  readonly withoutAlarms?: boolean;
  readonly say: (line: string) => void;
  /** @default the process's own */
  readonly clock?: Clock;
  /** @default AWS's API, with the credentials of the process */
  readonly api?: RollOutApi;
}

/**
 * Gives the newest version of its launch template to every Auto Scaling group of a platform stack, and waits until its servers are
 * replaced and healthy. Fleets at the same time; the groups of a fleet one after the other, so that a version that fails in one zone
 * does not come to the next. A second run changes nothing, and waits for what is in progress.
 *
 * @throws UserError naming everything that was not successful
 */
export async function rollOut(options: RollOutOptions): Promise<void> {
  const context = contextOf(options);
  const fleets = fleetsOf(options.environment);
  const plans = await Promise.all(fleets.map((fleet) => planOf(fleet, options, context)));
  const unhealthy = await waitForHealthyServers(
    plans.flatMap(({ current }) => current),
    context,
  );
  const outcomes = (await Promise.all(plans.map((plan) => rollFleet(plan, context)))).flat();
  report([...unhealthy, ...outcomes], context);
}

export function contextOf({ environment, say, clock = SYSTEM_CLOCK, api }: RollOutOptions): Context {
  const { platform: stack } = stackNames(environment);
  return {
    stack,
    say,
    clock,
    api: explained(api ?? awsApi(environment.region), stack),
    deadline: clock.now() + TIMEOUT_MS,
  };
}

interface FleetPlan {
  readonly fleet: Fleet;
  readonly target: Parameters<typeof rollGroup>[1];
  /** Groups whose servers all have the version already. */
  readonly current: readonly string[];
}

async function planOf(
  fleet: Fleet,
  { environment, withoutAlarms = false }: RollOutOptions,
  { api }: Context,
): Promise<FleetPlan> {
  const groups = await api.groups(fleet.groups);
  const id = groups[0]?.LaunchTemplate?.LaunchTemplateId ?? "";
  const version = id === "" ? "" : await api.newestVersion(id);
  const alarms = withoutAlarms ? [] : fleet.services.map(({ name }) => rollOutAlarmName(environment, name));
  return {
    fleet,
    target: { id, version, alarms, autoRollback: true },
    current: groups.filter((group) => !isOutdated(group, version)).flatMap((group) => group.AutoScalingGroupName ?? []),
  };
}

async function rollFleet({ fleet, target, current }: FleetPlan, context: Context): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const name of fleet.groups.filter((each) => !current.includes(each))) {
    const failed = outcomes.find(({ isGood }) => !isGood);
    outcomes.push(
      failed === undefined
        ? await orMessage(name, target.version, rollGroup(name, target, context))
        : await notStarted(name, target.version, failed.what, context),
    );
  }
  return outcomes;
}

/** The outcome, or a line with the message: other fleets go on. */
async function orMessage(what: string, to: string, outcome: Promise<Outcome>): Promise<Outcome> {
  try {
    return await outcome;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { what, from: "", to, result: error.message, isGood: false };
  }
}

async function notStarted(name: string, to: string, before: string, context: Context): Promise<Outcome> {
  const group = await groupNamed(name, context);
  if (group === undefined) return missing(name, to);
  const from = group.LaunchTemplate?.Version ?? "";
  return { what: name, from, to, result: `not started, because of ${before}`, isGood: false };
}

/** Says the table of outcomes. @throws UserError unless all are good */
export function report(outcomes: readonly Outcome[], { stack, say }: Context): void {
  if (outcomes.length === 0) {
    say(`${stack}: nothing to roll out, every server has the newest version and is healthy.`);
    return;
  }
  const rows = outcomes.map(({ what, from, to, result }) => [what, from, to, result]);
  say(table(["", "from version", "to version", "result"], rows));
  const bad = outcomes.filter(({ isGood }) => !isGood);
  if (bad.length === 0) return;
  const names = bad.map(({ what }) => what).join(", ");
  throw new UserError(`${stack}: not rolled out: ${names}. See docs/runbooks/new-image.md.`);
}
