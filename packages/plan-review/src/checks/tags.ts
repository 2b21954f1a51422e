import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";
import { at, isSame } from "@dev-one/terraform-json/values";

import { approve, type Danger, type Finding } from "../finding";
import { blocks, type Change, isConfigured, shown } from "../model/change";
import { entry, say } from "../text";

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
  return change.action === "update" ? tagFindings(change) : [];
}

/** Changed tags that may have an effect. Their values may be secret, and are shown masked elsewhere. */
export function tagFindings(change: Change): Finding[] {
  const changed = [...ofMaps(change), ...ofBlocks(change)].flatMap(([key, isRemoved]): Finding[] => {
    const deciding = EFFECTIVE.find(([keys]) => keys.test(key));
    if (deciding === undefined && !(isRemoved && !DESCRIBES.test(key))) return [];
    const title = say`Tag ${key} ${[isRemoved ? "removed" : "changed"]}; other systems may depend on it`;
    return [approve("tag", deciding?.[1] ?? "safe", change, title)];
  });
  const unknown = ["tags", "labels", "tag"]
    .filter((map) => isConfigured(change, map) && isUnknownTag(at(change.unknown, map)))
    .map((map) => approve("tag", "safe", change, say`Not known before the apply: all ${map}`));
  return [...changed, ...unknown];
}

/** A changed tag's key, and whether it is removed. */
type Tag = readonly [string, boolean];

const MAPS = ["tags", "tags_all", "labels", "effective_labels", "terraform_labels"];

/** The resource's tags and the provider's default tags; a tag may be among both, and the first one counts. */
function ofMaps({ before, after, unknown }: Change): ReadonlyMap<string, boolean> {
  return new Map(
    MAPS.toReversed().flatMap((map): Tag[] => {
      const [old = null, fresh = null] = [before?.[map], after?.[map]];
      const marks = at(unknown, map);
      if (marks === true) return [];
      const [was = {}, is = {}, later = {}] = [old, fresh, marks].map((side) => (isJsonObject(side) ? side : {}));
      return Object.keys({ ...was, ...is, ...later })
        .filter((key) => !isSame(entry(was, key), entry(is, key)) || entry(later, key) === true)
        .map((key) => [key, entry(is, key) === undefined && entry(later, key) !== true]);
    }),
  );
}

/** An Auto Scaling group has a block for each tag. */
function ofBlocks({ before, after }: Change): Tag[] {
  const tags = (side: JsonObject | undefined): Map<string, Json> =>
    new Map(blocks(side?.tag).map((block) => [shown(block.key), block.value ?? null]));
  const [old, fresh] = [tags(before), tags(after)];
  return [...new Map([...old, ...fresh]).keys()]
    .filter((key) => old.get(key) !== fresh.get(key))
    .map((key) => [key, !fresh.has(key)]);
}

/** All tags, or the key of one in a block `tag` of an Auto Scaling group. */
const isUnknownTag = (unknown: Json | undefined): boolean =>
  unknown === true || blocks(unknown).some(({ key }) => key === true);
