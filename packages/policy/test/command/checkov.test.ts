import { applySkips, readReport, withoutUnreadable } from "../../src/checkov/checkov";
import { REASONS, skips } from "../../src/checkov/skips";

const stack = {
  name: "staging",
  resources: 1,
  json: {
    terraform: { required_version: ">= 1.11.0", backend: {} },
    resource: { aws_s3_bucket: { b_1: { "//": { metadata: { path: "staging/logs/bucket" } } } } },
  },
};
const failed = (resource: string) => ({
  check_id: "CKV_AWS_18",
  check_name: "Ensure the S3 bucket has access logging enabled",
  file_path: "/staging/main.tf.json",
  resource,
});
const report = (parsing_errors: number, ...checks: object[]) =>
  JSON.stringify({ summary: { parsing_errors, passed: 3 }, results: { failed_checks: checks } });

test.each(["aws_s3_bucket.b_1", "resource.b_1"])("%s is the resource at its construct path", (resource) => {
  expect(readReport(report(0, failed(resource)), "", [stack])).toEqual({
    passed: 3,
    failed: [
      {
        check: "CKV_AWS_18",
        title: "Ensure the S3 bucket has access logging enabled",
        where: "staging/logs/bucket",
      },
    ],
  });
});

test("fails when checkov could not read a stack", () => {
  expect(() => readReport(report(1), "", [stack])).toThrow("checkov could not read 1 of 1 stacks.");
  expect(() => readReport("", "Traceback\nImportError: x", [stack])).toThrow("checkov did not report: ImportError: x");
});

test("leaves required_version and removed blocks out of checkov's copy only", () => {
  const json = { ...stack.json, removed: [{ from: "aws_s3_object.o" }] };
  const { terraform, resource, ...others } = withoutUnreadable(json);
  expect(terraform).toEqual({ backend: {} });
  expect(resource).toEqual(stack.json.resource);
  expect(others).toEqual({});
  expect(json.terraform.required_version).toBe(">= 1.11.0");
});

test("a skip removes failed checks at its path, and is stale when it matches none", () => {
  const one = { check: "CKV_AWS_18", title: "", where: "staging/logs/bucket" };
  const skip = { check: "CKV_AWS_18", where: "*/bucket" };
  const other = { check: "CKV_AWS_18", where: "production/*" };
  expect(applySkips([one], [skip, other])).toEqual({ remaining: [], stale: [other] });
  expect(applySkips([one], [other]).remaining).toEqual([one]);
});

test("every skip is of a check, and has a reason", () => {
  expect(skips.filter(({ check, where }) => !/^CKV2?_AWS_\d+$/.test(check) || where === "")).toEqual([]);
  for (const reason of Object.values(REASONS)) expect(reason).toMatch(/\.$/);
});
