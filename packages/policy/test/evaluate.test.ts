import { fromPlan, fromSynthesis } from "@dev-one/terraform-json/resources";

import { evaluate, inOneLine, type Suppression } from "../src";
import { evaluateRule, policy, ruleNamed } from "./support";

const TODAY = "2026-11-25";
const bucket = (path: string) => ({ "//": { metadata: { path } }, bucket: "b" });
const open = fromSynthesis("staging", { resource: { aws_s3_bucket: { b_12345678: bucket("staging/logs/bucket") } } });
const evaluateOpen = (...suppressions: Suppression[]) =>
  evaluate([open], {
    rules: [ruleNamed("s3-blocks-public-access"), ruleNamed("kms-key-rotation")],
    suppressions,
    today: TODAY,
  });
const suppression = (change: Partial<Suppression>): Suppression => ({
  rule: "s3-blocks-public-access",
  where: "staging/logs/bucket",
  reason: "The site is public.",
  until: "2026-11-25",
  ...change,
});

describe("a finding", () => {
  test("names the place, the problem and the remedy", () => {
    const [finding] = evaluateOpen().findings;
    expect(finding && inOneLine(finding)).toBe(
      "staging/logs/bucket: has no public access block (s3-blocks-public-access). Create the bucket with PrivateBucket.",
    );
  });

  test.each([
    ["its construct path", "staging/logs/bucket"],
    ["a pattern", "*/logs/*"],
    ["its address", "staging/aws_s3_bucket.b_12345678"],
  ])("is suppressed by %s until the end of the last day", (_by, where) => {
    const { findings, accepted } = evaluateOpen(suppression({ where }));
    expect(findings).toEqual([]);
    expect(accepted).toMatchObject([
      { rule: "s3-blocks-public-access", reason: "The site is public.", until: "2026-11-25" },
    ]);
  });

  test.each([
    ["another rule", { rule: "kms-key-rotation" }],
    ["another place", { where: "production/logs/bucket" }],
    ["a part of its place", { where: "staging/logs" }],
    ["a place with other characters where a dot is", { where: "staging/aws_s3_bucket_b_12345678" }],
  ])("is not suppressed for %s", (_what, change) => {
    expect(evaluateOpen(suppression(change)).findings).toHaveLength(1);
  });

  test("is reported after its suppression has expired, together with the suppression", () => {
    const { findings, accepted } = evaluateOpen(suppression({ until: "2026-11-24" }));
    expect(accepted).toEqual([]);
    expect(findings.map(({ rule, problem }) => [rule, problem])).toEqual([
      ["s3-blocks-public-access", "has no public access block"],
      ["suppression-expired", "the suppression of s3-blocks-public-access at staging/logs/bucket ended on 2026-11-24"],
    ]);
  });
});

describe("a suppression with the id of no rule", () => {
  const problems = (rule: string) => {
    const { findings } = evaluateOpen(suppression({}), suppression({ rule, where: "staging/*" }));
    return findings.map((finding) => inOneLine(finding));
  };

  test.each(["s3-blocks-all-access", "constructor"])("is a finding that says that there is no rule %s", (rule) => {
    expect(problems(rule)).toEqual([
      `packages/policy/src/suppressions.ts: the suppression of ${rule} at staging/* names no rule (suppression-of-unknown-rule). ` +
        "Write the id of a rule that `npm run policy -- --list` prints, or remove the suppression.",
    ]);
  });

  test("is no finding when the rule exists and finds nothing", () => {
    expect(problems("kms-key-rotation")).toEqual([]);
  });
});

test("a reference in synthesized JSON is a finding where no argument holds the value", () => {
  const { findings } = evaluateRule("kms-key-rotation", {
    aws_kms_key: { k: { enable_key_rotation: "${var.rotate}" } },
  });
  expect(findings.map(({ problem }) => problem)).toEqual(["cannot be checked: enable_key_rotation is not known yet"]);
});

test("policies may hold one value or a list, and NotAction", () => {
  const document = policy({ Effect: "Allow", NotAction: "iam:*", Resource: "*" });
  expect(
    evaluateRule("iam-no-wildcard-actions", { aws_iam_policy: { p: { policy: document } } }).findings,
  ).toMatchObject([{ problem: "a statement allows all actions but those in NotAction" }]);
});

/** The parts of the output of `terraform show -json` that the rules read. */
function plan(changes: readonly object[], resources: readonly object[] = []): object {
  return {
    planned_values: {},
    resource_changes: changes.map((each) => ({ mode: "managed", ...each })),
    configuration: {
      root_module: { resources },
      provider_config: {
        aws: { name: "aws", expressions: { default_tags: [{ tags: { constant_value: { env: "production" } } }] } },
      },
    },
  };
}
const change = (address: string, after: object | null, after_unknown: object = {}) => ({
  address,
  type: address.split(".")[0],
  change: { actions: ["create"], after, after_unknown },
});
const evaluatePlan = (rule: string, json: object) =>
  evaluate([fromPlan("staging", json)], { rules: [ruleNamed(rule)], suppressions: [], today: TODAY });

