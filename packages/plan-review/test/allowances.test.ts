import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { scratchDirectory } from "@dev-one/cli/test/files";

import { readAllowances } from "../src/allowances";
import type { Allowance } from "../src/finding";
import { review } from "../src/verdict";
import { renderReview } from "../src/whole-review";
import { destroy, plan, source } from "./corpus/plans";

const TODAY = "2026-11-25";
const allowance: Allowance = {
  stack: "production",
  address: "aws_db_instance.*",
  kind: "data-destroyed",
  reason: "The old database is empty",
  until: "2026-11-30",
};

function verdict(allowances: readonly Allowance[], address = "aws_db_instance.old", stack = "production") {
  const result = review([source(plan([destroy(address)]), stack)], { today: TODAY, allowances });
  return { verdict: result.verdict, markdown: renderReview(result, TODAY).markdown };
}

test("an allowance turns a forbidden finding into one to approve, with its reason", () => {
  const { verdict: found, markdown } = verdict([allowance]);
  expect(found).toBe("approve");
  expect(markdown).toContain("allowed until `2026-11-30`: `The old database is empty`");
});

test.each([
  ["another stack", [allowance], "aws_db_instance.old", "staging"],
  ["another resource", [allowance], "aws_s3_bucket.old", "production"],
  ["another kind", [{ ...allowance, kind: "open-to-world" as const }], "aws_db_instance.old", "production"],
  ["a part of the address", [{ ...allowance, address: "aws_db_instance.ol" }], "aws_db_instance.old", "production"],
  ["a day later", [{ ...allowance, until: "2026-11-24" }], "aws_db_instance.old", "production"],
  ["half a year ahead", [{ ...allowance, until: "2027-05-25" }], "aws_db_instance.old", "production"],
])("an allowance does not apply to %s", (_what, allowances, address, stack) => {
  expect(verdict(allowances, address, stack).verdict).toBe("forbidden");
});

test("applies on its last day; afterwards the review reports it as ignored", () => {
  expect(verdict([{ ...allowance, until: TODAY }]).verdict).toBe("approve");
  expect(verdict([{ ...allowance, until: "2026-11-24" }]).markdown).toContain("Allowance ignored (expired)");
});

describe("the file", () => {
  test("of the project matches the schema", () => {
    expect(() => readAllowances(resolve(__dirname, "../../../packages/plan-review/allowances.json"))).not.toThrow();
  });

  test.each([
    ["without a date", { until: undefined }, /allowances\.0\.until/],
    ["for everything", { address: "*" }, /must name a type of resource/],
    ["without a reason", { reason: "" }, /allowances\.0\.reason/],
    ["of a kind that there is not", { kind: "anything" }, /allowances\.0\.kind/],
    ["with something else", { forever: true }, /allowances\.0/],
  ])("rejects an allowance %s", (_what, change, message) => {
    const file = join(scratchDirectory(), "allowances.json");
    writeFileSync(file, JSON.stringify({ allowances: [{ ...allowance, ...change }] }));
    expect(() => readAllowances(file)).toThrow(message);
  });
});
