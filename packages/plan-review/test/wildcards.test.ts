import type { JsonObject } from "@dev-one/cli/json";

import { arePublic } from "../src/checks/public-cidrs";
import { matches } from "../src/checks/wildcards";
import { review } from "../src/verdict";
import { allow, policy } from "./corpus/builders";
import { plan, source, update } from "./corpus/plans";

describe("IAM patterns", () => {
  test.each([
    ["*", "anything", true],
    ["s3:Get*", "s3:GetObject", true],
    ["s3:Get*", "s3:PutObject", false],
    ["s3:*Object", "s3:GetObjectObject", true],
    ["s3:*Object", "s3:GetObjectAcl", false],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["a?c", "a*c", false],
    ["a*c", "a*c", true],
    ["a*c", "a?c", true],
    ["*a*b*c*", "xxaxxbxxc", true],
    ["*a*b*c*", "xxaxxcxxb", false],
    ["arn:aws:s3:::b/*", "arn:aws:s3:::b/x/y", true],
    ["arn:aws:s3:::b.c", "arn:aws:s3:::bxc", false],
    ["", "", true],
    ["", "a", false],
    ["**", "", true],
    ["* but iam:*", "s3:GetObject", false],
  ])("%s and %s: %s", (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });

  test("matches a pattern in linear time that needs exponential time as a regular expression", () => {
    const before = { policy: policy(allow(Array.from({ length: 50 }, (_, index) => `${"*a".repeat(900)}${index}`))) };
    const after: JsonObject = {
      policy: policy(allow(Array.from({ length: 50 }, (_, index) => `${"a".repeat(1900)}!${index}`))),
    };
    const start = process.cpuUsage();
    const { verdict } = review([source(plan([update("aws_iam_policy.p", before, after)]))], { today: "2026-11-25" });
    const { user, system } = process.cpuUsage(start);
    expect(verdict).toBe("approve");
    expect((user + system) / 1e6).toBeLessThan(5);
  });
});

test.each([
  [["0.0.0.0/0"], true],
  [["::/0"], true],
  [["*"], true],
  [["0.0.0.0/1"], true],
  [["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8"], false],
  [["8.0.0.0/9"], true],
  [["8.0.0.0/10"], false],
  [["8.0.0.0/10", "8.64.0.0/10"], true],
  [["8.0.0.0/10", "8.0.0.0/10"], false],
  [["2000::/3"], true],
  [["2001:db8::/32"], false],
  [["no range", "1.2.3.4", "1.2.3.4/33"], false],
])("%j is public: %s", (ranges, expected) => {
  expect(arePublic(ranges)).toBe(expected);
});
