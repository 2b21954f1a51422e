import { assumptionsOf, overridesOf, parseOverride } from "../src/assumptions";

test("assumptions are replaced by name, and the command line overrides the file", () => {
  const file = overridesOf({ requests: 7, hours: 100 }, "staging", "file.json");
  expect(assumptionsOf("staging", file, parseOverride("requests=9"))).toMatchObject({
    requests: 9,
    hours: 100,
    newConnections: 2,
  });
});

test("a file can replace them for one environment", () => {
  const json = { production: { requests: 7 } };
  expect(overridesOf(json, "production", "file.json")).toEqual({ requests: 7 });
  expect(overridesOf(json, "staging", "file.json")).toEqual({});
});

test("an environment that is not staging has those of production", () => {
  expect(assumptionsOf("rehearsal")).toEqual(assumptionsOf("production"));
});

test.each(["request=1", "constructor=1", "requests", "requests=many", "requests=-1", "requests=Infinity", "=1"])(
  "%j is refused with one sentence",
  (text) => {
    expect(() => parseOverride(text)).toThrow(/^--assume [^\n]+(there is no assumption|is not a number)[^\n]+\.$/);
    expect(() => parseOverride(text)).toThrow(`--assume ${text}: `);
  },
);

test.each([{ requests: "7" }, { requests: null }, { staging: { request: 1 } }, { requests: 1, staging: {} }])(
  "%j in a file is refused",
  (json) => {
    expect(() => overridesOf(json, "staging", "file.json")).toThrow(/^file\.json: /);
  },
);
