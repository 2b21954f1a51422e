import * as z from "zod";

import {
  addressTable,
  type Environment,
  type PlacedService,
  prefix,
  ROLL_OUT_WATCH_SECONDS,
  rollOutAlarmName,
  servicesBucketName,
} from "../../../../src/environments";
import type { ObjectVersion, Server } from "./aws";
import { type Context, gettingTheSame, leftBack, type Outcome, POLL_MS } from "./context";
import { gateIsClosed } from "./groups";
import { migrate } from "./migrations";
import { isSame, ownRelease, type Release } from "./release";
import { remembered } from "./remembered";

/** Time for a server to be replaced: drain, launch, boot, health checks. */
const REPLACEMENT_MS = 20 * 60_000;

/** A service on some of the named servers, whose release is an object of its own (docs/decisions/0016-*). */
export interface OwnObject {
  readonly service: PlacedService;
  readonly environment: Environment;
  /** The Auto Scaling groups of the named servers. */
  readonly groups: readonly string[];
  /** Names of the alarms that roll back; empty: none does. */
  readonly alarms: readonly string[];
}

/** The services whose release is an object of their own. */
export function ownObjects(environment: Environment, services: readonly PlacedService[], groups: readonly string[]) {
  return services
    .filter(({ placement }) => placement.kind === "some-names")
    .map((service): OwnObject => ({
      service,
      environment,
      groups,
      alarms: [rollOutAlarmName(environment, service.name)],
    }));
}

/** What `taken-back/SERVICE.json` remembers; null once it was tried again. */
const record = z.object({
  /** Id of the version that was taken back. */
  release: z.string(),
  /** Id of the version that was the newest before another one was restored. */
  newest: z.string(),
  at: z.coerce.date(),
  reason: z.string(),
});

type Remembered = z.output<typeof record>;

/**
 * Replaces the servers of a service that were launched before the newest version of its object, one at a time, zone after zone. Where a
 * replacement does not become healthy, or the alarm goes into ALARM, the version before is restored, and the servers that have the
 * new one are replaced, too. What was taken back is left so until the object changes.
 *
 * @param again tries again what was taken back
 * @returns undefined when every server has the newest version
 */
export async function rollOwnObject(own: OwnObject, again: boolean, context: Context): Promise<Outcome | undefined> {
  const { api } = context;
  const [bucket, key] = placeOf(own);
  let versions = await api.objectVersions(bucket, key);
  const taken = await takenBack(own, versions, context);
  if (taken !== undefined) {
    if (!again) return await leaveObjectBack(own, taken, versions, context);
    if (taken.isRestored) {
      await api.restoreObject(bucket, key, taken.release);
      versions = await api.objectVersions(bucket, key);
    }
    await api.putObject(bucket, recordOf(own), "null");
  }
  const [newest, ...older] = versions;
  if (newest === undefined) return undefined;
  const release = await releaseAt(own, newest, context);
  const previous = older.find(({ etag }) => etag !== newest.etag);
  const from = previous === undefined ? "" : (await releaseAt(own, previous, context)).version;
  const result = (text: string, isGood: boolean): Outcome => ({
    what: own.service.name,
    from,
    to: release.version,
    result: text,
    isGood,
  });
  const isOutdated = (await outdated(own, versions, context)).length > 0;
  const alarms = isOutdated ? await api.alarmsInAlarm(own.alarms) : [];
  if (alarms.length > 0) return gateIsClosed(own.service.name, from, release.version, alarms);
  const failed = await migrate(release, await idsOf(own, context), own.environment, context);
  if (failed !== undefined) return failed;
  if (!isOutdated) return undefined;
  const problem = await replaceOutdated(own, context);
  if (problem === undefined) return result("Successful", true);
  if (previous === undefined) return result(`Failed: ${problem}; there is no version before`, false);
  await remember(own, { release: newest.id, newest: newest.id, reason: problem }, context);
  const unfinished = await restore(own, previous, context);
  return unfinished === undefined
    ? result(`RollbackSuccessful: ${problem}`, false)
    : result(`RollbackFailed: ${problem}; then ${unfinished}`, false);
}

