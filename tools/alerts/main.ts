import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { projectRoot } from "../project-root";
import { stacksFrom } from "../synthesis";
import { runMain, UserError } from "../user-error";
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
    throw new UserError(`${DOCUMENT} does not say what the monitors do; \`npm run alerts\` writes it anew.`);
  }
  console.log(`${DOCUMENT} says what the monitors do.`);
}

/** A reader finds the old file or the new one. */
function write(file: string, content: string): void {
  const fresh = `${file}.new`;
  try {
    writeFileSync(fresh, content);
    renameSync(fresh, file);
  } catch (error) {
    throw new UserError(`${DOCUMENT} cannot be written: ${(error as Error).message}.`);
  } finally {
    rmSync(fresh, { force: true });
  }
}

await runMain(main);
