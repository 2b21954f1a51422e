import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { parse } from "yaml";

/** Folder of the project. */
export const root = resolve(__dirname, "../../..");
const directory = join(root, ".github/workflows");

/** Of a workflow of GitHub, as far as tests look at it. */
export interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Record<string, unknown>;
  readonly env?: Record<string, string>;
}
export interface Job {
  readonly needs?: string | string[];
  readonly outputs?: Record<string, string>;
  readonly permissions?: Record<string, string>;
  readonly if?: string;
  readonly steps?: Step[];
  readonly uses?: string;
  readonly with?: Record<string, unknown>;
  readonly environment?: string;
  readonly concurrency?: { group: string; "cancel-in-progress": boolean };
  readonly strategy?: { readonly matrix: { readonly suite?: readonly string[] } };
  readonly "continue-on-error"?: boolean;
  readonly "timeout-minutes"?: number;
}
export interface Workflow {
  readonly on: Record<string, unknown>;
  readonly permissions: unknown;
  readonly concurrency?: { group: string; "cancel-in-progress": boolean };
  readonly jobs: Record<string, Job>;
}

/** Text of each workflow, by the name of its file. */
export const texts = new Map(readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), "utf8")]));
export const workflows = new Map([...texts].map(([name, text]) => [name, parse(text) as Workflow]));
/** All jobs, with file and name. */
export const jobs = [...workflows].flatMap(([file, { jobs: all }]) =>
  Object.entries(all).map(([name, job]) => ({ place: `${file} ${name}`, job })),
);
/** @throws Error without a workflow of that file. */
export const workflow = (name: string): Workflow => {
  const found = workflows.get(name);
  if (found === undefined) throw new Error(`There is no workflow ${name}`);
  return found;
};
