import { UserError } from "@dev-one/cli/user-error";
import * as z from "zod";

import { deliveryRoleNames, environments, stackNames, stateBucketName } from "../../../src/environments";

/** A stack that the workflows plan and apply, with what they need to know about it. */
const deliveredStack = z
  .object({
    /** Becomes part of file names. */
    name: z.string().regex(/^[a-z0-9-]+$/),
    environment: z.string(),
    region: z.string(),
    account: z.string(),
    planRole: z.string(),
    applyRole: z.string(),
    /** Bucket of its state and, for a week, of its plans. */
    bucket: z.string(),
  })
  .readonly();
export type DeliveredStack = z.infer<typeof deliveredStack>;

/** Every stack but `<env>-state`, which holds the roles themselves and is changed by a person (`npm run bootstrap`). */
export const deliveredStacks: readonly DeliveredStack[] = environments.flatMap((environment) => {
  const { state, ...others } = stackNames(environment);
  const names: string[] = Object.values(others).filter((name) => name !== state);
  const roles = deliveryRoleNames(environment);
  const arn = (role: string) => `arn:aws:iam::${environment.accountId}:role/${role}`;
  return names.map((name) => ({
    name,
    environment: environment.name,
    region: environment.region,
    account: environment.accountId,
    planRole: arn(roles.plan),
    applyRole: arn(roles.apply),
    bucket: stateBucketName(environment),
  }));
});

/** Files that affect no stack. */
const WITHOUT_EFFECT = /^(docs|__tests__|\.github|\.ci|packages)\/|\.md$|^scripts\/(?!(run|bundle)\.mjs$)/;

/**
 * The stacks that a change may affect, by the names of its files. A file that is not listed as without effect is assumed to affect
 * every stack: an unnecessary plan costs a minute, a missing one lets a change through unreviewed.
 */
export function changedStacks(files: readonly string[]): DeliveredStack[] {
  const effective = files.filter((file) => !WITHOUT_EFFECT.test(file));
  const own = (name: string) => [`src/environments/${name}.ts`, `src/environments/releases/${name}.json`];
  const isShared = effective.some((file) => !environments.some(({ name }) => own(name).includes(file)));
  return deliveredStacks.filter(
    ({ environment }) => isShared || effective.some((file) => own(environment).includes(file)),
  );
}

/** Parses the list of stacks that one job passes to another. @throws UserError when it is not such a list */
export function parseStacks(json: string): DeliveredStack[] {
  try {
    return z.array(deliveredStack).parse(JSON.parse(json));
  } catch {
    throw new UserError("STACKS is no list of stacks: it should be what `changed-stacks` gives.");
  }
}

/** @throws UserError when no stack of that name is deployed by the workflows */
export function stackNamed(name: string): DeliveredStack {
  const found = deliveredStacks.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = deliveredStacks.map((each) => each.name).join(", ");
  throw new UserError(`There is no stack ${name} to deliver: it should be one of ${names}.`);
}
