import type { JsonObject } from "@dev-one/cli/json";

import { policyFindings } from "../src/policy";
import { wholeReview } from "../src/whole-review";
import { create, plan, source, unchanged, update } from "./corpus/plans";

const TODAY = "2026-11-25";
const key = (rotation: boolean) => ({ id: "k", enable_key_rotation: rotation, policy: '{"Statement":[]}' });
const foreign = { provider_config: { aws: { expressions: {} } }, root_module: {} };
const told = (json: JsonObject, name = "staging") => wholeReview([source(json, name)], { today: TODAY });
const rules = (json: JsonObject, name: string, today = TODAY) =>
  policyFindings(source(json, name), today).map(({ ruleId }) => ruleId);

describe("the policy", () => {
  test("forbids a plan that breaks a rule, and names rule, resource and remedy", () => {
    const { markdown, jsonReport, verdict } = told(plan([create("aws_kms_key.k", key(false))], "staging"));
    expect(verdict).toBe("forbidden");
    expect(jsonReport.exitCode).toBe(3);
    expect(markdown).toContain("Policy `kms-key-rotation`");
    expect(markdown).toContain("`enable_key_rotation is off`");
    expect(markdown).toContain("What to do: `Create the key with EncryptionKey.`");
    expect(jsonReport.stacks[0]?.policyFindings).toEqual([
      expect.objectContaining({
        ruleId: "kms-key-rotation",
        address: "aws_kms_key.k",
        remedy: expect.any(String) as string,
      }),
    ]);
  });

  test("has no findings for a plan that keeps the rules", () => {
    expect(told(plan([unchanged("aws_kms_key.k", key(true))], "staging")).verdict).toBe("nothing");
  });

  test("ignores allowances", () => {
    const allowance = { stack: "staging", address: "aws_kms_key.*", reason: "Because of it", until: "2026-12-01" };
    const { verdict } = wholeReview([source(plan([create("aws_kms_key.k", key(false))], "staging"), "staging")], {
      today: TODAY,
      allowances: [{ ...allowance, kind: "encryption-disabled" }],
    });
    expect(verdict).toBe("forbidden");
  });

  test("applies by the name of the stack or by the project tag, so that changing one of them does not evade it", () => {
    const broken = [create("aws_kms_key.k", key(false))];
    expect(rules(plan(broken, "staging", { configuration: foreign }), "staging")).toEqual(["kms-key-rotation"]);
    expect(rules(plan(broken, "staging"), "anything")).toEqual(["kms-key-rotation"]);
    expect(rules(plan(broken, "staging", { configuration: foreign }), "theirs")).toEqual([]);
  });

  test("matches suppressions with the construct paths in CDKTF's addresses, until their last day", () => {
    const group = { id: "g", name: "/aws/route53/x", retention_in_days: 30 };
    const json = plan([unchanged("aws_cloudwatch_log_group.dns_query-log-group_8F0E5A8B", group)], "staging");
    expect(rules(json, "staging")).toEqual([]);
    expect(rules(json, "staging", "2030-01-01")).toEqual(["logs-and-secrets-use-kms-key", "suppression-expired"]);
  });

  test("forbids a plan that the rules cannot read", () => {
    const json = plan([create("aws_iam_role_policy.p", { id: "p", policy: '{"Statement":[null]}' })], "staging");
    expect(told(json).verdict).toBe("forbidden");
  });
});

describe("the cost", () => {
  const priced = (changes: JsonObject[]) =>
    plan(changes, "staging", {
      configuration: {
        provider_config: {
          aws: {
            name: "aws",
            expressions: {
              region: { constant_value: "us-east-1" },
              default_tags: [{ tags: { constant_value: { env: "staging", project: "dev-one" } } }],
            },
          },
        },
        root_module: {},
      },
    });

  test("is one line of each stack that has any, in the comment and in the JSON report", () => {
    const { markdown, jsonReport } = told(priced([create("aws_kms_key.k", key(true))]));
    const line = /^Cost: `\$0\.00 to \$\d+\.\d\d a month \(\+.*prices of us-east-1.*`$/m.exec(markdown)?.[0] ?? "";
    expect(line).not.toBe("");
    expect(jsonReport.stacks[0]?.cost).toBe(line.replaceAll("`", ""));
    expect(told(plan([update("acme_x.y", {}, { a: 1 })])).jsonReport.stacks[0]?.cost).toBeNull();
  });

  test("is reported as not estimated where it is unknown, and changes no verdict", () => {
    const { markdown, verdict } = told(plan([unchanged("aws_kms_key.k", key(true))], "staging"));
    expect(markdown).toContain("Cost: `not estimated. The plan does not say its region");
    expect(verdict).toBe("nothing");
  });

  test.each([
    ["a resource without a price", create("aws_nat_gateway.n", { id: "n", connectivity_type: "private" })],
    ["values of no shape", create("aws_db_instance.d", { instance_class: ["a"], storage_encrypted: true })],
  ])("never ends the review: %s", (_what, change) => {
    expect(told(priced([change])).markdown).toMatch(/^Cost: `.+`$/m);
  });

  test("shows text of the plan as code only", () => {
    const hostile = "`x` <img src=x> @octocat";
    const json = priced([create(`aws_db_instance.d["${hostile}"]`, { instance_class: hostile, engine: "postgres" })]);
    const [line = ""] = /^Cost: .*$/m.exec(told(json).markdown) ?? [];
    expect(line.replaceAll(/(`+)(?!`).*?[^`]\1(?!`)/g, "")).toBe("Cost: ");
  });
});
