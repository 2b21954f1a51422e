// Handmade plans with the expected verdicts.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";
import { parse } from "yaml";

import type { Verdict } from "../../src/verdict";
import { addedServers, otherAddressTables, servedByAnother } from "./address-table";
import { approve } from "./approve";
import { besideTags, besideTagsHarmless } from "./beside-tags";
import type { NamedPlan } from "./builders";
import { exposures } from "./exposures";
import { forbidden } from "./forbidden";
import { indirect, indirectToApprove } from "./indirect";
import { nearMisses, nearMissesForbidden } from "./near-misses";
import { nothing } from "./nothing";
import { obfuscated } from "./obfuscated";
import { create, destroy, plan, replace, unchanged, update } from "./plans";
import { recordedDangers, recordedHarmless } from "./recorded";
import { releases, releasesForbidden, releasesToApprove } from "./releases";
import { otherTargets, serviceTargets } from "./service-targets";
import { ofOtherProviders, unaffected } from "./unaffected";
import { weekly } from "./weekly";

export interface Case {
  readonly name: string;
  readonly plan: JsonObject;
  readonly expected: Verdict;
}

/** One side of values in plans.yaml. */
const side = (values: JsonObject, key: "was" | "is"): JsonObject =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]): [string, Json][] => {
      if (!isJsonObject(value) || !("is" in value)) return [[name, value]];
      return value[key] === undefined ? [] : [[name, value[key]]];
    }),
  );

const CHANGES: Readonly<Record<string, (address: string, values: JsonObject) => JsonObject>> = {
  create,
  delete: destroy,
  keep: unchanged,
  update: (address, values) => update(address, side(values, "was"), side(values, "is")),
  replace: (address, values) => replace(address, side(values, "was"), side(values, "is")),
};

/** Plans of plans.yaml: `update aws_x.y: { attribute: { was: 1, is: 2 } }`. */
const written = Object.entries(
  parse(readFileSync(join(__dirname, "plans.yaml"), "utf8")) as Record<Verdict, Record<string, JsonObject>>,
).flatMap(([expected, plans]) =>
  Object.entries(plans).map(([name, { environment, ...resources }]): Case => {
    const changes = Object.entries(resources).map(([key, values]) => {
      const [, action = "", address = ""] = /^(\S+) (.+)$/.exec(key) ?? [];
      const change = CHANGES[action];
      if (change === undefined) throw new Error(`${name}: "${key}" does not begin with create, update, ...`);
      return change(address, values as JsonObject);
    });
    return { name, plan: plan(changes, environment as string | undefined), expected: expected as Verdict };
  }),
);

const expecting = (expected: Verdict, ...plans: readonly NamedPlan[]): Case[] =>
  plans.map(([name, json]) => ({ name, plan: json, expected }));

export const cases: readonly Case[] = [
  ...written,
  ...expecting("forbidden", ...forbidden, ...indirect, ...obfuscated, ...exposures, ...otherAddressTables),
  ...expecting(
    "approve",
    ...addedServers,
    servedByAnother,
    ...approve,
    ...besideTags,
    ...recordedDangers,
    ...indirectToApprove,
    ...releasesToApprove,
    ...ofOtherProviders,
    ...serviceTargets,
  ),
  ...expecting("forbidden", ...nearMissesForbidden, ...releasesForbidden, ...otherTargets),
  ...expecting("approve", ...nearMisses),
  ...expecting(
    "nothing",
    ...besideTagsHarmless,
    ...nothing,
    ...recordedHarmless,
    ...releases,
    ...unaffected,
    ...weekly,
  ),
];
