import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { environments } from "../../../src/config";
import { hashOf, type Manifest, stateVersion, verify } from "../../../tools/ci/manifest";
import { changedStacks, deliveredStacks } from "../../../tools/ci/stacks";
import type { JsonObject } from "../../../tools/json";

let directory: string;
const expected = { stack: "staging", configuration: "c", state: { lineage: "l", serial: 4 } };

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dev-one-manifest-"));
  writeFileSync(join(directory, "plan.tfplan"), "the plan");
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function write(change: Partial<Manifest> | JsonObject = {}): void {
  const plan = hashOf(join(directory, "plan.tfplan"));
  const manifest = {
    stack: "staging",
    commit: "0123456789abcdef",
    plan,
    configuration: "c",
    lineage: "l",
    serial: 4,
    hasChanges: true,
  };
  writeFileSync(join(directory, "manifest.json"), JSON.stringify({ ...manifest, ...change }));
}

describe("a plan that was reviewed", () => {
  test("is applied when everything is as it was", () => {
    write();
    expect(verify(directory, expected)).toMatchObject({ stack: "staging", hasChanges: true });
  });

  test.each([
    ["another stack", { stack: "production" }, "the plan is of production, not of staging"],
    ["another hash", { plan: "0".repeat(64) }, "the plan is not the one whose hash was reviewed"],
    [
      "another configuration",
      { configuration: "d" },
      "what is synthesized now differs from what was planned at 0123456789ab",
    ],
    ["another state", { lineage: "m" }, "the state is another one"],
    ["an older state", { serial: 3 }, "the state has changed since the plan (serial 3, now 4)"],
  ])("is refused with %s", (_what, change, sentence) => {
    write(change);
    expect(() => verify(directory, expected)).toThrow(sentence);
    expect(() => verify(directory, expected)).toThrow(/^Not applied: .*\(docs\/delivery\.md says how\)\.$/);
  });

  test("is refused when the file was exchanged after the review", () => {
    write();
    writeFileSync(join(directory, "plan.tfplan"), "another plan");
    expect(() => verify(directory, expected)).toThrow("the plan is not the one whose hash was reviewed");
  });

  test("is refused without a whole manifest", () => {
    expect(() => verify(directory, expected)).toThrow("manifest.json cannot be read");
    write({ serial: "4" });
    expect(() => verify(directory, expected)).toThrow("is no manifest of a plan");
  });

  test("knows a state by lineage and serial, and that there was none", () => {
    expect(stateVersion({ lineage: "l", serial: 4 })).toEqual({ lineage: "l", serial: 4 });
    expect(stateVersion(undefined)).toEqual({ lineage: "", serial: 0 });
  });
});

describe("the stacks of a change", () => {
  const names = (...files: string[]) => changedStacks(files, environments).map(({ name }) => name);
  const everything = deliveredStacks(environments).map(({ name }) => name);

  test.each([
    ["documents, tests and tools", ["docs/policy.md", "README.md", "__tests__/x.test.ts", "tools/ci/main.ts"], []],
    [
      "one environment",
      ["src/config/staging.ts", "docs/policy.md"],
      everything.filter((name) => name.startsWith("staging")),
    ],
    ["what all of them have", ["src/network/vpc.ts", "src/config/staging.ts"], everything],
    ["the packages", ["package-lock.json"], everything],
    ["how it is synthesized", ["tools/run.mjs"], everything],
    ["a file of an unknown kind", ["new/thing"], everything],
    ["nothing", [], []],
  ])("are those that it may touch: %s", (_what, files, stacks) => {
    expect(names(...files)).toEqual(stacks);
  });

  test("come with account, region and roles, and never with the stack that holds the roles", () => {
    expect(deliveredStacks(environments)[0]).toEqual({
      name: "staging",
      environment: "staging",
      region: "us-east-1",
      account: "111122223333",
      planRole: "arn:aws:iam::111122223333:role/dev-one-staging-delivery-plan",
      applyRole: "arn:aws:iam::111122223333:role/dev-one-staging-delivery-apply",
    });
    expect(everything.filter((name) => name.endsWith("-state"))).toEqual([]);
  });
});
