// Handmade plans with the expected verdicts.
import type { JsonObject } from "@dev-one/cli/json";

import type { Verdict } from "../../src/verdict";
import { addedServers, otherAddressTables } from "./address-table";
import { administration } from "./administration";
import { approve } from "./approve";
import { besideTags, besideTagsHarmless } from "./beside-tags";
import type { NamedPlan } from "./builders";
import { downgrades } from "./downgrades";
import { exposures } from "./exposures";
import { falsePositives } from "./false-positives";
import { forbidden } from "./forbidden";
import { indirect, indirectToApprove } from "./indirect";
import { nearMisses, nearMissesForbidden } from "./near-misses";
import { nothing } from "./nothing";
import { obfuscated } from "./obfuscated";
import { recordedDangers, recordedHarmless } from "./recorded";
import { unaffected } from "./unaffected";
import { weekly } from "./weekly";

export interface Case {
  readonly name: string;
  readonly plan: JsonObject;
  readonly expected: Verdict;
}

const expecting =
  (expected: Verdict) =>
  ([name, plan]: NamedPlan): Case => ({ name, plan, expected });

export const cases: readonly Case[] = [
  ...otherAddressTables.map(expecting("forbidden")),
  ...addedServers.map(expecting("approve")),
  ...administration.map(expecting("forbidden")),
  ...indirect.map(expecting("forbidden")),
  ...obfuscated.map(expecting("forbidden")),
  ...forbidden.map(expecting("forbidden")),
  ...exposures.map(expecting("forbidden")),
  ...downgrades.map(expecting("forbidden")),
  ...nearMissesForbidden.map(expecting("forbidden")),
  ...approve.map(expecting("approve")),
  ...besideTags.map(expecting("approve")),
  ...recordedDangers.map(expecting("approve")),
  ...indirectToApprove.map(expecting("approve")),
  ...falsePositives.map(expecting("approve")),
  ...nearMisses.map(expecting("approve")),
  ...besideTagsHarmless.map(expecting("nothing")),
  ...nothing.map(expecting("nothing")),
  ...recordedHarmless.map(expecting("nothing")),
  ...unaffected.map(expecting("nothing")),
  ...weekly.map(expecting("nothing")),
];
