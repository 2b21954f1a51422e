import type { JsonObject } from "@dev-one/cli/json";

import { stagingInThreeZones, stagingWith, stagingWithZones, thirdZone } from "../../../__tests__/support/environments";
import { synthesize } from "../../../__tests__/support/synthesis";
import { defineEnvironment, type Environment } from "../../../src/config";
import { production, staging } from "../../../src/environments";
import { TerraformJson } from "../src/source/terraform-json";

/** The platform of an environment as `npm run diagram` reads it, as a copy that tests can change. */
export function jsonOf(environment: Environment): JsonObject {
  return JSON.parse(synthesize(environment).platform.json) as JsonObject;
}

export function stackOf(environment: Environment, change: (resources: Resources) => void = () => undefined) {
  const json = jsonOf(environment);
  change(json.resource as unknown as Resources);
  return new TerraformJson(environment.name, json);
}

/** Resources by type and id. */
export type Resources = Record<string, Record<string, Record<string, unknown>>>;

/** Configurations that need different space in the picture. */
export const configurations: readonly (readonly [string, () => Environment])[] = [
  ["staging", () => staging],
  ["production", () => production],
  ["three zones", stagingInThreeZones],
  [
    "three zones, and a proxy that leaves out the middle one",
    () =>
      defineEnvironment({
        ...production,
        zones: [...production.zones, thirdZone],
        database: { ...production.database, proxyZones: ["zone-1", "zone-3"] },
      }),
  ],
  ["six servers", () => stagingWithZones(({ servers }) => ({ servers: without(servers, "api-4") }))],
  ["no elastic group", () => stagingWith({ servers: { ...staging.servers, peakConnections: 40_000 } })],
  [
    "twenty servers",
    () =>
      stagingWithZones((_zone, number) => ({
        servers: Object.fromEntries(
          Array.from({ length: 10 }, (_, index) => [`api-${index + 1}`, `172.31.${number}.${index + 100}`]),
        ),
      })),
  ],
];

function without(servers: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(servers).filter(([each]) => each !== name));
}
