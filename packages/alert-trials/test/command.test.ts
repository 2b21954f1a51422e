import type { JsonObject } from "@dev-one/cli/json";
import { fromSynthesis } from "@dev-one/terraform-json/resources";

import { fixture } from "../../../__tests__/fixtures/environment";
import { synthesize } from "../../../__tests__/support/synthesis";
import { designOf } from "../src/platform/design";
import { anchor, duration, listenersOf } from "../src/report";
import { trialsOf } from "../src/trials";

test("rejects a synthesis without a monitoring stack", () => {
  expect(() => trialsOf([], [fixture])).toThrow(/There is no stack fixture/);
});

test("the design is read from the configuration and the synthesized platform", () => {
  const { name, json } = synthesize(fixture).platform;
  expect(designOf(fixture, fromSynthesis(name, JSON.parse(json) as JsonObject))).toMatchObject({
    prefix: "dev-one-fixture",
    zones: ["zone-5", "zone-6"],
    serverNames: ["web-1", "web-2", "web-3"],
    // 6 x 12,000
    pools: [{ capacity: 72_000, isCrossZone: false }],
    bootMinutes: 4,
    elastic: {
      cpuGrowth: {
        threshold: 55,
        minutes: 3,
        steps: [
          { from: 55, servers: 2 },
          // A quarter and a half more.
          { from: 68.75, servers: 4 },
          { from: 82.5, servers: 6 },
        ],
      },
      // 60 % of 12,000, counted at both ends
      connectionsGrowth: { threshold: 14_400, minutes: 3 },
      serversPublish: false,
      shrinking: { minutes: 15, servers: 2, pauseMinutes: 15 },
    },
    zoneLeavesBelow: 0.5,
    hasStandby: true,
  });
});

describe("wording", () => {
  test.each([
    [0, "0 min"],
    [59, "59 min"],
    [60, "1 h"],
    [125, "2 h 5 min"],
  ])("%d minutes are %s", (minutes, text) => {
    expect(duration(minutes)).toBe(text);
  });

  test("a heading becomes the anchor that GitHub generates", () => {
    expect(anchor("A zone is lost: PostgreSQL's, at noon")).toBe("a-zone-is-lost-postgresqls-at-noon");
  });

  test("handles become recipients, the most urgent channel first", () => {
    expect(listenersOf(["@slack-x-alerts", "@operations@dev-one.it", "@opsgenie-x"])).toEqual([
      "on call",
      "ticket",
      "alerts",
    ]);
    expect(listenersOf(["@slack-x-warnings", "@oncall-x"])).toEqual(["on call", "warnings"]);
  });
});
