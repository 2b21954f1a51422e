import * as z from "zod";

import { type Environment, type Fleet, servicesBucketName } from "../../../../src/environments";
import type { NewestVersion, TemplateVersion } from "./aws";
import type { Context } from "./context";
import type { TakenBack } from "./groups";
import { changedReleases, releasesOf } from "./release";
import { remembered } from "./remembered";

/** What `--back` remembers of a fleet; null once it was tried again, or the release has changed. */
const record = z.object({
  /** The versions of the launch template that were taken back. */
  refused: z.array(z.string()),
  /** Releases that these versions brought; none where they brought something else. */
  releases: z.array(z.object({ service: z.string(), version: z.string(), bundle: z.string().optional() })),
  /** The version that the groups got. */
  to: z.string(),
  at: z.coerce.date(),
});

/** Before the groups change, so that an interrupted `--back` is finished by the next roll-out. */
export async function rememberBack(
  fleet: Fleet,
  refused: readonly string[],
  to: TemplateVersion,
  environment: Environment,
  context: Context,
): Promise<void> {
  const changed = refused.map((version) => changedReleases(fleet, to, { ...to, version }, environment, context));
  const releases = (await Promise.all(changed)).flat();
  const content = { refused, releases, to: to.version, at: new Date(context.clock.now()) };
  await context.api.putObject(servicesBucketName(environment), keyOf(fleet), JSON.stringify(content));
}

/** What a person took back with `--back`: the same version of the launch template, or a later one with the same release. */
export async function takenBackByHand(
  fleet: Fleet,
  newest: NewestVersion,
  environment: Environment,
  context: Context,
): Promise<TakenBack | undefined> {
  const found = await remembered(record, servicesBucketName(environment), keyOf(fleet), context.api);
  if (found === null) return undefined;
  const releases = found.releases.length === 0 ? [] : await releasesOf(fleet.name, newest, environment, context);
  const isSame = releases.some(({ service, version, bundle }) =>
    found.releases.some((each) => each.service === service && each.version === version && each.bundle === bundle),
  );
  const { refused, to, at } = found;
  if (isSame || refused.includes(newest.version)) {
    return { at, reason: `to version ${to} by --back`, refused, version: to, until: isSame ? "release" : "version" };
  }
  await forgetBack(fleet, environment, context);
  return undefined;
}

export async function forgetBack(fleet: Fleet, environment: Environment, { api }: Context): Promise<void> {
  const bucket = servicesBucketName(environment);
  if (((await api.getObject(bucket, keyOf(fleet))) ?? "null") !== "null") {
    await api.putObject(bucket, keyOf(fleet), "null");
  }
}

const keyOf = ({ name }: Fleet): string => `taken-back/fleets/${name}.json`;
