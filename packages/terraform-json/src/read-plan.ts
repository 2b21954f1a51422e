import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { isJsonObject, type Json, type JsonObject, objectAt, readJsonFile } from "@dev-one/cli/json";
import { printable } from "@dev-one/cli/printable";
import { UserError } from "@dev-one/cli/user-error";
import * as z from "zod";

import { isTooDeep } from "./nesting-limit";
import { scan, withQuotes } from "./scan";
import { resourcesInModule } from "./values";

const json = z.custom<Json>((value) => value !== undefined);
const object = z.custom<JsonObject>((value) => isJsonObject(value as Json | undefined));

const change = z.looseObject({
  actions: z.array(z.string()).min(1),
  before: json.optional(),
  after: json.optional(),
  after_unknown: json.optional(),
  before_sensitive: json.optional(),
  after_sensitive: json.optional(),
  replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).nullish(),
  importing: z.looseObject({ id: z.string().nullish(), identity: json.optional() }).nullish(),
});

const resourceChange = z.looseObject({
  address: z.string().min(1),
  module_address: z.string().nullish(),
  previous_address: z.string().nullish(),
  mode: z.string().default("managed"),
  type: z.string().min(1),
  name: z.string().default(""),
  provider_name: z.string().default(""),
  deposed: z.string().nullish(),
  action_reason: z.string().nullish(),
  change,
});

/** An action of a provider that the apply invokes, since Terraform 1.14. */
const invocation = z.looseObject({
  address: z.string().min(1),
  config_values: json.optional(),
  config_unknown: json.optional(),
  config_sensitive: json.optional(),
  lifecycle_action_trigger: z
    .looseObject({ triggering_resource_address: z.string(), action_trigger_event: z.string() })
    .nullish(),
});

const named = z.looseObject({ to_display: z.string().default("check") });
const check = z.looseObject({
  address: named.default({ to_display: "check" }),
  status: z.string().default("unknown"),
  problems: z.array(z.looseObject({ message: z.string().default("") })).nullish(),
});

const wholePlan = z.looseObject({
  format_version: z.string(),
  terraform_version: z.string().default("unknown"),
  resource_changes: z.array(resourceChange).nullish(),
  resource_drift: z.array(resourceChange).nullish(),
  deferred_changes: z.array(z.looseObject({ reason: z.string().nullish(), resource_change: resourceChange })).nullish(),
  output_changes: z.record(z.string(), change).nullish(),
  variables: z.record(z.string(), z.looseObject({ value: json.optional() })).nullish(),
  planned_values: object.nullish(),
  prior_state: object.nullish(),
  configuration: object.nullish(),
  checks: z.array(check.extend({ instances: z.array(check).nullish() })).nullish(),
  /** Of Terraform 1.2, which has no `checks`. */
  condition_results: z
    .array(z.looseObject({ address: z.string(), result: z.boolean().nullish(), error_message: z.string().nullish() }))
    .nullish(),
  action_invocations: z.array(invocation).nullish(),
  deferred_action_invocations: z.array(z.looseObject({ action_invocation: invocation })).nullish(),
  applyable: z.boolean().nullish(),
  complete: z.boolean().nullish(),
  errored: z.boolean().nullish(),
});

export type RawPlan = z.output<typeof wholePlan>;
export type RawResourceChange = z.output<typeof resourceChange>;
export type RawChange = z.output<typeof change>;
export type RawInvocation = z.output<typeof invocation>;

/** The managed resources that a plan changes, without reads and no-ops. */
export function changesOf(plan: RawPlan): RawResourceChange[] {
  return (plan.resource_changes ?? []).filter(
    ({ mode, change: { actions } }) =>
      mode === "managed" && actions.some((action) => action !== "no-op" && action !== "read"),
  );
}

/** A plan with its identification: stack, file and hashes. */
export interface PlanSource {
  /** Name of the stack. */
  readonly name: string;
  readonly plan: RawPlan;
  /** SHA-256 of the JSON that was read, hexadecimal. */
  readonly jsonSha256: string;
  /** SHA-256 of the plan file in the same directory, which `terraform apply` takes; undefined when there is none. */
  readonly planSha256: string | undefined;
  /** The stack's synthesized JSON, which contains construct paths; undefined when there is none. */
  readonly synthesized: JsonObject | undefined;
}

/** The message for a plan that is marked as errored, whose changes are incomplete. */
export const UNFINISHED = "Terraform could not finish a plan; its own output says why.";

/** Node.js cannot hold a larger text in one string. */
const LARGEST_BYTES = 500_000_000;

/** Reads `terraform show -json` files. @throws UserError when one of them is not a complete plan of format 1 */
export function readPlans(files: readonly string[]): PlanSource[] {
  const sources = files.map(readPlan);
  const names = sources.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new UserError(
      `Two of the files are plans of a stack "${printable(twice)}": name each file after its stack, such as staging.json.`,
    );
  }
  return sources;
}

export function readPlan(file: string): PlanSource {
  const bytes = readBytes(file);
  // Terraform runs in the directory of the synthesized stack, so plans are often written there.
  const beside = join(dirname(file), "cdk.tf.json");
  return {
    name: stackName(file),
    plan: parsePlan(bytes, printable(file)),
    jsonSha256: sha256(bytes),
    planSha256: planFileHash(file),
    synthesized: existsSync(beside) ? readJsonFile(beside) : undefined,
  };
}

