import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

import type { Danger, Finding } from "../finding";
import { blocks, type Change, isConfigured, shown } from "../model/change";
import type { StackPlan } from "../model/stack-plan";
import { byCodePoint, type Phrase, say } from "../text";

/** Keys by which something else decides: what is backed up, who may come in, when it is off; and the environment. */
const DECIDES: readonly (readonly [RegExp, Danger])[] = [
  [/back-?_?up|snapshot|retention|retain|protect|dlm|expir|delete/i, "data loss"],
  [
    /^(env|environment|stage)$|access|role|permission|classification|confidential|compliance|owner-?_?arn|public|abac/i,
    "identity",
  ],
  [/schedule|patch|auto-?_?(stop|start|off)|shutdown|kubernetes|k8s|karpenter|firewall|monitor|datadog|^aws:/i, "safe"],
];
/** Keys that only describe. */
const DESCRIBES =
  /^(name|project|application|app|service|component|tier|team|owner|contact|cost-?_?cent(er|re)|created(-?_?(by|at|on))?|managed-?_?by|description|purpose|version|repo(sitory)?|commit|terraform|department|division|[a-z])$/i;

/** Tags that decide over something, and tags that go. */
export function judgeTags(stack: StackPlan): Finding[] {
  return stack.changes.flatMap((change) => {
    if (change.action !== "update") return [];
    return meanings(change).map(({ title, danger }): Finding => ({
      kind: "tag",
      severity: "approve",
      danger,
      address: change.address,
      title,
    }));
  });
}

interface Meaning {
  readonly title: Phrase;
  readonly danger: Danger;
}

/** What the tags of a resource mean beyond a description. Their values may be secret, and are shown elsewhere, masked. */
function meanings(change: Change): Meaning[] {
  return [...ofMaps(change), ...ofBlocks(change)]
    .flatMap(({ key, goes }): Meaning[] => {
      const deciding = DECIDES.find(([keys]) => keys.test(key));
      if (deciding === undefined && !(goes && !DESCRIBES.test(key))) return [];
      const danger = deciding?.[1] ?? "safe";
      return [
        goes
          ? { title: say`The tag ${key} goes, by which something may decide`, danger }
          : { title: say`The tag ${key}, by which something may decide, gets another value`, danger },
      ];
    })
    .concat(wholly(change));
}

interface Tag {
  readonly key: string;
  readonly goes: boolean;
}

/** Those of the resource, and with them those that its provider gives to everything: one tag may be among both. */
function ofMaps({ differences }: Change): Tag[] {
  const tags = new Map<string, Tag>();
  for (const { path, after, aspect, isUnknown } of differences) {
    if (aspect === "newly-sensitive") continue;
    const key = /^(?:tags|tags_all|labels|effective_labels|terraform_labels)\.(.+)$/s.exec(path)?.[1];
    if (key !== undefined && !tags.has(key)) tags.set(key, { key, goes: after === undefined && !isUnknown });
  }
  return [...tags.values()];
}

/** An Auto Scaling group has a block for each tag. */
function ofBlocks({ before, after }: Change): Tag[] {
  const tags = (side: JsonObject | undefined): Map<string, Json> =>
    new Map(blocks(side?.tag).map((block) => [shown(block.key), block.value ?? null]));
  const [old, fresh] = [tags(before), tags(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .sort(byCodePoint)
    .filter((key) => old.get(key) !== fresh.get(key))
    .map((key) => ({ key, goes: !fresh.has(key) }));
}

/** Tags that are not known at all may be any. */
function wholly(change: Change): Meaning[] {
  return ["tags", "labels", "tag"]
    .filter(
      (map) =>
        isConfigured(change, map) && isUnknownTag(isJsonObject(change.unknown) ? change.unknown[map] : undefined),
    )
    .map((map) => ({ title: say`Not known before the apply: all ${map}`, danger: "safe" }));
}

/** All tags, or the key of one in a block `tag` of an Auto Scaling group. */
function isUnknownTag(unknown: Json | undefined): boolean {
  return (
    unknown === true || (Array.isArray(unknown) && unknown.some((block) => isJsonObject(block) && block.key === true))
  );
}

/** Whether the tags of a resource mean more than a description. */
export function tagsMatter(change: Change): boolean {
  return meanings(change).length > 0;
}
