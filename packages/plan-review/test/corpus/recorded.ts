// Plans that real Terraform made (1.11.4, AWS provider 5.100.0, `plan -refresh=false`) of a few resources in a state written by hand.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import type { JsonObject } from "@dev-one/cli/json";

import type { NamedPlan } from "./builders";

const DIRECTORY = join(__dirname, "recorded");

export function recordedPlan(name: string): JsonObject {
  return JSON.parse(gunzipSync(readFileSync(join(DIRECTORY, `${name}.json.gz`))).toString("utf8")) as JsonObject;
}

const recorded = (...names: string[]): readonly NamedPlan[] =>
  names.map((name) => [`recorded: ${name.replaceAll("-", " ")}`, recordedPlan(name)]);

export const recordedDangers = recorded(
  "firewall-rule-only-counts",
  "firewall-rule-only-counts-by-hand",
  "stages-in-another-order",
  "stages-in-another-order-beside-empty-strings",
  "unknown-policy-of-a-dynamic-block",
  "unknown-values-of-a-dynamic-block",
  "value-marked-as-sensitive",
  "values-of-a-dynamic-block",
);

export const recordedHarmless = recorded("template-with-another-tag", "release-of-a-bundle");