const EXPECTED = "expected the output of `terraform show -json PLANFILE`.";

/** Checks the text of a plan. @param where its name in an error @throws UserError */
export function parsePlan(plan: string | Uint8Array, where = "The plan"): RawPlan {
  const bytes = typeof plan === "string" ? Buffer.from(plan) : plan;
  if (bytes.length === 0) throw new UserError(`${where} is empty: ${EXPECTED}`);
  if (isPlanFile(bytes)) {
    throw new UserError(`${where} is Terraform's own plan file: give the output of \`terraform show -json\` for it.`);
  }
  const text = decode(bytes, where);
  const value = parseJson(text, where);
  if (isTooDeep(value)) {
    throw new UserError(`${where} is nested more deeply than anything that Terraform plans: it cannot be read.`);
  }
  if (!isJsonObject(value) || typeof value.format_version !== "string") {
    throw new UserError(`${where} is no plan: ${EXPECTED}`);
  }
  if (!/^1\.\d+$/.test(value.format_version)) {
    throw new UserError(
      `${where} has the plan format ${printable(value.format_version)}: expected format 1.x, which Terraform 1 writes.`,
    );
  }
  if (!["planned_values", "resource_changes", "output_changes", "errored"].some((field) => field in value)) {
    const what = "values" in value ? "a state" : "no plan";
    throw new UserError(`${where} is ${what}: ${EXPECTED}`);
  }
  const { repeatedKey, rounded } = scan(text);
  if (repeatedKey !== undefined) {
    throw new UserError(`${where} has ${printable(repeatedKey)} twice in one object: Terraform writes every key once.`);
  }
  // Compared as text, because two different numbers may be equal in JavaScript.
  const result = wholePlan.safeParse(rounded.length === 0 ? value : parseJson(withQuotes(text, rounded), where));
  if (result.success) {
    if (isStripped(result.data)) {
      throw new UserError(
        `${where} lacks changes that its plan has: expected all of the output of \`terraform show -json PLANFILE\`.`,
      );
    }
    return result.data;
  }
  const issue = result.error.issues[0];
  throw new UserError(
    `${where} is no valid plan: ${printable((issue?.path ?? []).join("."))} is not as Terraform writes it.`,
  );
}

/**
 * Whether changes were removed from the plan. Terraform lists every resource with planned values, also unchanged ones, and does not
 * mark a plan without changes as applyable.
 */
function isStripped(json: RawPlan): boolean {
  const deferred = json.deferred_changes ?? [];
  const told = new Set(
    [...(json.resource_changes ?? []), ...deferred.map((each) => each.resource_change)].map(({ address }) => address),
  );
  const planned = resourcesInModule(objectAt(json.planned_values ?? {}, "root_module"));
  if (planned.some(({ mode, address }) => mode !== "data" && typeof address === "string" && !told.has(address)))
    return true;
  const others = [json.resource_drift, json.action_invocations, json.deferred_action_invocations];
  return (
    json.applyable === true &&
    told.size === 0 &&
    Object.keys(json.output_changes ?? {}).length === 0 &&
    others.every((list) => (list ?? []).length === 0)
  );
}

function decode(bytes: Uint8Array, where: string): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // UTF-16, as some shells write it, is valid UTF-8 with NUL characters in between.
    if (text.startsWith("\0") || text[1] === "\0") throw new TypeError("no UTF-8");
    return text;
  } catch {
    throw new UserError(`${where} is no text in UTF-8: ${EXPECTED}`);
  }
}

function parseJson(text: string, where: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new UserError(
      /^\s*\{/.test(text) && !/\}\s*$/.test(text)
        ? `${where} ends in the middle: it was cut off.`
        : `${where} is not JSON: ${EXPECTED}`,
    );
  }
}

function readBytes(file: string): Buffer {
  try {
    const stats = statSync(file);
    if (stats.isDirectory()) throw new UserError(`${printable(file)} is a directory: name a file.`);
    if (stats.size > LARGEST_BYTES) throw new UserError(`${printable(file)} is larger than ${LARGEST_BYTES / 1e6} MB.`);
    return readFileSync(file);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${printable(file)} ${existsSync(file) ? "cannot be read" : "does not exist"}.`);
  }
}

/** The stack's name: `staging.json`, `staging.tfplan.json` and `staging/plan.json` are plans of the stack `staging`. */
export function stackName(file: string): string {
  const name = basename(file)
    .replace(/\.json$/i, "")
    .replace(/\.(tfplan|plan)$/i, "");
  const isGeneric = /^(plan|tfplan|show|show-plan)$/i.test(name);
  const directory = basename(dirname(file));
  return isGeneric && directory !== "" && directory !== "." && directory !== ".." ? directory : name;
}

/** A plan file is a ZIP archive. */
const isPlanFile = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03;

function planFileHash(file: string): string | undefined {
  const base = file.replace(/\.json$/i, "");
  const candidates = [base, `${base}.tfplan`, `${base}.plan`].filter((each) => each !== file);
  const found = candidates.filter((each) => statSync(each, { throwIfNoEntry: false })?.isFile() === true);
  const bytes = found.map((each) => readFileSync(each)).find(isPlanFile);
  return bytes === undefined ? undefined : sha256(bytes);
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
