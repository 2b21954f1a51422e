import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { staging } from "../../../src/config/staging";
import { assumptionsOf, overridesOf, parseOverride } from "../../../tools/cost/assumptions";
import { fromStacks, readSynthesis } from "../../../tools/cost/resources/synthesized";
import type { JsonObject } from "../../../tools/json";
import { UserError } from "../../../tools/user-error";
import { synthesize } from "../../support/synthesis";
import { CDKTF } from "./support";

const platform = (): JsonObject => JSON.parse(synthesize(staging).platform.json) as JsonObject;

describe("a directory that is no synthesis of today", () => {
  const scratch = mkdtempSync(join(tmpdir(), "dev-one-cost-test-"));
  afterAll(() => {
    rmSync(scratch, { recursive: true, force: true });
  });

  test.each<[string, "file" | Record<string, string | null> | undefined, RegExp]>([
    ["is not there", undefined, /holds no synthesized stacks: name the directory that `npm run synth` wrote/],
    ["has a file where stacks should be", "file", /holds no synthesized stacks/],
    ["has no stack", {}, /holds no stack: run `npm run synth`/],
    ["has a stack without JSON", { staging: null }, /cdk\.tf\.json cannot be read/],
    ["holds half a file", { staging: '{"resource": {' }, /cdk\.tf\.json is not JSON/],
    ["holds a list", { staging: "[]" }, /does not hold a JSON object/],
    [
      "holds Terraform's own JSON",
      { staging: '{"resource": {}}' },
      /Stack staging was not written by CDKTF: run `npm run synth`/,
    ],
    [
      "was written by an older CDKTF",
      { staging: '{"//": {"metadata": {"version": "0.19.2"}}}' },
      /Stack staging was written by CDKTF 0\.19\.2, and the project uses [\d.]+: run `npm run synth`/,
    ],
    [
      "says no region",
      { staging: JSON.stringify({ "//": { metadata: { version: CDKTF } } }) },
      /does not say its region and its env tag/,
    ],
  ])("%s", (name, stacks, sentence) => {
    const directory = join(scratch, name.replaceAll(" ", "-"));
    if (stacks === "file") {
      mkdirSync(directory);
      writeFileSync(join(directory, "stacks"), "");
    } else if (typeof stacks === "object") {
      mkdirSync(join(directory, "stacks"), { recursive: true });
      for (const [stack, text] of Object.entries(stacks)) {
        mkdirSync(join(directory, "stacks", stack));
        if (text !== null) writeFileSync(join(directory, "stacks", stack, "cdk.tf.json"), text);
      }
    }
    expect(() => readSynthesis(directory, CDKTF)).toThrow(UserError);
    expect(() => readSynthesis(directory, CDKTF)).toThrow(sentence);
  });
});

describe("a stack", () => {
  test.each([
    ["a list of resources", { aws_lb: ["x"] }],
    ["a resource that is text", { aws_lb: { one: "x" } }],
  ])("with %s is refused", (_, resource) => {
    expect(() => fromStacks([{ name: "staging", json: { ...platform(), resource } }], CDKTF)).toThrow(/is no resource/);
  });

  test.each(["a b", "staging\n## x", "", "__proto__"])("of an environment %j is refused", (env) => {
    const provider = { aws: [{ region: "us-east-1", default_tags: [{ tags: { env } }] }] };
    expect(() => fromStacks([{ name: "x", json: { ...platform(), provider } }], CDKTF)).toThrow(/env tag/);
  });

  test("in another region than the environment's others is refused", () => {
    const elsewhere = {
      ...platform(),
      provider: { aws: [{ region: "eu-west-1", default_tags: [{ tags: { env: "staging" } }] }] },
    };
    const stacks = [
      { name: "one", json: platform() },
      { name: "two", json: elsewhere },
    ];
    expect(() => fromStacks(stacks, CDKTF)).toThrow(/in two regions, us-east-1 and eu-west-1/);
  });

  test("belongs to its environment whatever the order", () => {
    const stacks = synthesize(staging).stacks.map(({ name, json }) => ({ name, json: JSON.parse(json) as JsonObject }));
    const [forth] = fromStacks(stacks, CDKTF);
    const [back] = fromStacks([...stacks].reverse(), CDKTF);
    expect(back).toEqual(forth);
    expect(forth).toMatchObject({ environment: "staging", region: "us-east-1" });
  });
});

describe("assumptions", () => {
  test("are replaced by name, the command line last", () => {
    const file = overridesOf({ requests: 7, hours: 100 }, "staging", "file.json");
    expect(assumptionsOf("staging", file, parseOverride("requests=9"))).toMatchObject({
      requests: 9,
      hours: 100,
      newConnections: 2,
    });
  });

  test("can be said of one environment", () => {
    const json = { production: { requests: 7 } };
    expect(overridesOf(json, "production", "file.json")).toEqual({ requests: 7 });
    expect(overridesOf(json, "staging", "file.json")).toEqual({});
  });

  test("of an environment that is not staging are those of production", () => {
    expect(assumptionsOf("rehearsal")).toEqual(assumptionsOf("production"));
  });

  test.each([
    "request=1",
    "constructor=1",
    "requests",
    "requests=",
    "requests=many",
    "requests=-1",
    "requests=Infinity",
    "=1",
  ])("%j is refused with one sentence", (text) => {
    expect(() => parseOverride(text)).toThrow(/^--assume [^\n]+(there is no assumption|is not a number)[^\n]+\.$/);
  });

  test.each([{ requests: "7" }, { requests: null }, { staging: { request: 1 } }, { requests: 1, staging: {} }])(
    "%j in a file is refused",
    (json) => {
      expect(() => overridesOf(json, "staging", "file.json")).toThrow(/^file\.json: /);
    },
  );
});
