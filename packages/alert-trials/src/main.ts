import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { projectRoot } from "@dev-one/cli/project-root";
import { replaceFile } from "@dev-one/cli/replace-file";
import { runMain, UserError } from "@dev-one/cli/user-error";
import { stacksFrom } from "@dev-one/terraform-json/synthesis";

import { alertsDocument, DOCUMENT } from "./report";
import { linesOfTrials, trialsOf } from "./trials";

await runMain(async () => {
  const command = commandLine(
    "npm run alerts",
    "Tries every failure on the synthesized monitors, and writes what they do into docs/alerts.md.",
  )
    .option("--check", "write nothing; fail when docs/alerts.md is not what the monitors do", false)
    .option("--from <directory>", "a synthesis that is there already, such as cdktf.out (default: a fresh one)");
  if (!readArguments(command, process.argv.slice(2))) return;
  const { check, from } = command.opts<{ check: boolean; from?: string }>();
  const root = projectRoot();
  const trials = trialsOf(await stacksFrom(root, from));
  const document = alertsDocument(trials);
  const file = join(root, DOCUMENT);
  if (check && (!existsSync(file) || readFileSync(file, "utf8") !== document)) {
    throw new UserError(`${DOCUMENT} does not say what the monitors do; run \`npm run alerts\`.`);
  }
  for (const line of linesOfTrials(trials)) console.log(line);
  if (!check) replaceFile(file, document);
  console.log(check ? `${DOCUMENT} says what the monitors do.` : `Wrote ${DOCUMENT}.`);
});