/** Takes a service back to the version before of its object, whatever its alarm says. */
export async function takeBackOwnObject(own: OwnObject, context: Context): Promise<Outcome> {
  const versions = await context.api.objectVersions(...placeOf(own));
  const [newest, ...older] = versions;
  const taken = await takenBack(own, versions, context);
  const others = versions.filter(({ id }) => id === newest?.id || id === taken?.release).map(({ etag }) => etag);
  const previous = older.find(({ etag }) => !others.includes(etag));
  const { name } = own.service;
  if (newest === undefined || previous === undefined) {
    return { what: name, from: "", to: "", result: "there is no version before", isGood: false };
  }
  const [from, to] = [await releaseAt(own, newest, context), await releaseAt(own, previous, context)];
  const reason = `to ${to.version} by --back`;
  const release = taken?.release ?? newest.id;
  await remember(own, { release, newest: newest.id, reason }, context);
  const problem = await restore(own, previous, context);
  const result = problem === undefined ? "Successful" : `Failed: ${problem}`;
  return { what: name, from: from.version, to: to.version, result, isGood: problem === undefined };
}

interface Taken extends Remembered {
  /** Whether another version was restored; false where this was interrupted. */
  readonly isRestored: boolean;
}

/** What was taken back; undefined if nothing was, or the object has changed since. */
async function takenBack(
  own: OwnObject,
  versions: readonly ObjectVersion[],
  { api }: Context,
): Promise<Taken | undefined> {
  const [bucket] = placeOf(own);
  const found = await remembered(record, bucket, recordOf(own), api);
  const index = versions.findIndex(({ id }) => id === found?.newest);
  return found === null || index < 0 || index > 1 ? undefined : { ...found, isRestored: index === 1 };
}

/** Before the object changes, so that an interrupted restore is finished. */
async function remember(own: OwnObject, taken: Omit<Remembered, "at">, { api, clock }: Context): Promise<void> {
  const [bucket] = placeOf(own);
  await api.putObject(bucket, recordOf(own), JSON.stringify({ ...taken, at: new Date(clock.now()) }));
}

/** Finishes what took a version back, where servers still have it. */
async function leaveObjectBack(
  own: OwnObject,
  taken: Taken,
  versions: readonly ObjectVersion[],
  context: Context,
): Promise<Outcome> {
  const [newest, ...older] = versions;
  const previous = older.find(({ etag }) => etag !== newest?.etag);
  const problem =
    taken.isRestored || previous === undefined
      ? await replaceOutdated({ ...own, alarms: [] }, context)
      : await restore(own, previous, context);
  const { name } = own.service;
  const before = await releaseAt(own, { id: (taken.isRestored ? newest : previous)?.id ?? "" }, context);
  const after = await releaseAt(own, { id: taken.release }, context);
  const later = gettingTheSame(
    own.environment,
    isSame(before, after) ? [] : [name],
    ({ services }) => services[name] !== undefined,
    context,
  );
  return {
    what: name,
    from: before.version,
    to: after.version,
    ...(problem === undefined
      ? leftBack(name, "its release or a setting changes", taken, later)
      : { result: `RollbackFailed: ${taken.reason}; then ${problem}`, isGood: false }),
  };
}

/** Restores a version as the newest, and replaces the servers that have another one. @returns the problem, if there is one */
async function restore(own: OwnObject, previous: ObjectVersion, context: Context): Promise<string | undefined> {
  const { api, say } = context;
  say(`${own.service.name}: the version before is restored.`);
  await api.restoreObject(...placeOf(own), previous.id);
  return replaceOutdated({ ...own, alarms: [] }, context);
}