describe("a plan", () => {
  const block = (restrict: unknown, unknown: object = {}) =>
    plan(
      [
        change("aws_s3_bucket.b", { bucket: "b" }),
        change(
          "aws_s3_bucket_public_access_block.p",
          {
            block_public_acls: true,
            block_public_policy: true,
            ignore_public_acls: true,
            restrict_public_buckets: restrict,
          },
          { bucket: true, ...unknown },
        ),
      ],
      [
        {
          address: "aws_s3_bucket_public_access_block.p",
          expressions: {
            bucket: { references: ["aws_s3_bucket.b.id", "aws_s3_bucket.b"] },
            block_public_acls: { constant_value: true },
            block_public_policy: { constant_value: true },
            ignore_public_acls: { constant_value: true },
            restrict_public_buckets: { references: ["var.restrict"] },
          },
        },
      ],
    );

  test("is checked by its values, with the references of its configuration", () => {
    expect(evaluatePlan("s3-blocks-public-access", block(true)).findings).toEqual([]);
    expect(evaluatePlan("s3-blocks-public-access", block(false)).findings).toMatchObject([
      { problem: "restrict_public_buckets is off" },
    ]);
  });

  test("is undecided, without a finding, where a value is known after the apply", () => {
    const { findings, undecided } = evaluatePlan(
      "s3-blocks-public-access",
      block(undefined, { restrict_public_buckets: true }),
    );
    expect(findings).toEqual([]);
    expect(undecided.map(({ problem }) => problem)).toEqual([
      "cannot be checked: restrict_public_buckets is not known yet",
    ]);
  });

  test("is not checked for values that the configuration does not set and AWS fills in", () => {
    const everything = JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" } });
    const endpoint = (...written: string[]) =>
      plan(
        [change("aws_vpc_endpoint.e", { service_name: "s3", policy: everything })],
        [
          {
            address: "aws_vpc_endpoint.e",
            expressions: Object.fromEntries(
              ["service_name", ...written].map((name) => [name, { references: ["var.v"] }]),
            ),
          },
        ],
      );
    expect(evaluatePlan("iam-no-wildcard-actions", endpoint()).findings).toEqual([]);
    expect(evaluatePlan("iam-no-wildcard-actions", endpoint("policy")).findings).toMatchObject([
      { problem: "* is allowed" },
    ]);
    const template = (expressions: object) =>
      plan(
        [change("aws_launch_template.t", { name: "t", key_name: "" })],
        [{ address: "aws_launch_template.t", expressions }],
      );
    expect(evaluatePlan("ec2-no-key-pair", template({ name: {} })).findings).toEqual([]);
    expect(evaluatePlan("ec2-no-key-pair", template({ name: {}, key_name: {} })).findings).toHaveLength(1);
  });

  test("is checked in nested blocks and JSON documents, and undecided where parts of them are unknown", () => {
    const disks = (encrypted: unknown, unknown: object) =>
      plan([
        change(
          "aws_launch_template.t",
          { block_device_mappings: [{ ebs: [{ encrypted }] }] },
          { block_device_mappings: [{ ebs: [{ kms_key_id: true, ...unknown }] }] },
        ),
      ]);
    expect(evaluatePlan("ebs-encryption", disks("true", {})).findings).toEqual([]);
    expect(evaluatePlan("ebs-encryption", disks("false", {})).findings).toHaveLength(1);
    expect(evaluatePlan("ebs-encryption", disks(undefined, { encrypted: true })).undecided).toHaveLength(1);
    const statement = { Effect: "Allow", Action: "s3:*", Resource: "*" };
    const document = JSON.stringify({ Statement: statement });
    expect(
      evaluatePlan("iam-no-wildcard-actions", plan([change("aws_iam_role_policy.p", { policy: document })])).findings,
    ).toMatchObject([{ problem: "s3:* is allowed" }]);
    expect(
      evaluatePlan("iam-no-wildcard-actions", plan([change("aws_iam_role_policy.p", {}, { policy: true })])).undecided,
    ).toHaveLength(1);
  });

  test("is not checked for deletions, data sources, and rules that need the synthesized JSON", () => {
    const deleted = plan([change("aws_s3_bucket.b", null), { ...change("aws_s3_bucket.c", {}), mode: "data" }]);
    expect(evaluatePlan("s3-blocks-public-access", deleted).checked).toEqual({ "s3-blocks-public-access": 0 });
    const { checked } = evaluatePlan("elastic-ip-prevents-destroy", plan([change("aws_eip.a", {})]));
    expect(checked).toEqual({ "elastic-ip-prevents-destroy": 0 });
  });
});
