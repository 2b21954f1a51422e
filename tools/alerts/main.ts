import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { interruptible } from "../interrupt";
import { projectRoot } from "../project-root";
import { readStacks, synthesize, type SynthesizedStack } from "../synthesis";
import { runMain, UserError } from "../user-error";
import { parseArguments } from "./arguments";
import { alertsDocument, DOCUMENT } from "./report/document";
import { trialsOf } from "./trials";

async function main(): Promise<void> {
  const parsed = parseArguments(process.argv.slice(2));
  if (parsed === undefined) return;
  const root = projectRoot();
  const { from, check } = parsed;
  const stacks =
    from === undefined ? await interruptible((signal) => synthesizeAll(root, signal)) : readStacks(resolve(root, from));
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

async function synthesizeAll(root: string, signal: AbortSignal): Promise<SynthesizedStack[]> {
  const outdir = mkdtempSync(join(tmpdir(), "dev-one-alerts-"));
  try {
    return await synthesize(root, outdir, signal);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
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
