import { projectRoot } from "@dev-one/cli/project-root";
import { table } from "@dev-one/cli/table";
import { runMain } from "@dev-one/cli/user-error";

import { readOrSynthesize } from "../stacks";
import { applySkips, runCheckov } from "./checkov";
import { skips } from "./skips";

async function main(): Promise<void> {
  const root = projectRoot();
  const { passed, failed } = await runCheckov(root, await readOrSynthesize(root));
  const { remaining, stale } = applySkips(failed, skips);
  if (remaining.length > 0) {
    const rows = remaining.map((each) => [each.check, each.where, each.title]);
    console.log(table(["check", "where", "requirement"], rows));
  }
  for (const { check, where } of stale) {
    console.log(
      `The skip of ${check} at ${where} matches no failed check: remove it from packages/policy/src/checkov/skips.ts.`,
    );
  }
  console.log(
    `checkov: ${passed} checks passed, ${failed.length - remaining.length} skipped with a reason, ${remaining.length} failed, ${stale.length} stale skips.`,
  );
  if (remaining.length + stale.length > 0) process.exitCode = 1;
}

await runMain(main);
