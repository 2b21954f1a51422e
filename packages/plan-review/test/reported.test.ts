// Plans after public reports of how a review can be wrong, and plans of real Terraform (1.11.4, AWS provider 5.100.0).
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import { parsePlan } from "@dev-one/terraform-json/read-plan";

import { review, type Verdict } from "../src/verdict";
import { renderReview } from "../src/whole-review";
import { plan, source } from "./corpus/plans";

const DAY = "2026-11-25";
const DIRECTORY = join(__dirname, "corpus", "reported");

function reviewed(name: string) {
  const json = gunzipSync(readFileSync(join(DIRECTORY, `${name}.json.gz`)));
  return renderReview(review([{ ...source(plan([])), plan: parsePlan(json, name) }], { today: DAY }), DAY);
}

/** The verdict of a plan, and lines that its comment must have. */
const EXPECTED: Readonly<Record<string, readonly [Verdict, ...string[]]>> = {
  "action-invocation": [
    "approve",
    "**1 to invoke**",
    "`action.aws_ec2_stop_instance.stop`",
    "after the update of `aws_instance.i`",
    '"instance_id":"i-1"',
  ],
  "big-number": ["approve", "9007199254740993"],
  checks: ["approve", "**1 failed check**", "`check.h2`", "certificate expires in 2 days"],
  "data-read": ["approve", "`data.external.y`", "`data.shell_script.x`"],
  "datadog-monitor-workflow": ["approve", "`datadog_monitor.m`", "@workflow-Terminate-Hosts(hosts=all)"],
  deferred: ["approve", "**1 deferred**", "`aws_instance.i`", "provider_config_unknown"],
  deposed: ["approve", "deposed object", "`aws_instance.i`"],
  "drift-waf-none-to-count": ["approve", "rule.0.override_action.0.none.0", "rule.0.override_action.0.count.0"],
  "eks-remote-access": ["approve"],
  "empty-object-waf": ["approve", "- default_action.block = {}", "+ default_action.allow = {}"],
  "empty-security-group-drift": ["nothing"],
  "firewall-collection": ["approve", "`azurerm_firewall_network_rule_collection.legacy`"],
  "iam-policy-attachment": ["approve", "`web`", "`db`", "`bob`", "detaches it from all others"],
  "import-by-identity": ["approve", '"bucket":"b"', '"account_id":"111111111111"'],
  "long-text-change": ["approve", "equal characters"],
  markdown: ["forbidden"],
  "nested-unknown": ["approve", "(known after the apply)"],
  "real-iam-dynamic-inline-policy-and-tag": ["approve", "may allow anything"],
  "real-lambda-dynamic-known": ["approve", "environment.0.variables"],
  "real-lambda-dynamic-unknown-exit-0": ["approve", "environment.0.variables"],
  "real-reorder-and-tag": ["approve", "in another order"],
  "real-sensitivity-and-null": ["approve", "marked as sensitive"],
  "real-waf-none-to-count-and-tag": ["approve", "rule.0.override_action.0.none.0", "rule.0.override_action.0.count.0"],
  "reorder-and-tag-asg": ["approve", "in another order"],
  "reorder-and-tag-cloudfront": ["approve", "in another order"],
  "reorder-and-tag-codepipeline": ["approve", "in another order"],
  "reorder-and-tag-lambda-layers": ["approve", "in another order"],
  "reorder-only-cloudfront": ["approve", "in another order"],
  "replace-by-empty": ["forbidden", 'forced by `kms_key_id`: `""` becomes `null`'],
  "replace-path-empty": ["approve", "forced by the whole resource"],
  "sensitive-number": ["approve"],
  "sensitivity-only": ["approve", "no longer marked as sensitive"],
  "unmarked-and-tag": ["approve", "no longer marked as sensitive"],
};

test.each(Object.entries(EXPECTED))("%s", (name, [verdict, ...parts]) => {
  const found = reviewed(name);
  expect(found.verdict).toBe(verdict);
  for (const part of parts) expect(found.markdown).toContain(part);
});

test("every plan has an expectation", () => {
  expect(Object.keys(EXPECTED)).toEqual(
    readdirSync(DIRECTORY)
      .map((file) => file.replace(".json.gz", ""))
      .sort(),
  );
});
