import type { JsonObject } from "@dev-one/cli/json";

import { synthesize } from "../../../__tests__/support/synthesis";
import { staging } from "../../../src/environments";
import { assumptionsOf, overridesOf, parseOverride } from "../src/assumptions";
import { fromStacks } from "../src/resources/synthesized";

const platform = (): JsonObject => JSON.parse(synthesize(staging).platform.json) as JsonObject;

describe("a stack", () => {
  test.each([
    ["a list of resources", { aws_lb: ["x"] }],
    ["a resource that is text", { aws_lb: { one: "x" } }],
  ])("with %s is refused", (_, resource) => {
    expect(() => fromStacks([{ name: "staging", json: { ...platform(), resource } }])).toThrow(/is no resource/);
  });

  test.each(["a b", "staging\n## x", "", "__proto__"])("of an environment %j is refused", (env) => {
    const provider = { aws: [{ region: "us-east-1", default_tags: [{ tags: { env } }] }] };
    expect(() => fromStacks([{ name: "x", json: { ...platform(), provider } }])).toThrow(/env tag/);
  });

  test("without a region is refused", () => {
    const stacks = [{ name: "staging", json: { ...platform(), provider: {} } }];
    expect(() => fromStacks(stacks)).toThrow(/does not say its region and its env tag/);
  });

  test("in a region other than that of the environment's other stacks is refused", () => {
    const elsewhere = {
      ...platform(),
      provider: { aws: [{ region: "eu-west-1", default_tags: [{ tags: { env: "staging" } }] }] },
    };
    const stacks = [
      { name: "one", json: platform() },
      { name: "two", json: elsewhere },
    ];
    expect(() => fromStacks(stacks)).toThrow(/in two regions, us-east-1 and eu-west-1/);
  });

  test("belongs to its environment in any order of stacks", () => {
    const stacks = synthesize(staging).stacks.map(({ name, json }) => ({ name, json: JSON.parse(json) as JsonObject }));
    const [forth] = fromStacks(stacks);
    const [back] = fromStacks([...stacks].reverse());
    expect(back).toEqual(forth);
    expect(forth).toMatchObject({ environment: "staging", region: "us-east-1" });
  });
});

describe("assumptions", () => {
  test("are replaced by name, and the command line overrides the file", () => {
    const file = overridesOf({ requests: 7, hours: 100 }, "staging", "file.json");
    expect(assumptionsOf("staging", file, parseOverride("requests=9"))).toMatchObject({
      requests: 9,
      hours: 100,
      newConnections: 2,
    });
  });

  test("are quoted as typed in the error message", () => {
    expect(() => parseOverride("requests=many")).toThrow(/^--assume requests=many: /);
  });

  test("can be set for one environment", () => {
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
