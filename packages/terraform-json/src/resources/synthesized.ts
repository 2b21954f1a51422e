import { isJsonObject, type JsonObject, objectAt } from "@dev-one/cli/json";

import { constructPath } from "../configuration";
import { referencesIn } from "../references";
import { blocks, strings, valueAt } from "../values";
import type { ReadResource } from "./resource";
import { environmentIn, Stack } from "./stack";

/** Reads a stack as CDKTF wrote it. */
export function fromSynthesis(name: string, json: JsonObject): Stack {
  const providers = blocks(objectAt(json, "provider")?.aws);
  const provider = providers.find(({ alias }) => alias === undefined) ?? {};
  return new Stack({
    name,
    source: "synthesis",
    environment: environmentIn(blocks(provider.default_tags).flatMap(({ tags }) => blocks(tags))),
    region: strings(provider.region)[0],
    resources: [...resourcesIn(name, json, "resource"), ...resourcesIn(name, json, "data")],
    settings: { terraform: objectAt(json, "terraform") ?? {}, ...objectAt(json, "provider") },
  });
}

function resourcesIn(stack: string, json: JsonObject, kind: "resource" | "data"): ReadResource[] {
  return Object.entries(objectAt(json, kind) ?? {}).flatMap(([type, byName]) =>
    Object.entries(isJsonObject(byName) ? byName : {}).map(([id, resource]) => {
      const { "//": comment = null, ...values } = isJsonObject(resource) ? resource : {};
      const address = `${kind === "data" ? "data." : ""}${type}.${id}`;
      const path = constructPath({ "//": comment })?.slice(stack.length + 1);
      return {
        type,
        address,
        path: path ?? address,
        values,
        isManaged: kind === "resource",
        references: (at) => referencesIn(valueAt(values, at)),
      };
    }),
  );
}
