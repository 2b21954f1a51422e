// Plans made by hand, each with what the review must say of it.
import type { JsonObject } from "@dev-one/cli/json";

import type { Verdict } from "../verdict";
import { administration } from "./administration";
import { approve } from "./approve";
import { besideTags, besideTagsHarmless } from "./beside-tags";
import type { NamedPlan } from "./builders";
import { weakened } from "./downgrades";
import { openings } from "./exposures";
import { lookalikes } from "./false-positives";
import { forbidden } from "./forbidden";
import { detours, watchedDetours } from "./indirect";
import { nearMisses, worseThanTheyLook } from "./near-misses";
import { nothing } from "./nothing";
import { disguised } from "./obfuscated";
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
  ...administration.map(expecting("forbidden")),
  ...detours.map(expecting("forbidden")),
  ...disguised.map(expecting("forbidden")),
  ...forbidden.map(expecting("forbidden")),
  ...openings.map(expecting("forbidden")),
  ...weakened.map(expecting("forbidden")),
  ...worseThanTheyLook.map(expecting("forbidden")),
  ...approve.map(expecting("approve")),
  ...besideTags.map(expecting("approve")),
  ...recordedDangers.map(expecting("approve")),
  ...watchedDetours.map(expecting("approve")),
  ...lookalikes.map(expecting("approve")),
  ...nearMisses.map(expecting("approve")),
  ...besideTagsHarmless.map(expecting("nothing")),
  ...nothing.map(expecting("nothing")),
  ...recordedHarmless.map(expecting("nothing")),
  ...unaffected.map(expecting("nothing")),
  ...weekly.map(expecting("nothing")),
];
