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
  /** Holds its state, and for a week its plans. */
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

/** Files that no stack is made of. */
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
 * The stacks that a change may touch, by the names of its files. What is not known to be without effect is taken to touch
 * everything: a plan too many costs a minute, one too few an unreviewed change.
 */
export function changedStacks(files: readonly string[], environments: readonly Environment[]): DeliveredStack[] {
  const effective = files.filter((file) => !WITHOUT_EFFECT.some((pattern) => pattern.test(file)));
  const own = (name: string) => `src/environments/${name}.ts`;
  const isShared = effective.some((file) => !environments.some(({ name }) => file === own(name)));
  return deliveredStacks(environments.filter(({ name }) => isShared || effective.includes(own(name))));
}

/** The list that one job hands to another. @throws UserError when it is none */
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
    // It becomes part of file names.
    /^[a-z0-9-]+$/.test((value as DeliveredStack).name)
  );
}

/** @throws UserError when nothing of that name is delivered */
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
