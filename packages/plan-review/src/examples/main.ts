// Writes docs/plan-reviews from the committed plans.
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { projectRoot } from "@dev-one/cli/project-root";
import { runMain, UserError } from "@dev-one/cli/user-error";

import { exampleDocuments, REVIEWS } from "./committed";

await runMain(async () => {
  const command = commandLine("npm run review:examples", "Writes the reviews of the example plans.").option(
    "--check",
    "write nothing; name the reviews that differ from the committed plans, and exit with 1",
    false,
  );
  if (!readArguments(command, process.argv.slice(2))) return;
  const root = projectRoot();
  const documents = exampleDocuments();
  const stale = documents.filter(([name, text]) => {
    const file = join(root, REVIEWS, name);
    return !existsSync(file) || readFileSync(file, "utf8") !== text;
  });
  const names = stale.map(([name]) => join(REVIEWS, name)).join("\n");
  if (command.opts<{ check: boolean }>().check) {
    if (stale.length > 0) throw new UserError(`${names}\nStale; run \`npm run review:examples\`.`);
    console.log(`The ${documents.length} documents of example reviews are up to date.`);
    return;
  }
  for (const [name, text] of stale) await writeFile(join(root, REVIEWS, name), text);
  console.log(stale.length === 0 ? "No example review has changed." : `Wrote\n${names}`);
});
