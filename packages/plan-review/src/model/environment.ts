import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";
import type { Configuration, ConfiguredProvider } from "@dev-one/terraform-json/configuration";
import type { RawPlan, RawResourceChange } from "@dev-one/terraform-json/read-plan";

import { environments } from "../../../../src/environments";
import { listed, type Phrase, say } from "../text";
import { blocks, text, withoutKeys } from "./change";

/**
 * Non-production environments. Not read from `protectFromDestruction`, because the reviewed change must not control how strict its
 * review is.
 */
const REBUILDABLE: readonly string[] = ["staging"];

/** Providers without an environment of their own: their resources compute values or monitor. */
const COMPANIONS = /^(archive|cloudinit|datadog|external|http|local|null|random|template|terraform|time|tls)$/;

/** Production in a name, such as `orders-prod` or `Production_eu`, but not `product` or `reproduction`. */
const PRODUCTION_WORD = /(^|[^a-z])(prod|production|prd)([^a-z]|$)/i;
/** Tags and variables that name an environment. */
const NAMES_ENVIRONMENT = /^(env|environment|stage|environment_name|env_name|deployment_environment|tier_env)$/i;
/** Attributes with the name of a resource. */
const NAMES = ["name", "identifier", "cluster_identifier", "bucket", "id", "cluster_id", "replication_group_id"];

export interface PlannedEnvironment {
  /** Undefined when the plan names none, or several. */
  readonly name: string | undefined;
  readonly isProduction: boolean;
  /** The evidence for the environment. */
  readonly evidence: Phrase;
}

/**
 * The environment of a plan. It is non-production only if the plan says so for every changed resource: by the tags or the account of its
 * provider, or by its own tags. Any sign of production makes it production: a tag, a variable, a name, an account, the file name. So do
 * missing and contradicting evidence.
 */
export function recognizeEnvironment(stack: string, plan: RawPlan, configuration: Configuration): PlannedEnvironment {
  const providers = configuration.providers();
  const changes = (plan.resource_changes ?? []).concat(
    (plan.deferred_changes ?? []).map((each) => each.resource_change),
  );
  const byTags = [...providers.flatMap(namedByDefaultTags), ...changes.flatMap(namedByTags)];
  const byAccount = providers.flatMap(namedByAccounts);
  const names = [...new Set([...byTags, ...byAccount])].sort();
  const [name] = names;
  const production = (evidence: Phrase, known?: string): PlannedEnvironment => ({
    name: known,
    isProduction: true,
    evidence,
  });
  if (name === undefined) return production(say`the plan names no environment, and so counts as production`);
  if (names.length > 1)
    return production(say`the plan names several environments (${listed(names)}), and so counts as production`);
  const source: Phrase = [sourceOf(byTags, byAccount)];
  if (!REBUILDABLE.includes(name)) return production(say`${source} ${name}`, name);
  if (/prod/i.test(stack)) return production(say`${source} ${name}, the file ${stack}: counts as production`, name);
  const [hint] = [variableOfProduction(plan), ...changes.map(signOfProduction)].filter((sign) => sign !== undefined);
  if (hint !== undefined) return production(say`${source} ${name}, ${hint}: counts as production`, name);
  const unproved = changes.find((change) => !isProved(change, name, providers, configuration));
  if (unproved !== undefined)
    return production(
      say`nothing says that ${unproved.address} is of ${name}, and so the plan counts as production`,
      name,
    );
  return { name, isProduction: false, evidence: say`${source} ${name}` };
}

/** What names the environment: tags, the account, or both. */
function sourceOf(byTags: readonly string[], byAccount: readonly string[]): string {
  if (byAccount.length === 0) return "tags say";
  return byTags.length === 0 ? "the account says" : "tags and account say";
}

const namedByDefaultTags = ({ defaultTags }: ConfiguredProvider): string[] => defaultTags.flatMap(environmentIn);

const namedByAccounts = ({ accounts }: ConfiguredProvider): string[] =>
  accounts.map((account) => environments.find(({ accountId }) => accountId === account)?.name ?? `account ${account}`);

/** Before and after; one of them where nothing changes. */
const sides = ({ change }: RawResourceChange): JsonObject[] =>
  [change.actions.join() === "no-op" ? undefined : change.before, change.after].filter(isJsonObject);

function namedByTags(change: RawResourceChange): string[] {
  return sides(change).flatMap((side) => tagsOf(side).flatMap(environmentIn));
}

/** Maps of tags, and of blocks with one tag each, as an Auto Scaling group has them. */
function tagsOf(side: JsonObject): JsonObject[] {
  const pairs = blocks(side.tag).flatMap(({ key, value }): [string, Json][] =>
    typeof key === "string" && value !== undefined ? [[key, value]] : [],
  );
  return [side.tags_all, side.tags, side.labels, side.effective_labels, Object.fromEntries(pairs)].filter(
    (tags): tags is JsonObject => isJsonObject(tags),
  );
}

/** The tag `env` names the environment; other tags only count when they name production. */
function environmentIn(tags: JsonObject): string[] {
  return Object.entries(tags).flatMap(([key, value]) => {
    if (typeof value !== "string") return [];
    if (key === "env") return [value];
    return NAMES_ENVIRONMENT.test(key) && PRODUCTION_WORD.test(value) ? ["production"] : [];
  });
}

function variableOfProduction({ variables }: RawPlan): Phrase | undefined {
  const found = Object.entries(variables ?? {}).find(
    ([name, { value }]) => NAMES_ENVIRONMENT.test(name) && typeof value === "string" && PRODUCTION_WORD.test(value),
  );
  return found === undefined ? undefined : say`the variable ${found[0]} says production`;
}

/** Signs of production in a managed resource: its address, its name or its account. */
function signOfProduction(change: RawResourceChange): Phrase | undefined {
  if (!isChanged(change)) return undefined;
  if (change.address.split(/[.["\]]+/).some((part) => PRODUCTION_WORD.test(part)))
    return say`the address ${change.address} production`;
  for (const side of sides(change)) {
    const called = NAMES.map((attribute) => text(side[attribute])).find(
      (each) => each !== undefined && PRODUCTION_WORD.test(each),
    );
    if (called !== undefined) return say`the name of ${change.address} production`;
    const account = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(text(side.arn) ?? "")?.[1];
    const owner = environments.find(({ accountId }) => accountId === account)?.name;
    if (owner !== undefined && !REBUILDABLE.includes(owner)) return say`the account of ${change.address} ${owner}`;
  }
  return undefined;
}

function isChanged({ mode, change }: RawResourceChange): boolean {
  return mode !== "data" && change.actions.some((action) => action !== "no-op" && action !== "read");
}

/** Whether the plan has evidence of a resource's environment. */
function isProved(
  change: RawResourceChange,
  name: string,
  providers: readonly ConfiguredProvider[],
  configuration: Configuration,
): boolean {
  if (!isChanged(change)) return true;
  if (sides(change).some((side) => tagsOf(side).some(({ env }) => env === name))) return true;
  const provider = change.provider_name.split("/").at(-1) ?? "";
  if (COMPANIONS.test(provider)) return true;
  const key = configuration.providerOf(withoutKeys(change.address));
  const own = providers.filter((each) => each.key === key);
  // A resource that is no longer configured may belong to any of them.
  const possible = own.length > 0 ? own : providers.filter((each) => each.name === provider);
  return (
    possible.length > 0 &&
    possible.every((each) => [...namedByDefaultTags(each), ...namedByAccounts(each)].includes(name))
  );
}
