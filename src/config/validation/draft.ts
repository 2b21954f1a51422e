import type * as z from "zod";

import { type Environment, type EnvironmentProps, environmentSchema } from "../schema/environment";
import { show } from "../schema/fields";
import type { Problem } from "./configuration-error";
import { problemsOf } from "./schema-problems";

/** An environment as the schema reads it. */
export interface Draft {
  /** How problems name the environment, such as `Environment "staging"`; with its position where the name does not identify it. */
  readonly label: string;
  /** The settings, with defaults. Reading one that the schema found invalid throws, so that checks run in `runCheck`. */
  readonly settings: Environment;
  /** What the schema found. */
  readonly problems: readonly Problem[];
}

/** A check has read an invalid setting. */
class InvalidSettingError extends Error {}

/** Zod keeps to itself what is valid beside a problem: one more issue carries it. `when` is: after problems, too. */
const schema = environmentSchema.superRefine(
  (settings, context) => {
    if (context.issues.length > 0) context.addIssue({ code: "custom", params: { settings } });
  },
  { when: () => true },
);

/** Reads the settings of environments. Nothing is thrown: what is invalid is in `problems`. */
export function draftsOf(environments: readonly EnvironmentProps[]): Draft[] {
  // Types do not exclude undefined here: of files that import each other, one reads the other's value before it is set.
  const names = Array.from(environments, (props: EnvironmentProps | null | undefined) => props?.name);
  const shown = names.map((name) => (name === undefined ? "without a name" : show(name)));
  return Array.from(environments, (props, index) => {
    const name = shown[index] ?? "";
    const isUnique = typeof names[index] === "string" && shown.indexOf(name) === shown.lastIndexOf(name);
    return draftOf(props, isUnique ? `Environment ${name}` : `Environment ${index + 1} (${name})`);
  });
}

function draftOf(props: EnvironmentProps, label: string): Draft {
  const { data, error } = schema.safeParse(props, { reportInput: true });
  if (error === undefined) return { label, settings: data, problems: [] };
  const issues = error.issues.slice(0, -1);
  const { settings } = (error.issues.at(-1) as z.core.$ZodIssueCustom).params as { settings: Environment };
  const invalid = issues
    .filter(({ code }) => code !== "unrecognized_keys")
    .map(({ code, path }) => ["settings", ...(code === "invalid_key" ? path.slice(0, -1) : path)]);
  const problems = issues.flatMap(problemsOf).map((problem) => below(label, problem));
  return withInvalid({ label, settings, problems }, invalid);
}

/** What a check finds. It ends where it reads an invalid setting, which is reported already. */
export function runCheck(check: () => Iterable<Problem>): Problem[] {
  const problems: Problem[] = [];
  try {
    for (const problem of check()) problems.push(problem);
  } catch (error) {
    if (!(error instanceof InvalidSettingError)) throw error;
  }
  return problems;
}

/** What is read, in a list; nothing where it is invalid. */
export function ifValid<T>(read: () => T): readonly T[] {
  try {
    return [read()];
  } catch (error) {
    if (error instanceof InvalidSettingError) return [];
    throw error;
  }
}

/** A problem whose path starts below an environment, with its path from there. */
export function below(label: string, { path, ...explanation }: Problem): Problem {
  return { path: path === "" ? label : `${label}, ${path}`, ...explanation };
}

/** A copy of a value in which reading what is at one of the paths throws. */
function withInvalid<T extends object>(value: T, paths: readonly (readonly PropertyKey[])[]): T {
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as T;
  for (const key of new Set(paths.flatMap(([first]) => first ?? []))) {
    const rests = paths.filter(([first]) => first === key).map(([, ...rest]) => rest);
    const isInvalid = rests.some(({ length }) => length === 0);
    Object.defineProperty(copy, key, {
      enumerable: true,
      get: () => {
        if (isInvalid) throw new InvalidSettingError();
        return withInvalid(value[key as keyof T] as object, rests);
      },
    });
  }
  return copy;
}
