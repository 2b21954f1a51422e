import { defineWith, inDatadog, setting } from "./mistakes/refusal";

const remedy = 'write { kind: "none" }, or remove it';

describe.each([
  { kind: "opsgenie", service: "dev-one" },
  { kind: "datadog-on-call", team: "dev-one" },
])("paging by $kind", (paging) => {
  test("is accepted in an environment that is protected from destruction", () => {
    expect(defineWith(inDatadog({ paging })).datadog.paging).toMatchObject(paging);
  });

  test("is refused in staging", () => {
    expect(() => defineWith(setting({ name: "staging" }), inDatadog({ paging }))).toThrow(
      new Error(`Environment "staging", datadog.paging: staging must not page, not even by ${paging.kind}; ${remedy}.`),
    );
  });

  test("is refused in an environment that one command may destroy", () => {
    expect(() => defineWith(setting({ protectFromDestruction: false }), inDatadog({ paging }))).toThrow(
      new Error(
        `Environment "example", datadog.paging: an environment without protectFromDestruction must not page, not even by ${paging.kind}; ${remedy}.`,
      ),
    );
  });
});

test("nobody is paged by default", () => {
  expect(defineWith().datadog.paging).toEqual({ kind: "none" });
  expect(defineWith(setting({ name: "staging" }), inDatadog({})).datadog.paging).toEqual({ kind: "none" });
});

test("one threshold may be changed, and the others stay", () => {
  const { thresholds } = defineWith(inDatadog({ thresholds: { cpuPercent: { critical: 95 } } })).datadog;
  expect(thresholds.cpuPercent).toEqual({ warning: 85, critical: 95 });
  expect(thresholds.networkPercent).toEqual({ warning: 70, critical: 85 });
});
