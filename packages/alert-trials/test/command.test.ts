import type { JsonObject } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";

import { synthesize } from "../../../__tests__/support/synthesis";
import { staging } from "../../../src/environments";
import { parseArguments } from "../src/arguments";
import { designOf } from "../src/platform/design";
import { alertsDocument } from "../src/report/document";
import { anchor, duration, listenersOf } from "../src/report/wording";
import { trialsOf } from "../src/trials";

test("reads the command line, and rejects a mistake in one sentence", () => {
  expect(parseArguments([])).toEqual({ check: false, from: undefined });
  expect(parseArguments(["--check", "--from", "cdktf.out"])).toEqual({ check: true, from: "cdktf.out" });
  expect(() => parseArguments(["--chek"])).toThrow(
    new UserError("unknown option '--chek' (Did you mean --check?). See `npm run alerts -- --help`."),
  );
});

test("rejects a synthesis without a monitoring stack", () => {
  expect(() => trialsOf([])).toThrow(/There is no stack production/);
});

test("rejects a document without trials", () => {
  expect(() => alertsDocument([])).toThrow(/no environment whose alerts could be tried/);
  expect(() => alertsDocument([{ environment: "production", outcomes: [] }])).toThrow(/no failure zone-lost/);
});

describe("the design", () => {
  const platform = () => JSON.parse(synthesize(staging).platform.json) as JsonObject;

  test("is read from the configuration and the synthesized platform", () => {
    expect(designOf(staging, platform())).toMatchObject({
      prefix: "dev-one-staging",
      zones: ["zone-1", "zone-2"],
      serverNames: ["api-1", "api-2", "api-3", "api-4"],
      namedCapacity: 80_000,
      elasticMaximum: 12,
      bootMinutes: 4,
      cpuGrowth: {
        threshold: 60,
        minutes: 3,
        steps: [
          { from: 60, servers: 2 },
          { from: 75, servers: 4 },
          { from: 90, servers: 6 },
        ],
      },
      connectionsGrowth: { threshold: 14_000, minutes: 3 },
      shrinking: { minutes: 15, servers: 2, pauseMinutes: 15 },
      zoneLeavesBelow: 0.5,
      hasStandby: false,
    });
  });

  test("is rejected when the platform differs from what the model assumes", () => {
    const json = platform();
    (json.resource as JsonObject).aws_autoscaling_policy = {};
    expect(() => designOf(staging, json)).toThrow(
      /has no aws_autoscaling_policy that packages\/alert-trials\/src\/platform looks for/,
    );
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
