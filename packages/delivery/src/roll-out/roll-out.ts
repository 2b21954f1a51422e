import { table } from "@dev-one/cli/table";
import { UserError } from "@dev-one/cli/user-error";

import {
  type Environment,
  environments,
  type Fleet,
  fleetsOf,
  rollOutAlarmName,
  stackNames,
} from "../../../../src/environments";
import { awsApi, type RollOutApi } from "./aws";
import { type Clock, type Context, explained, gettingTheSame, type Outcome, SYSTEM_CLOCK } from "./context";
import { groupNamed, isOutdated, leaveBack, missing, rolledBack, rollGroup, type TakenBack } from "./groups";
import { healthyServers, waitForHealthyServers } from "./healthy-servers";
import { deploymentsOf, postDeployments } from "./markers";
import { migrate } from "./migrations";
import { ownObjects, rollOwnObject } from "./own-object";
import { changedReleases, releasesOf } from "./release";
import { forgetBack, takenBackByHand } from "./taken-back";

/** Longest roll-out: zone after zone, with a rollback of the last one. The session of the role `apply` is longer. */
const TIMEOUT_MS = 210 * 60_000;

export interface RollOutOptions {
  readonly environment: Environment;
  /** The service, or the fleet of the named servers, whose version or release is tried again although it was taken back. @default none */
  readonly again?: string;
  /** Starts although an alarm is in ALARM, and rolls back for no alarm. */
  readonly withoutAlarms?: boolean;
  readonly say: (line: string) => void;
  /**
   * Runs once servers are there, before migrations and new servers, which may need it: databases and users of services.
   * @default nothing
   */
  readonly prepareDatabase?: () => Promise<void>;
  /** The environments that changes come to after this one. @default those after it in src/environments */
  readonly later?: readonly Environment[];
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
  await options.prepareDatabase?.();
  const { environment } = options;
  const rolled = await Promise.all(plans.map((plan) => rollFleet(plan, environment, context)));
  const outcomes = [...rolled.flat(), ...(await rollOwnObjects(plans, rolled.flat(), options, context))];
  const deployments = await Promise.all(
    plans.map(({ fleet, target }) => deploymentsOf(fleet, target, outcomes, environment, context)),
  );
  await postDeployments(deployments.flat(), environment, context);
  report([...unhealthy, ...outcomes], context);
}

export function contextOf({ environment, say, clock = SYSTEM_CLOCK, api, later }: RollOutOptions): Context {
  const { platform: stack } = stackNames(environment);
  return {
    stack,
    say,
    clock,
    later: later ?? environments.slice(environments.findIndex(({ name }) => name === environment.name) + 1),
    api: explained(api ?? awsApi(environment.region), stack),
    deadline: clock.now() + TIMEOUT_MS,
  };
}

interface FleetPlan {
  readonly fleet: Fleet;
  readonly target: Parameters<typeof rollGroup>[1];
  /** Groups whose servers all have the version already. */
  readonly current: readonly string[];
  /** How the version or its release was taken back before. */
  readonly takenBack: TakenBack | undefined;
}

async function planOf(
  fleet: Fleet,
  { environment, again, withoutAlarms = false }: RollOutOptions,
  context: Context,
): Promise<FleetPlan> {
  const { api } = context;
  const groups = await api.groups(fleet.groups);
  const id = groups[0]?.LaunchTemplate?.LaunchTemplateId ?? "";
  const newest = id === "" ? { id, version: "", createdAt: new Date(0) } : await api.newestVersion(id);
  const { version } = newest;
  const outdated = groups.filter((each) => isOutdated(each, version));
  const isTriedAgain = again === againOf(fleet) || again === fleet.name;
  if (isTriedAgain) await forgetBack(fleet, environment, context);
  const takenBack =
    isTriedAgain || outdated.length === 0
      ? undefined
      : ((await takenBackByHand(fleet, newest, environment, context)) ?? (await rolledBack(outdated, newest, context)));
  const alarms = withoutAlarms ? [] : fleet.services.map(({ name }) => rollOutAlarmName(environment, name));
  return {
    fleet,
    target: { id, version, alarms, autoRollback: true },
    current: groups.filter((group) => !isOutdated(group, version)).flatMap((group) => group.AutoScalingGroupName ?? []),
    takenBack,
  };
}

/** The service whose release is in the launch template of a fleet; the fleet's name where each service has an object of its own. */
const againOf = ({ name, services }: Fleet): string =>
  services.find(({ placement }) => placement.kind !== "some-names")?.name ?? name;

