import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

import { approve, type Danger, type Finding } from "../finding";
import { blocks, type Change, isConfigured, shown } from "../model/change";
import { byCodePoint, type Phrase, say } from "../text";

/** Keys that other systems read: for backups, access control and schedules; and the environment. */
const EFFECTIVE: readonly (readonly [RegExp, Danger])[] = [
  [/back-?_?up|snapshot|retention|retain|protect|dlm|expir|delete/i, "data loss"],
  [
    /^(env|environment|stage)$|access|role|permission|classification|confidential|compliance|owner-?_?arn|public|abac/i,
    "identity",
  ],
  [/schedule|patch|auto-?_?(stop|start|off)|shutdown|kubernetes|k8s|karpenter|firewall|monitor|datadog|^aws:/i, "safe"],
];
/** Keys that only describe a resource. */
const DESCRIBES =
  /^(name|project|application|app|service|component|tier|team|owner|contact|cost-?_?cent(er|re)|created(-?_?(by|at|on))?|managed-?_?by|description|purpose|version|repo(sitory)?|commit|terraform|department|division|[a-z])$/i;

/** Tags that other systems read, and removed tags. */
export function checkTags(change: Change): Finding[] {
  if (change.action !== "update") return [];
  return effectsOf(change).map(({ title, danger }) => approve("tag", danger, change, title));
}

interface TagEffect {
  readonly title: Phrase;
  readonly danger: Danger;
}

/** Changed tags that may have an effect. Their values may be secret; the differences show them masked. */
function effectsOf(change: Change): TagEffect[] {
  return [...ofMaps(change), ...ofBlocks(change)]
    .flatMap(({ key, isRemoved }): TagEffect[] => {
      const deciding = EFFECTIVE.find(([keys]) => keys.test(key));
      if (deciding === undefined && !(isRemoved && !DESCRIBES.test(key))) return [];
      const danger = deciding?.[1] ?? "safe";
      return [
        isRemoved
          ? { title: say`Tag ${key} removed; other systems may depend on it`, danger }
          : { title: say`Tag ${key} changed; other systems may depend on it`, danger },
      ];
    })
    .concat(unknownMaps(change));
}

interface Tag {
  readonly key: string;
  readonly isRemoved: boolean;
}

/** The resource's tags and the provider's default tags; a tag may be among both. */
function ofMaps({ differences }: Change): Tag[] {
  const tags = new Map<string, Tag>();
  for (const { path, after, aspect, isUnknown } of differences) {
    if (aspect === "newly-sensitive") continue;
    const key = /^(?:tags|tags_all|labels|effective_labels|terraform_labels)\.(.+)$/s.exec(path)?.[1];
    if (key !== undefined && !tags.has(key)) tags.set(key, { key, isRemoved: after === undefined && !isUnknown });
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
    .map((key) => ({ key, isRemoved: !fresh.has(key) }));
}

/** Maps of tags that are known after the apply. */
function unknownMaps(change: Change): TagEffect[] {
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

/** Whether a changed tag may have an effect. */
export function tagsMatter(change: Change): boolean {
  return effectsOf(change).length > 0;
}