/** @returns the problem at which it stopped; undefined when every server has the newest version */
async function replaceOutdated(own: OwnObject, context: Context): Promise<string | undefined> {
  const { api, say } = context;
  for (;;) {
    const [server] = await outdated(own, await api.objectVersions(...placeOf(own)), context);
    if (server === undefined) return undefined;
    say(`${own.service.name}: ${server.id} at ${server.address} is replaced.`);
    await api.replaceServer(server.id);
    const problem = await waitForReplacement(own, server, context);
    if (problem !== undefined) return problem;
  }
}

async function waitForReplacement(own: OwnObject, server: Server, context: Context): Promise<string | undefined> {
  const { api, clock, say } = context;
  const targetGroup = await api.targetGroup(`${prefix(own.environment)}-${own.service.name}`);
  const start = clock.now();
  let healthySince: number | undefined;
  for (;;) {
    const isThere = (await serversOf(own, context)).some(
      ({ id, address }) => address === server.address && id !== server.id,
    );
    const isHealthy = isThere && (await api.healthyTargets(targetGroup)).includes(server.address);
    if (isHealthy && healthySince === undefined)
      say(`${own.service.name}: the new server at ${server.address} is healthy.`);
    healthySince = isHealthy ? (healthySince ?? clock.now()) : undefined;
    const [alarm] = await api.alarmsInAlarm(own.alarms);
    if (alarm !== undefined) return `${alarm.name} is in ALARM (${alarm.reason.replace(/\.$/, "")})`;
    const watched = own.alarms.length === 0 ? 0 : ROLL_OUT_WATCH_SECONDS * 1000;
    if (healthySince !== undefined && clock.now() - healthySince >= watched) return undefined;
    if (healthySince === undefined && clock.now() - start >= REPLACEMENT_MS) {
      return `the new server at ${server.address} was not healthy after ${REPLACEMENT_MS / 60_000} minutes`;
    }
    await clock.sleep(POLL_MS);
  }
}

/** Servers in service that were launched with other content than the newest, by zone and address: a server keeps that of its first boot. */
async function outdated(own: OwnObject, versions: readonly ObjectVersion[], context: Context): Promise<Server[]> {
  const [newest] = versions;
  return (await serversOf(own, context))
    .filter(({ launchedAt }) => versions.find(({ at }) => at <= launchedAt)?.etag !== newest?.etag)
    .sort((a, b) => compare(`${a.availabilityZone} ${a.address}`, `${b.availabilityZone} ${b.address}`));
}

/** The servers in service at the addresses of a service. */
async function serversOf({ environment, service, groups }: OwnObject, { api }: Context): Promise<Server[]> {
  const names = service.placement.kind === "some-names" ? service.placement.names : [];
  const addresses = addressTable(environment)
    .filter(({ name }) => names.includes(name))
    .map(({ address }) => address);
  const ids = (await api.groups(groups)).flatMap(({ Instances = [] }) =>
    Instances.filter(({ LifecycleState }) => LifecycleState === "InService").flatMap(
      ({ InstanceId }) => InstanceId ?? [],
    ),
  );
  return (await api.servers(ids)).filter(({ address }) => addresses.includes(address));
}

/** Ids of the servers of a service, the healthy ones first. */
async function idsOf(own: OwnObject, context: Context): Promise<string[]> {
  const { api } = context;
  const targetGroup = await api.targetGroup(`${prefix(own.environment)}-${own.service.name}`);
  const healthy = await api.healthyTargets(targetGroup);
  const servers = await serversOf(own, context);
  return [
    ...servers.filter(({ address }) => healthy.includes(address)),
    ...servers.filter(({ address }) => !healthy.includes(address)),
  ].map(({ id }) => id);
}

async function releaseAt(own: OwnObject, { id }: Pick<ObjectVersion, "id">, { api }: Context): Promise<Release> {
  const [bucket, key] = placeOf(own);
  return ownRelease(own.service.name, key, (await api.getObject(bucket, key, id)) ?? "");
}

const recordOf = ({ service }: OwnObject): string => `taken-back/${service.name}.json`;

/** Bucket and key of the object. */
const placeOf = ({ environment, service }: OwnObject): [string, string] => [
  servicesBucketName(environment),
  `services/${service.name}.json`,
];

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
