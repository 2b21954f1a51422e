import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { isJsonObject, type JsonObject, objectAt } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";
import { fromSynthesis } from "@dev-one/terraform-json/resources";
import type { SynthesizedStack } from "@dev-one/terraform-json/synthesis";
import { execa } from "execa";

import { globMatches } from "../suppressions";
import type { Skip } from "./skips";

/** A failed check of a resource. */
export interface FailedCheck {
  readonly check: string;
  readonly title: string;
  /** Stack and construct path. */
  readonly where: string;
}

export interface CheckovReport {
  readonly passed: number;
  readonly failed: readonly FailedCheck[];
}

/**
 * Runs checkov over synthesized stacks, offline.
 * @throws UserError when it is not installed, or could not read a stack
 */
export async function runCheckov(root: string, stacks: readonly SynthesizedStack[]): Promise<CheckovReport> {
  const executable = join(root, ".venv-checkov", "bin", "checkov");
  if (!existsSync(executable))
    throw new UserError("checkov is not installed: run `node scripts/setup/setup.mjs --only checkov`.");
  const scratch = mkdtempSync(join(tmpdir(), "dev-one-checkov-"));
  try {
    for (const { name, json } of stacks) {
      mkdirSync(join(scratch, name));
      // checkov reads files that end in .tf.json only.
      writeFileSync(join(scratch, name, "main.tf.json"), JSON.stringify(withoutUnreadable(json)));
    }
    const input = ["--directory", scratch, "--framework", "terraform_json"];
    const output = ["--output", "json", "--quiet", "--compact", "--skip-download", "--soft-fail"];
    const { stdout, stderr } = await execa(executable, [...input, ...output], {
      reject: false,
      stdin: "ignore",
      env: { LOG_LEVEL: "ERROR", CHECKOV_RUN_SCA_PACKAGE_SCAN: "false" },
    });
    return readReport(stdout, stderr, stacks);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * checkov fails on a file whose `required_version` is not an object (bridgecrewio/checkov issue 7454), and on one with `removed`
 * blocks, which hold no resources.
 */
export function withoutUnreadable(stack: JsonObject): JsonObject {
  const settings = Object.entries(objectAt(stack, "terraform") ?? {}).filter(([name]) => name !== "required_version");
  const others = Object.entries(stack).filter(([name]) => name !== "removed");
  return { ...Object.fromEntries(others), terraform: Object.fromEntries(settings) };
}

export function readReport(stdout: string, stderr: string, stacks: readonly SynthesizedStack[]): CheckovReport {
  let json: JsonObject;
  try {
    json = JSON.parse(stdout) as JsonObject;
  } catch {
    throw new UserError(
      `checkov did not report: ${(stderr.trim() || stdout.trim()).split("\n").at(-1) ?? "no output"}`,
    );
  }
  const { parsing_errors: errors, passed } = objectAt(json, "summary") ?? {};
  if (errors !== 0) throw new UserError(`checkov could not read ${JSON.stringify(errors)} of ${stacks.length} stacks.`);
  const resources = stacks.flatMap(({ name, json: document }) =>
    fromSynthesis(name, document).resources.map(
      ({ address, type, path }) => [`${name}/${address.slice(type.length + 1)}`, `${name}/${path}`] as const,
    ),
  );
  const paths = new Map<string, string>(resources);
  const failed = objectAt(json, "results")?.failed_checks;
  const checks = (Array.isArray(failed) ? failed : []).filter(isJsonObject).map((each) => {
    const stack = text(each.file_path).split("/").at(-2) ?? "";
    // "aws_s3_bucket.state_bucket_99469A59", or "resource.state_bucket_99469A59"
    const id = `${stack}/${text(each.resource).split(".").slice(1).join(".")}`;
    return { check: text(each.check_id), title: text(each.check_name), where: paths.get(id) ?? id };
  });
  return { passed: Number(passed), failed: checks };
}

/** Failed checks that are not skipped, and skips that match none. */
export function applySkips(failed: readonly FailedCheck[], skips: readonly Skip[]) {
  const matches = (skip: Skip, each: FailedCheck) => skip.check === each.check && globMatches(skip.where, each.where);
  return {
    remaining: failed.filter((each) => !skips.some((skip) => matches(skip, each))),
    stale: skips.filter((skip) => !failed.some((each) => matches(skip, each))),
  };
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
