import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { JsonObject } from "@dev-one/cli/json";
import { scratchDirectory } from "@dev-one/cli/test/files";

import { isPlannedAgainst, readManifest, refuseState, stateVersion, verify } from "../src/plan/manifest";
import { changedStacks, deliveredStacks, parseStacks, stackNamed } from "../src/stacks";

const directory = scratchDirectory();
const HASH = "0123456789abcdef".repeat(4);
const expected = { stack: "staging", configuration: HASH };
const STATE = { lineage: "l", serial: 4 };

function write(change: JsonObject = {}): void {
  const manifest = {
    stack: "staging",
    commit: "0123456789abcdef",
    plan: HASH,
    json: HASH,
    configuration: HASH,
    lineage: "l",
    serial: 4,
    hasChanges: true,
  };
  writeFileSync(join(directory, "manifest.json"), JSON.stringify({ ...manifest, ...change }));
}

const check = () => {
  const manifest = readManifest(directory);
  verify(manifest, expected);
  if (!isPlannedAgainst(manifest, STATE)) refuseState(manifest, STATE);
};

describe("a reviewed plan", () => {
  test("is applied when stack, configuration and state are unchanged", () => {
    write();
    expect(check).not.toThrow();
  });

  test.each([
    ["another stack", { stack: "production" }, "the plan is of production, not of staging"],
    [
      "another configuration",
      { configuration: "f".repeat(64) },
      "what is synthesized now differs from what was planned at 0123456789ab",
    ],
    ["another state", { lineage: "m" }, "the state is another one"],
    ["an older state", { serial: 3 }, "the state has changed since the plan (serial 3, now 4)"],
  ])("is rejected with %s", (_what, change, sentence) => {
    write(change);
    expect(check).toThrow(sentence);
    expect(check).toThrow(/^Not applied: .*\(docs\/delivery\.md says how\)\.$/);
  });

  test.each([
    ["a number as a string", { serial: "4" }],
    ["a path instead of a hash", { plan: "../../staging.tfstate" }],
    ["no hash", { json: null }],
  ])("is rejected with %s", (_what, change) => {
    write(change);
    expect(check).toThrow("is no manifest of a plan");
  });

  test("is rejected without a manifest", () => {
    expect(() => readManifest(scratchDirectory())).toThrow("manifest.json cannot be read");
  });

  test("matches a state by lineage and serial, also when there was no state", () => {
    expect(stateVersion({ lineage: "l", serial: 4 })).toEqual({ lineage: "l", serial: 4 });
    expect(stateVersion(undefined)).toEqual({ lineage: "", serial: 0 });
  });
});

describe("the stacks that a change affects", () => {
  const names = (...files: string[]) => changedStacks(files).map(({ name }) => name);
  const everything = deliveredStacks.map(({ name }) => name);

  test.each([
    [
      "documents, tests and tools",
      ["docs/policy.md", "README.md", "__tests__/x.test.ts", "packages/delivery/src/main.ts"],
      [],
    ],
    [
      "one environment",
      ["src/environments/staging.ts", "docs/policy.md"],
      everything.filter((name) => name.startsWith("staging")),
    ],
    ["a construct of all environments", ["src/network/vpc.ts", "src/environments/staging.ts"], everything],
    ["the packages", ["package-lock.json"], everything],
    ["the synthesis script", ["scripts/run.mjs"], everything],
    ["the bundling script", ["scripts/bundle.mjs"], everything],
    ["a file of an unknown kind", ["new/thing"], everything],
    ["nothing", [], []],
  ])("for %s", (_what, files, stacks) => {
    expect(names(...files)).toEqual(stacks);
  });

  test("have account, region and roles, and exclude the stack that contains the roles", () => {
    expect(deliveredStacks[0]).toEqual({
      name: "staging",
      environment: "staging",
      region: "us-east-1",
      account: "111122223333",
      planRole: "arn:aws:iam::111122223333:role/dev-one-staging-delivery-plan",
      applyRole: "arn:aws:iam::111122223333:role/dev-one-staging-delivery-apply",
      bucket: "dev-one-staging-terraform-state-111122223333",
    });
    expect(everything.filter((name) => name.endsWith("-state"))).toEqual([]);
  });

  test("are passed between jobs as JSON, and invalid JSON is rejected in one sentence", () => {
    expect(parseStacks(JSON.stringify(deliveredStacks))).toEqual(deliveredStacks);
    for (const json of ["", "{}", '["staging"]', JSON.stringify([{ ...deliveredStacks[0], name: "../x" }])]) {
      expect(() => parseStacks(json)).toThrow("STACKS is no list of stacks");
    }
    expect(() => stackNamed("staging-state")).toThrow("There is no stack staging-state to deliver");
  });
});
