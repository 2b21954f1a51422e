import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { projectRoot } from "@dev-one/cli/project-root";
import { replaceFile } from "@dev-one/cli/replace-file";
import { runMain, UserError } from "@dev-one/cli/user-error";
import { stacksFrom } from "@dev-one/terraform-json/synthesis";

import { parseArguments } from "./arguments";
import { alertsDocument, DOCUMENT } from "./report/document";
import { trialsOf } from "./trials";

async function main(): Promise<void> {
  const parsed = parseArguments(process.argv.slice(2));
  if (parsed === undefined) return;
  const root = projectRoot();
  const { check } = parsed;
  const stacks = await stacksFrom(root, parsed.from);
  const document = alertsDocument(trialsOf(stacks));
  const file = join(root, DOCUMENT);
  if (!check) {
    write(file, document);
    console.log(`Wrote ${DOCUMENT}.`);
    return;
  }
  if (!existsSync(file) || readFileSync(file, "utf8") !== document) {
    throw new UserError(`${DOCUMENT} does not say what the monitors do; run \`npm run alerts\`.`);
  }
  console.log(`${DOCUMENT} says what the monitors do.`);
}

function write(file: string, content: string): void {
  try {
    replaceFile(file, content);
  } catch (error) {
    throw new UserError(`${DOCUMENT} cannot be written: ${(error as Error).message}.`);
  }
}

await runMain(main);
