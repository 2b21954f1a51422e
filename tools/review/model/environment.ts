import { environments } from "../../../src/config";
import { isJsonObject } from "../../json";
import type { RawPlan } from "../plan/read-plan";
import { listed, type Phrase, say } from "../text";
import { blocks } from "./change";
import type { Configuration } from "./configuration";

/**
 * Environments that may lose their data. Not read from `protectFromDestruction`: what is reviewed must not decide how strictly it is
 * reviewed.
 */
const REBUILDABLE: readonly string[] = ["staging"];

export interface PlannedEnvironment {
  /** Undefined when the plan names none, or several. */
  readonly name: string | undefined;
  readonly isProduction: boolean;
  /** Why it is taken for what it is. */
  readonly evidence: Phrase;
}

/**
 * Which environment a plan is about. Only what the plan itself says can make it less than production: the provider's default
 * tags, the tags of resources, the account. A file's name can only make it production. No evidence, or two environments: production.
 */
export function recognizeEnvironment(stack: string, plan: RawPlan, configuration: Configuration): PlannedEnvironment {
  const named = new Set<string>();
  for (const tags of configuration.defaultTags()) if (typeof tags.env === "string") named.add(tags.env);
  for (const { change } of plan.resource_changes ?? []) {
    for (const side of [change.before, change.after]) {
      const tags = isJsonObject(side) ? (side.tags_all ?? side.tags) : undefined;
      if (isJsonObject(tags) && typeof tags.env === "string") named.add(tags.env);
      // An Auto Scaling group has a block for each tag.
      const tagBlocks = isJsonObject(side) ? blocks(side.tag) : [];
      for (const { key, value } of tagBlocks) if (key === "env" && typeof value === "string") named.add(value);
    }
  }
  for (const account of configuration.allowedAccounts()) {
    named.add(environments.find(({ accountId }) => accountId === account)?.name ?? `account ${account}`);
  }
  const names = [...named].sort();
  const [name] = names;
  if (name === undefined) {
    return {
      name: undefined,
      isProduction: true,
      evidence: say`the plan names no environment, and so counts as production`,
    };
  }
  if (names.length > 1) {
    return {
      name: undefined,
      isProduction: true,
      evidence: say`the plan names several environments (${listed(names)}), and so counts as production`,
    };
  }
  if (!REBUILDABLE.includes(name)) return { name, isProduction: true, evidence: say`tags and account say ${name}` };
  if (/prod/i.test(stack)) {
    return {
      name,
      isProduction: true,
      evidence: say`tags and account say ${name}, the file ${stack}: counts as production`,
    };
  }
  return { name, isProduction: false, evidence: say`tags and account say ${name}` };
}
