import { chmodSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";

import { makeDirectory } from "@dev-one/cli/make-directory";
import { InterruptedError, UserError } from "@dev-one/cli/user-error";
import { execa } from "execa";

import { type Evidence, readEvidence } from "../evidence";
import { report } from "./report";

const FIGURES = "evidence.json";

/** Writes figures, pictures and report next to the output directory, and replaces that directory when they are complete. */
export async function writeResult(
  root: string,
  output: string,
  evidence: Evidence,
  signal?: AbortSignal,
): Promise<void> {
  const target = resolve(root, output);
  makeDirectory(dirname(target));
  const fresh = mkdtempSync(join(dirname(target), `.${basename(target)}-`));
  chmodSync(fresh, 0o755);
  try {
    await writeFormatted(root, join(fresh, FIGURES), JSON.stringify(evidence));
    await draw(root, join(fresh, FIGURES), fresh, signal);
    await writeFormatted(root, join(fresh, "README.md"), report(evidence));
    const old = `${fresh}-old`;
    if (existsSync(target)) renameSync(target, old);
    renameSync(fresh, target);
    rmSync(old, { recursive: true, force: true });
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** The output directory is replaced as a whole. @throws UserError when it contains other files or cannot be written */
export function refuseForeignDirectory(directory: string): void {
  refuseUnwritable(dirname(directory));
  if (!existsSync(directory)) return;
  const isOurs =
    statSync(directory).isDirectory() && (readdirSync(directory).length === 0 || existsSync(join(directory, FIGURES)));
  if (!isOurs)
    throw new UserError(
      `${directory} holds something else than evidence and would be replaced: name another directory with --output.`,
    );
}

/** Runs before the measurements, which take minutes. */
function refuseUnwritable(parent: string): void {
  try {
    makeDirectory(parent);
    rmSync(mkdtempSync(join(parent, ".evidence-")), { recursive: true });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UserError(`Nothing can be written into ${parent} (${reason}): name another directory with --output.`);
  }
}

/** Writes pictures and report from existing figures. */
export async function redraw(root: string, output: string): Promise<void> {
  await writeResult(root, output, readEvidence(join(resolve(root, output), FIGURES)));
}

/** Formats the file, because `npm run check` requires formatted files. */
async function writeFormatted(root: string, file: string, text: string): Promise<void> {
  const prettier = join(root, "node_modules", "prettier", "bin", "prettier.cjs");
  const options = ["--config", join(root, ".prettierrc.json"), "--stdin-filepath", basename(file)];
  const { stdout } = await execa(process.execPath, [prettier, ...options], { input: text, stripFinalNewline: false });
  writeFileSync(file, stdout);
}

async function draw(root: string, figures: string, directory: string, signal?: AbortSignal): Promise<void> {
  const cache = mkdtempSync(join(tmpdir(), "dev-one-plot-"));
  try {
    const { failed, isCanceled, stderr } = await execa(
      join(root, ".venv", "bin", "python"),
      [join(root, "packages", "lab", "src", "plot.py"), figures, directory],
      {
        reject: false,
        stdin: "ignore",
        env: { MPLBACKEND: "Agg", MPLCONFIGDIR: cache, PYTHONDONTWRITEBYTECODE: "1" },
        ...(signal === undefined ? {} : { cancelSignal: signal }),
      },
    );
    if (isCanceled) throw new InterruptedError();
    if (failed) throw new UserError(`The pictures could not be drawn: ${stderr.trim().split("\n").pop() ?? ""}.`);
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}
