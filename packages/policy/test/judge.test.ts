import { fromPlan, fromSynthesis } from "@dev-one/terraform-json/resources";

import { inOneLine, judge, type Suppression } from "../src";
import { policy, ruleNamed } from "./support";

const TODAY = "2026-11-25";
const bucket = (path: string) => ({ "//": { metadata: { path } }, bucket: "b" });
const open = fromSynthesis("staging", { resource: { aws_s3_bucket: { b_12345678: bucket("staging/logs/bucket") } } });
const judgeOpen = (...suppressions: Suppression[]) =>
  judge([open], { rules: [ruleNamed("buckets-are-closed")], suppressions, today: TODAY });
const suppression = (change: Partial<Suppression>): Suppression => ({
  rule: "buckets-are-closed",
  where: "staging/logs/bucket",
  reason: "The site is public.",
  until: "2026-11-25",
  ...change,
});

describe("a finding", () => {
  test("says where, what and what to do", () => {
    const [finding] = judgeOpen().findings;
    expect(finding && inOneLine(finding)).toBe(
      "staging/logs/bucket: has no public access block (buckets-are-closed). Make the bucket with PrivateBucket.",
    );
  });

  test.each([
    ["its construct path", "staging/logs/bucket"],
    ["a pattern", "*/logs/*"],
    ["its address", "staging/aws_s3_bucket.b_12345678"],
  ])("is suppressed by %s, on the last day, too", (_by, where) => {
    const { findings, accepted } = judgeOpen(suppression({ where }));
    expect(findings).toEqual([]);
    expect(accepted).toMatchObject([
      { rule: "buckets-are-closed", reason: "The site is public.", until: "2026-11-25" },
    ]);
  });

  test.each([
    ["another rule", { rule: "keys-rotate" }],
    ["another place", { where: "production/logs/bucket" }],
    ["a part of its place", { where: "staging/logs" }],
    ["a place with other characters where a dot is", { where: "staging/aws_s3_bucket_b_12345678" }],
  ])("is not suppressed for %s", (_what, change) => {
    expect(judgeOpen(suppression(change)).findings).toHaveLength(1);
  });

  test("is back when its suppression has ended, and the suppression is one as well", () => {
    const { findings, accepted } = judgeOpen(suppression({ until: "2026-11-24" }));
    expect(accepted).toEqual([]);
    expect(findings.map(({ rule, problem }) => [rule, problem])).toEqual([
      ["buckets-are-closed", "has no public access block"],
      ["suppression-expired", "the suppression of buckets-are-closed at staging/logs/bucket ended on 2026-11-24"],
    ]);
  });
});

describe("references in synthesized JSON", () => {
  test("a value that another resource has written down is that value", () => {
    const stack = fromSynthesis("staging", {
      resource: {
        aws_vpc: { v: { cidr_block: "10.0.0.0/16" } },
        aws_subnet: { s: { cidr_block: "${aws_vpc.v.cidr_block}", vpc_id: "${aws_vpc.v.id}" } },
      },
    });
    const [subnet] = stack.of("aws_subnet");
    expect(subnet?.text("cidr_block")).toBe("10.0.0.0/16");
    expect(subnet?.target("vpc_id")).toBe(stack.of("aws_vpc")[0]);
  });

  test("a value that nobody has written down is a finding: it will never be judged", () => {
    const stack = fromSynthesis("staging", {
      resource: { aws_kms_key: { k: { enable_key_rotation: "${var.rotate}" } } },
    });
    const { findings } = judge([stack], { rules: [ruleNamed("keys-rotate")], suppressions: [], today: TODAY });
    expect(findings.map(({ problem }) => problem)).toEqual(["cannot be judged: enable_key_rotation is not known yet"]);
  });
});

/** What `terraform show -json` says about a plan, as far as the rules read it. */
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
const judgePlan = (rule: string, json: object) =>
  judge([fromPlan("staging", json)], { rules: [ruleNamed(rule)], suppressions: [], today: TODAY });