async function rollFleet(plan: FleetPlan, environment: Environment, context: Context): Promise<Outcome[]> {
  const { fleet, target, current, takenBack } = plan;
  if (takenBack !== undefined) return leaveFleetBack({ ...plan, takenBack }, environment, context);
  const outdated = fleet.groups.filter((each) => !current.includes(each));
  // A closed gate starts no refresh, and a migration without its release would change tables for nothing.
  const isClosed = outdated.length > 0 && (await isGateClosed(target, context));
  const outcomes = isClosed
    ? []
    : await orMessage(fleet.name, target.version, migrateFleet(fleet, target, environment, context));
  for (const name of outdated) {
    const failed = outcomes.find(({ isGood }) => !isGood);
    outcomes.push(
      ...(failed === undefined
        ? await orMessage(name, target.version, asList(rollGroup(name, target, context)))
        : [await notStarted(name, target.version, failed.what, context)]),
    );
  }
  const rolledBack = outcomes.find(({ result }) => result.startsWith("Rollback"));
  if (rolledBack === undefined) return outcomes;
  const finished = outcomes.filter(({ isGood }) => isGood);
  return [...outcomes, ...(await takeFinishedBack(finished, rolledBack.what, target, context))];
}

/** Gives the groups that this run has finished their version before, when the next one is rolled back: versions are not to stay mixed. */
async function takeFinishedBack(
  finished: readonly Outcome[],
  rolledBack: string,
  target: FleetPlan["target"],
  context: Context,
): Promise<Outcome[]> {
  const back = finished.map(async ({ what, from }) => {
    const before = { ...target, version: from, alarms: [], autoRollback: false };
    const rolled = await orMessage(what, from, asList(rollGroup(what, before, context)));
    return rolled.map((each) => ({ ...each, result: `${each.result}, back because of ${rolledBack}` }));
  });
  return (await Promise.all(back)).flat();
}

async function leaveFleetBack(
  { fleet, target, takenBack }: FleetPlan & { readonly takenBack: TakenBack },
  environment: Environment,
  context: Context,
): Promise<Outcome[]> {
  const before = { ...target, version: takenBack.version };
  const changed = await changedReleases(fleet, before, target, environment, context);
  const later = gettingTheSame(
    environment,
    changed.map(({ service }) => service),
    (each) => fleetsOf(each).some(({ name }) => name === fleet.name),
    context,
  );
  const left = fleet.groups.map((name) =>
    orMessage(name, target.version, asList(leaveBack(name, target, takenBack, againOf(fleet), later, context))),
  );
  return (await Promise.all(left)).flat();
}

async function isGateClosed({ alarms }: FleetPlan["target"], { api }: Context): Promise<boolean> {
  return (await api.alarmsInAlarm(alarms)).length > 0;
}

/** The migrations of the releases that a version of a launch template brings. @returns those that failed */
async function migrateFleet(
  fleet: Fleet,
  target: FleetPlan["target"],
  environment: Environment,
  context: Context,
): Promise<Outcome[]> {
  if (target.id === "") return [];
  const outcomes: Outcome[] = [];
  for (const release of await releasesOf(fleet.name, target, environment, context)) {
    const failed = await migrate(release, await serversIn(fleet, context), environment, context);
    if (failed !== undefined) outcomes.push(failed);
  }
  return outcomes;
}

/** Ids of the servers of a fleet that are in service, the healthy ones first. */
async function serversIn({ groups }: Fleet, { api }: Context): Promise<string[]> {
  const found = await api.groups(groups);
  const healthy = (await Promise.all(found.map((group) => healthyServers(group, api)))).flat();
  const others = found.flatMap(({ Instances = [] }) =>
    Instances.filter(({ LifecycleState }) => LifecycleState === "InService").flatMap(
      ({ InstanceId }) => InstanceId ?? [],
    ),
  );
  return [...new Set([...healthy, ...others])];
}

/** Services on some of the named servers, after the groups of these: one after the other, because they share the zones. */
async function rollOwnObjects(
  plans: readonly FleetPlan[],
  before: readonly Outcome[],
  { environment, again, withoutAlarms = false }: RollOutOptions,
  context: Context,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { fleet } of plans) {
    const failed = before.find(({ what, isGood }) => !isGood && fleet.groups.includes(what));
    for (const own of ownObjects(environment, fleet.services, fleet.groups)) {
      const { name } = own.service;
      if (failed !== undefined) {
        outcomes.push({
          what: name,
          from: "",
          to: "",
          result: `not started, because of ${failed.what}`,
          isGood: false,
        });
        continue;
      }
      const rolled = rollOwnObject(withoutAlarms ? { ...own, alarms: [] } : own, again === name, context);
      outcomes.push(...(await orMessage(name, "", asList(rolled))));
    }
  }
  return outcomes;
}

const asList = async (outcome: Promise<Outcome | undefined>): Promise<Outcome[]> => {
  const found = await outcome;
  return found === undefined ? [] : [found];
};

/** The outcomes, or a line with the message: other fleets go on. */
async function orMessage(what: string, to: string, outcomes: Promise<Outcome[]>): Promise<Outcome[]> {
  try {
    return await outcomes;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ what, from: "", to, result: error.message, isGood: false }];
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
