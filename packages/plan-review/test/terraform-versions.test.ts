// What plans of several versions of Terraform and OpenTofu say besides changes of values.
import type { JsonObject } from "@dev-one/cli/json";

import { review } from "../src/verdict";
import { renderReview } from "../src/whole-review";
import { change, create, destroy, plan, source, update } from "./corpus/plans";

const DAY = "2026-11-25";

function told(changes: readonly JsonObject[], more: JsonObject = {}) {
  const found = review([source(plan(changes, "staging", more))], { today: DAY });
  return renderReview(found, DAY);
}

const bucket = { id: "b", bucket: "b" };

test("failed conditions of Terraform 1.2, which has no checks, need approval and are counted", () => {
  const { markdown, verdict } = told([], {
    condition_results: [
      {
        address: "aws_instance.web",
        condition_type: "ResourcePrecondition",
        result: false,
        error_message: "AMI is too old",
      },
      { address: "output.url", condition_type: "OutputPrecondition", result: true },
    ],
  });
  expect(verdict).toBe("approve");
  expect(markdown).toContain("**1 failed check**");
  expect(markdown).toContain("`aws_instance.web`");
  expect(markdown).toContain("AMI is too old");
  expect(markdown).not.toContain("output.url");
});

test.each([
  ["create", "forget"],
  ["forget", "create"],
])("%s and %s: the former object stays in the cloud", (...actions) => {
  const { markdown, verdict } = told([
    change("aws_s3_bucket.b", actions, { before: bucket, after: { ...bucket, bucket: "c" } }),
  ]);
  expect(verdict).toBe("approve");
  expect(markdown).toContain("1 only in the state");
  expect(markdown).toContain("Removed from the state: objects. The resource stays in the cloud");
  expect(markdown).toContain("+ bucket = c");
});

test("a plan that is errored and has nothing else is an error", () => {
  const { markdown, jsonReport, verdict } = told([], { errored: true });
  expect(verdict).toBe("error");
  expect(jsonReport).toMatchObject({ verdict: "error", exitCode: 1, stacks: [{ plan: { errored: true } }] });
  expect(markdown).toContain("Terraform stopped with an error");
});

test("a move in a refresh-only plan is a move", () => {
  const moved = update("aws_s3_bucket.new", bucket, {}, { more: { previous_address: "aws_s3_bucket.old" } });
  const { markdown, verdict } = told([], { resource_drift: [moved] });
  expect(verdict).toBe("nothing");
  expect(markdown).toContain("1 only in the state");
  expect(markdown).toContain("`aws_s3_bucket.old` is now `aws_s3_bucket.new`");
});

test.each([
  ["external", "a program runs"],
  ["aws_lambda_invocation", "a function is invoked"],
  ["shell_script", "the data source may run a program"],
])("a data source %s that is read during the apply needs approval", (type, effect) => {
  const read = change(`data.${type}.d`, ["read"], { after: { id: "d" }, more: { mode: "data" } });
  const { markdown, verdict } = told([read]);
  expect(verdict).toBe("approve");
  expect(markdown).toContain(`Read during the apply: ${effect}`);
});

test("the headline counts changes, deferred ones, invocations and failed checks", () => {
  const { markdown } = told(
    [create("acme_x.c", { a: 1 }), destroy("acme_x.d"), update("acme_x.u", { a: 1 }, { a: 2 })],
    {
      deferred_changes: [{ reason: "provider_config_unknown", resource_change: create("acme_x.later", { a: 1 }) }],
      action_invocations: [{ address: "action.aws_lambda_invoke.f" }],
      checks: [{ address: { to_display: "check.tls" }, status: "fail", problems: [{ message: "expired" }] }],
    },
  );
  expect(markdown).toContain(
    "1 to create, 1 to change, **1 to destroy**, **1 deferred**, **1 to invoke**, **1 failed check**",
  );
});
