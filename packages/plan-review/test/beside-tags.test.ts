import type { JsonObject } from "@dev-one/cli/json";
import { parsePlan } from "@dev-one/terraform-json/read-plan";

import { committedPlan } from "../src/examples/committed";
import { scenarios } from "../src/examples/scenarios";
import { plain } from "../src/render/escape";
import { review } from "../src/verdict";
import { renderReview } from "../src/whole-review";
import { plan, source, update } from "./corpus/plans";
import { recordedPlan } from "./corpus/recorded";

const DAY = "2026-11-25";
const comment = (json: JsonObject): string => renderReview(review([source(json)], { today: DAY }), DAY).markdown;
const titles = (json: JsonObject): string[] =>
  review([source(json)], { today: DAY }).stacks.flatMap(({ findings, stack }) =>
    findings.map(({ address, title }) => `${address}: ${plain(title, stack.secrets)}`),
  );

describe("numbers beyond the precision of JavaScript", () => {
  const TAGS = { tags: { Name: "a" } };
  /** A plan in which a tag changes, and a number from one text to another. */
  const reviewed = (from: string, to: string) => {
    const text = JSON.stringify(
      plan([update("aws_customer_gateway.g", { asn: "FROM", ...TAGS }, { asn: "TO", tags: { Name: "b" } })]),
    );
    const bytes = Buffer.from(text.replaceAll('"FROM"', from).replaceAll('"TO"', to));
    const read = { ...source(plan([])), plan: parsePlan(bytes, "plan.json") };
    return renderReview(review([read], { today: DAY }), DAY);
  };

  test.each([
    ["9007199254740992", "9007199254740993"],
    ["-9007199254740992", "-9007199254740993"],
    ["0.10000000000000000", "0.10000000000000001"],
    ["[1, 9007199254740992]", "[1, 9007199254740993]"],
  ])("%s becomes %s", (from, to) => {
    expect(reviewed(from, to).verdict).toBe("approve");
  });

  test("shows both numbers as in the plan", () => {
    const { markdown } = reviewed("9007199254740992", "9007199254740993");
    expect(markdown).toContain("- asn = 9007199254740992\n+ asn = 9007199254740993");
  });

  test.each(["9007199254740993", "0.1", "[1, 2]", "1234567890123456"])("%s stays", (number) => {
    expect(reviewed(number, number).verdict).toBe("nothing");
  });
});

describe("the title of a change names", () => {
  test("the old and the new order, by the names of the elements", () => {
    const markdown = comment(recordedPlan("stages-in-another-order"));
    expect(markdown).toContain('- stage = [{"name":"Source"},{"name":"Approve"},{"name":"DeployProduction"}]');
    expect(markdown).toContain(
      '+ stage = [{"name":"Source"},{"name":"DeployProduction"},{"name":"Approve"}]  # in another order',
    );
    expect(markdown).toContain('+ termination_policies = ["Default","OldestInstance"]  # in another order');
  });

  test("an added or removed element, which is no other order", () => {
    const before = { layers: ["a", "b", "c"] };
    expect(titles(plan([update("aws_lambda_function.f", before, { layers: ["a", "c", "d"] })]))).toEqual([
      "aws_lambda_function.f: Changed: layers.2",
    ]);
  });

  test("an added or removed empty block, also outside Terraform", () => {
    expect(titles(recordedPlan("firewall-rule-only-counts"))).toEqual([
      "aws_wafv2_web_acl.w: Changed: rule.0.override_action.0.count.0 and rule.0.override_action.0.none.0",
    ]);
    const drift = recordedPlan("firewall-rule-only-counts-by-hand");
    expect(titles(drift)).toEqual([
      "aws_wafv2_web_acl.w: Outside Terraform: Changed: rule.0.override_action.0.count.0 and rule.0.override_action.0.none.0",
    ]);
    expect(comment(drift)).not.toContain("that the configuration does not set");
  });

  test("a value that is no longer marked as sensitive, without showing it", () => {
    const unmarked = update(
      "aws_ssm_parameter.p",
      { insecure_value: "abc" },
      {},
      {
        beforeSensitive: { insecure_value: true },
      },
    );
    expect(titles(plan([unmarked]))).toEqual(["aws_ssm_parameter.p: No longer marked as sensitive: insecure_value"]);
    expect(comment(plan([unmarked]))).toContain("+ insecure_value = (sensitive)  # no longer marked as sensitive");
  });

  test("a value that is newly marked as sensitive, and nothing else", () => {
    expect(comment(recordedPlan("value-marked-as-sensitive"))).toContain(
      "<code>terraform_data.sens</code> update\n\n```diff\n- input = (sensitive)\n+ input = (sensitive)  # marked as sensitive from now on",
    );
  });

  test("an update in which nothing differs", () => {
    const silent = plan([update("acme_x.x", { a: 1 }, {})]);
    expect(titles(silent)).toEqual(["acme_x.x: Changed, although no value differs"]);
    expect(comment(silent)).toContain("- `acme_x.x` update: no value differs");
  });

  test("which part of a block is known after the apply", () => {
    const json = recordedPlan("unknown-values-of-a-dynamic-block");
    expect(titles(json)).toEqual(["aws_lambda_function.f: Changed: environment.0.variables (known after the apply)"]);
    expect(comment(json)).toContain("+ environment.0.variables = (known after the apply)");
    expect(titles(recordedPlan("unknown-policy-of-a-dynamic-block"))).toEqual([
      "aws_iam_role.r: Not known before the apply: inline_policy; it may allow anything",
    ]);
  });

  test("the values of a dynamic block", () => {
    expect(comment(recordedPlan("values-of-a-dynamic-block"))).toContain(
      "- environment.0.variables.MODE = x\n+ environment.0.variables.MODE = NEW",
    );
  });

  test("attributes with an effect before descriptions", () => {
    const [before, after] = [
      { name: "a", tags: { Name: "a" } },
      { name: "b", tags: { Name: "b" } },
    ];
    expect(titles(plan([update("aws_sqs_queue.q", before, after)]))).toEqual(["aws_sqs_queue.q: Changed: name"]);
  });
});

test("another tag on the servers' launch template needs approval for the groups only", () => {
  const found = scenarios.filter(([name]) => name === "tag-on-template");
  const [stack] = review(found.map(committedPlan), { today: DAY }).stacks;
  expect(stack?.harmless.map(({ change, because }) => `${change.type}: ${because}`)).toEqual([
    "aws_launch_template: only tags and descriptions",
  ]);
  expect([...new Set(stack?.findings.map(({ address }) => address.split(".")[0]))]).toEqual(["aws_autoscaling_group"]);
});