describe("a plan", () => {
  const references = (address: string, argument: string, ...to: string[]) => ({
    address,
    expressions: { [argument]: { references: to } },
  });
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

  test("is judged by its values, with references from its configuration", () => {
    expect(judgePlan("buckets-are-closed", block(true)).findings).toEqual([]);
    expect(judgePlan("buckets-are-closed", block(false)).findings).toMatchObject([
      { problem: "restrict_public_buckets is off" },
    ]);
  });

  test("is undecided where a value is not known: neither kept nor broken", () => {
    const { findings, undecided } = judgePlan(
      "buckets-are-closed",
      block(undefined, { restrict_public_buckets: true }),
    );
    expect(findings).toEqual([]);
    expect(undecided.map(({ problem }) => problem)).toEqual([
      "cannot be judged: restrict_public_buckets is not known yet",
    ]);
  });

  test("does not hold against anybody what AWS fills in by itself", () => {
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
    expect(judgePlan("policies-name-their-actions", endpoint()).findings).toEqual([]);
    expect(judgePlan("policies-name-their-actions", endpoint("policy")).findings).toMatchObject([
      { problem: "* is allowed" },
    ]);
    const template = (expressions: object) =>
      plan(
        [change("aws_launch_template.t", { name: "t", key_name: "" })],
        [{ address: "aws_launch_template.t", expressions }],
      );
    expect(judgePlan("servers-have-no-key-pair", template({ name: {} })).findings).toEqual([]);
    expect(judgePlan("servers-have-no-key-pair", template({ name: {}, key_name: {} })).findings).toHaveLength(1);
  });

  test("knows the environment from its provider, and which resource is an instance of which", () => {
    const subnet = (zone: string) => ({ availability_zone_id: zone });
    const json = plan(
      [
        change('aws_subnet.s["a"]', subnet("use1-az2")),
        change("aws_db_proxy.p", { require_tls: true, auth: [{ iam_auth: "REQUIRED" }] }, { vpc_subnet_ids: true }),
      ],
      [references("aws_db_proxy.p", "vpc_subnet_ids", "aws_subnet.s[0].id", "aws_subnet.s")],
    );
    expect(fromPlan("staging", json).isProduction).toBe(true);
    expect(judgePlan("proxy-stands-in-two-zones", json).findings).toMatchObject([{ problem: "it stands in one zone" }]);
  });

  test("knows nested blocks and documents, and parts of them that it does not know", () => {
    const disks = (encrypted: unknown, unknown: object) =>
      plan([
        change(
          "aws_launch_template.t",
          { block_device_mappings: [{ ebs: [{ encrypted }] }] },
          { block_device_mappings: [{ ebs: [{ kms_key_id: true, ...unknown }] }] },
        ),
      ]);
    expect(judgePlan("disks-are-encrypted", disks("true", {})).findings).toEqual([]);
    expect(judgePlan("disks-are-encrypted", disks("false", {})).findings).toHaveLength(1);
    expect(judgePlan("disks-are-encrypted", disks(undefined, { encrypted: true })).undecided).toHaveLength(1);
    const statement = { Effect: "Allow", Action: "s3:*", Resource: "*" };
    const document = JSON.stringify({ Statement: statement });
    expect(
      judgePlan("policies-name-their-actions", plan([change("aws_iam_role_policy.p", { policy: document })])).findings,
    ).toMatchObject([{ problem: "s3:* is allowed" }]);
    expect(
      judgePlan("policies-name-their-actions", plan([change("aws_iam_role_policy.p", {}, { policy: true })])).undecided,
    ).toHaveLength(1);
  });

  test("says nothing of what it deletes, of reads, and of what it cannot know", () => {
    const deleted = plan([change("aws_s3_bucket.b", null), { ...change("aws_s3_bucket.c", {}), mode: "data" }]);
    expect(judgePlan("buckets-are-closed", deleted).judged).toEqual({ "buckets-are-closed": 0 });
    const { judged } = judgePlan("outgoing-addresses-are-protected", plan([change("aws_eip.a", {})]));
    expect(judged).toEqual({ "outgoing-addresses-are-protected": 0 });
  });

  test("has construct paths when the synthesized JSON gives them", () => {
    const paths = new Map([["aws_s3_bucket.b", "logs/bucket"]]);
    const [resource] = fromPlan("staging", plan([change("aws_s3_bucket.b", {})]), { paths }).of("aws_s3_bucket");
    expect(resource?.path).toBe("logs/bucket");
  });
});

test("policies are read with one value or many, negations included", () => {
  const json = {
    resource: { aws_iam_policy: { p: { policy: policy({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }) } } },
  };
  const { findings } = judge([fromSynthesis("staging", json)], {
    rules: [ruleNamed("policies-name-their-actions")],
    suppressions: [],
    today: TODAY,
  });
  expect(findings).toMatchObject([{ problem: "a statement allows everything but some actions" }]);
});
