import type { JsonObject } from "@dev-one/cli/json";
import { fromSynthesis } from "@dev-one/terraform-json/resources";

import { synthesize } from "../../../__tests__/support/synthesis";
import { environments } from "../../../src/environments";
import { evaluate, rules, suppressions } from "../src";

const stacks = environments.flatMap((environment) =>
  synthesize(environment).stacks.map(({ name, json }) => fromSynthesis(name, JSON.parse(json) as JsonObject)),
);

describe.each(suppressions.map((each) => [`${each.rule} at ${each.where}`, each] as const))("%s", (_name, each) => {
  test("names a rule, has a reason, and ends on a valid date", () => {
    expect(rules.map(({ id }) => id)).toContain(each.rule);
    expect(each.reason).toMatch(/\.$/);
    expect(new Date(each.until).toISOString().slice(0, 10)).toBe(each.until);
  });

  test("suppresses a finding", () => {
    const { accepted } = evaluate(stacks, { rules, suppressions: [each], today: "2026-11-25" });
    expect(accepted.length).toBeGreaterThan(0);
  });
});
