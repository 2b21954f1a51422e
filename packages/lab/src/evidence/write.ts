import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import { makeDirectory } from "@dev-one/cli/make-directory";
import { UserError } from "@dev-one/cli/user-error";
import { execa } from "execa";

import { type Evidence, readEvidence } from "./figures";
import { report } from "./report";

const FIGURES = "evidence.json";

/** Writes figures, pictures and report, and replaces the output directory when they are complete. */
export async function writeResult(root: string, output: string, evidence: Evidence): Promise<void> {
  await replaceDirectory(root, output, async (fresh) => {
    writeFileSync(join(fresh, FIGURES), JSON.stringify(evidence));
    writeFileSync(join(fresh, "README.md"), report(evidence));
    await draw(root, "plot.py", join(fresh, FIGURES));
    // The evidence of the lab, which is another command's.
    const lab = join(resolve(root, output), "lab");
    if (existsSync(lab)) cpSync(lab, join(fresh, "lab"), { recursive: true });
  });
}

/** Fills a directory next to the output directory, formats its files, and replaces the output directory when they are complete. */
export async function replaceDirectory(
  root: string,
  output: string,
  fill: (directory: string) => Promise<void>,
): Promise<void> {
  const target = resolve(root, output);
  makeDirectory(dirname(target));
  const fresh = mkdtempSync(join(dirname(target), `.${basename(target)}-`));
  chmodSync(fresh, 0o755);
  try {
    await fill(fresh);
    await format(root, fresh);
    rmSync(target, { recursive: true, force: true });
    renameSync(fresh, target);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/**
 * The output directory is replaced as a whole. Called before the measurements, which take minutes.
 * @param figures name of the file that marks it as a result
 * @throws UserError when it contains other files or cannot be written
 */
export function refuseForeignDirectory(directory: string, figures = FIGURES): void {
  const parent = dirname(directory);
  try {
    makeDirectory(parent);
    rmSync(mkdtempSync(join(parent, ".evidence-")), { recursive: true });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UserError(`Nothing can be written into ${parent} (${reason}): name another directory with --output.`);
  }
  if (!existsSync(directory) || existsSync(join(directory, figures))) return;
  if (statSync(directory).isDirectory() && readdirSync(directory).length === 0) return;
  throw new UserError(
    `${directory} holds something else than evidence and would be replaced: name another directory with --output.`,
  );
}

/** Writes pictures and report from existing figures. */
export async function redraw(root: string, output: string): Promise<void> {
  await writeResult(root, output, readEvidence(join(resolve(root, output), FIGURES)));
}

/** Formats the written files, because `npm run check` requires it. */
async function format(root: string, directory: string): Promise<void> {
  const prettier = join(root, "node_modules", "prettier", "bin", "prettier.cjs");
  await execa(process.execPath, [prettier, "--config", join(root, ".prettierrc.json"), "--write", directory]);
}

/** Draws the pictures of a file with figures into its directory. @param script beside this file */
export async function draw(root: string, script: string, figures: string): Promise<void> {
  const directory = dirname(figures);
  const python = join(root, ".venv/bin/python");
  const cache = join(directory, "matplotlib");
  const env = { MPLBACKEND: "Agg", MPLCONFIGDIR: cache, PYTHONDONTWRITEBYTECODE: "1" };
  const args = [join(root, "packages/lab/src/evidence", script), figures, directory];
  const { failed, stderr } = await execa(python, args, { reject: false, stdin: "ignore", env });
  rmSync(cache, { recursive: true, force: true });
  if (failed) throw new UserError(`The pictures could not be drawn: ${stderr.trim().split("\n").pop() ?? ""}.`);
}
