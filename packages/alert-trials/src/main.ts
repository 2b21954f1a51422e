import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { projectRoot } from "@dev-one/cli/project-root";
import { replaceFile } from "@dev-one/cli/replace-file";
import { runMain, UserError } from "@dev-one/cli/user-error";
import { stacksFrom } from "@dev-one/terraform-json/synthesis";

import { parseArguments } from "./arguments";
import { alertsDocument, DOCUMENT } from "./report";
import { linesOfTrials, trialsOf } from "./trials";

await runMain(async () => {
  const options = parseArguments(process.argv.slice(2));
  if (options === undefined) return;
  const root = projectRoot();
  const trials = trialsOf(await stacksFrom(root, options.from));
  const document = alertsDocument(trials);
  const file = join(root, DOCUMENT);
  if (options.check && (!existsSync(file) || readFileSync(file, "utf8") !== document)) {
    throw new UserError(`${DOCUMENT} does not say what the monitors do; run \`npm run alerts\`.`);
  }
  for (const line of linesOfTrials(trials)) console.log(line);
  if (!options.check) write(file, document);
  console.log(options.check ? `${DOCUMENT} says what the monitors do.` : `Wrote ${DOCUMENT}.`);
});

function write(file: string, content: string): void {
  try {
    replaceFile(file, content);
  } catch (error) {
    throw new UserError(`${DOCUMENT} cannot be written: ${(error as Error).message}.`);
  }
}
