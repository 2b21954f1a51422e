import type { AutoScalingGroup, InstanceRefresh } from "@aws-sdk/client-auto-scaling";
import { UserError } from "@dev-one/cli/user-error";

import { type Environment, type Fleet, fleetsOf } from "../../../../src/environments";
import { newestFirst } from "./aws";
import type { Context, Outcome } from "./context";
import { activeRefresh, rollBackRefresh, rollGroup, versionOf } from "./groups";
import { deploymentsOf, postDeployments } from "./markers";
import { ownObjects, takeBackOwnObject } from "./own-object";
import { contextOf, report, type RollOutOptions } from "./roll-out";
import { rememberBack } from "./taken-back";

const CHANGE_THE_CODE =
  "Change the code next: until the release changes, only a roll-out with --again SERVICE brings what was taken back.";

interface GroupState {
  readonly name: string;
  readonly version: number;
  readonly running: InstanceRefresh | undefined;
  readonly refreshes: readonly InstanceRefresh[];
}

/**
 * Takes the servers of a service back to the version before, whatever the alarms say: rolls back the instance refreshes that are in
 * progress, and starts one to the version before in the groups that have the version already. All groups at the same time. Of a service
 * on some of the named servers, the version before of its own object is put back.
 *
 * @param what a service, or the fleet of the named servers
 * @throws UserError unless all groups are back
 */
export async function takeBack(what: string, options: RollOutOptions): Promise<void> {
  const context = contextOf(options);
  const { environment } = options;
  const fleet = fleetWith(what, environment);
  const { groups } = fleet;
  const [own] = ownObjects(environment, fleet.services, groups).filter(({ service }) => service.name === what);
  if (own !== undefined) {
    const outcome = await takeBackOwnObject(own, context);
    const { to: version, result, isGood } = outcome;
    await postDeployments([{ service: own.service, version, result, isGood }], environment, context);
    report([outcome], context);
    context.say(CHANGE_THE_CODE);
    return;
  }
  const found = await context.api.groups(groups);
  if (found.length === 0) throw new UserError(`${context.stack}: no Auto Scaling group of ${what} exists.`);
  const states = await Promise.all(found.map((group) => stateOf(group, context)));
  const current = Math.max(...states.map(({ version, running }) => Number(versionOf(running ?? {}) ?? version)));
  const id = found[0]?.LaunchTemplate?.LaunchTemplateId ?? "";
  const version = String(await versionBefore(current, id, states, context));
  context.say(`${context.stack}: ${what} goes back from version ${current} to ${version}.`);
  const target = { id, version, alarms: [], autoRollback: false };
  const newest = await context.api.newestVersion(id);
  await rememberBack(fleet, [...new Set([String(current), newest.version])], target, environment, context);
  const outcomes = await Promise.all(
    states.map(async ({ name, running, version: own }): Promise<Outcome[]> => {
      if (running !== undefined)
        return [(await rollBackRefresh(name, context)) ?? (await rollGroup(name, target, context))];
      return own === current ? [await rollGroup(name, target, context)] : [];
    }),
  );
  await postDeployments(
    await deploymentsOf(fleet, target, outcomes.flat(), environment, context),
    environment,
    context,
  );
  report(outcomes.flat(), context);
  context.say(CHANGE_THE_CODE);
}

/** @throws UserError when nothing of that name runs */
export function fleetWith(what: string, environment: Environment): Fleet {
  const fleets = fleetsOf(environment);
  const found =
    fleets.find(({ services }) => services.some(({ name }) => name === what)) ??
    fleets.find(({ name }) => name === what);
  if (found !== undefined) return found;
  const known = new Set(fleets.flatMap(({ name, services }) => [...services.map((service) => service.name), name]));
  throw new UserError(
    `${environment.name} has no service ${JSON.stringify(what)}: it should be one of ${[...known].join(", ")}.`,
  );
}

async function stateOf(group: AutoScalingGroup, context: Context): Promise<GroupState> {
  const name = group.AutoScalingGroupName ?? "";
  const refreshes = await context.api.refreshes(name);
  return {
    name,
    version: Number(group.LaunchTemplate?.Version),
    running: await activeRefresh(name, context),
    refreshes,
  };
}

/**
 * The version before: that of a group that still has an older one, else the older one that an instance refresh has brought last, else
 * the newest older one that none has failed to bring.
 */
async function versionBefore(
  current: number,
  templateId: string,
  states: readonly GroupState[],
  { api, stack }: Context,
): Promise<number> {
  const refreshes = states.flatMap((state) => state.refreshes).sort(newestFirst);
  const brought = (isWanted: (status: string | undefined) => boolean) =>
    refreshes.filter(({ Status }) => isWanted(Status)).map((refresh) => Number(versionOf(refresh)));
  const failed = brought((status) => status !== "Successful");
  const candidates = [
    ...states.map(({ version }) => version).sort((a, b) => b - a),
    ...brought((status) => status === "Successful"),
    ...(await api.versions(templateId)).filter((version) => !failed.includes(version)),
  ];
  const before = candidates.find((version) => version < current);
  if (before === undefined) throw new UserError(`${stack}: there is no version before ${current}.`);
  return before;
}
