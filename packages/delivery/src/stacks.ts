import { UserError } from "@dev-one/cli/user-error";

import { deliveryRoleNames, type Environment, stackNames, stateBucketName } from "../../../src/environments";

/** A stack that the workflows plan and apply, with what they need to know about it. */
export interface DeliveredStack {
  readonly name: string;
  readonly environment: string;
  readonly region: string;
  readonly account: string;
  readonly planRole: string;
  readonly applyRole: string;
  /** Bucket of its state and, for a week, of its plans. */
  readonly bucket: string;
}

/** Every stack but `<env>-state`, which holds the roles themselves and is changed by a person (`npm run bootstrap`). */
export function deliveredStacks(environments: readonly Environment[]): DeliveredStack[] {
  return environments.flatMap((environment) => {
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
}

/** Files that affect no stack. */
const WITHOUT_EFFECT = [
  /^docs\//,
  /^__tests__\//,
  /^\.github\//,
  /^\.ci\//,
  /\.md$/,
  /^packages\//,
  /^scripts\/(?!(run|bundle)\.mjs$)/,
];

/**
 * The stacks that a change may affect, by the names of its files. A file that is not listed as without effect is assumed to affect
 * every stack: an unnecessary plan costs a minute, a missing one lets a change through unreviewed.
 */
export function changedStacks(files: readonly string[], environments: readonly Environment[]): DeliveredStack[] {
  const effective = files.filter((file) => !WITHOUT_EFFECT.some((pattern) => pattern.test(file)));
  const own = (name: string) => `src/environments/${name}.ts`;
  const isShared = effective.some((file) => !environments.some(({ name }) => file === own(name)));
  return deliveredStacks(environments.filter(({ name }) => isShared || effective.includes(own(name))));
}

/** Parses the list of stacks that one job passes to another. @throws UserError when it is not such a list */
export function parseStacks(json: string): DeliveredStack[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    value = undefined;
  }
  if (!Array.isArray(value) || !value.every(isStack)) {
    throw new UserError("STACKS is no list of stacks: it should be what `changed-stacks` gives.");
  }
  return value;
}

function isStack(value: unknown): value is DeliveredStack {
  const keys = ["name", "environment", "region", "account", "planRole", "applyRole", "bucket"];
  return (
    typeof value === "object" &&
    value !== null &&
    keys.every((key) => typeof (value as Record<string, unknown>)[key] === "string") &&
    // The name becomes part of file names.
    /^[a-z0-9-]+$/.test((value as DeliveredStack).name)
  );
}

/** @throws UserError when no stack of that name is deployed by the workflows */
export function stackNamed(name: string, environments: readonly Environment[]): DeliveredStack {
  const stacks = deliveredStacks(environments);
  const found = stacks.find((each) => each.name === name);
  if (found === undefined) {
    throw new UserError(
      `There is no stack ${name} to deliver: it should be one of ${stacks.map((each) => each.name).join(", ")}.`,
    );
  }
  return found;
}
