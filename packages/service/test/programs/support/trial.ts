import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { staging } from "../../../../../src/environments";
import { parseArguments } from "../../../src/arguments";
import { entryOf } from "../../../src/entry";
import { Report } from "../../../src/report";
import { type Server, UNIT } from "../../../src/server";
import { hardOpenFiles, Processes } from "../../../src/server/processes";
import { searchPath } from "../../../src/server/programs";
import { ShippedFiles } from "../../../src/server/shipped-files";
import { startFolder, type Tools, type TrialOptions, tryAll } from "../../../src/trial";

export const ROOT = resolve(__dirname, "../../../../..");

let shipped: Promise<ShippedFiles> | undefined;

/** The files of staging's servers, synthesized once, with the unit's times shortened. */
function shippedFiles(): Promise<ShippedFiles> {
  shipped ??= synthesized();
  return shipped;
}

async function synthesized(): Promise<ShippedFiles> {
  process.env.PATH = searchPath();
  const outdir = mkdtempSync(join(tmpdir(), "dev-one-synthesis-"));
  try {
    const files = await ShippedFiles.synthesize(ROOT, outdir, staging, new AbortController().signal);
    const content = files
      .read(UNIT)
      .replace("RestartSec=5", "RestartSec=1")
      .replace("TimeoutStopSec=22", "TimeoutStopSec=4");
    // The first file with a path is the one that is read.
    return new ShippedFiles([{ path: UNIT, content, executable: false }, ...files.all], files.objects);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Starts a folder, and tries some of what it must do. @returns the lines of the report */
export async function trial(
  folder: string,
  check: (report: Report, server: Server, tools: Tools & { signal: AbortSignal }) => Promise<unknown> = () =>
    Promise.resolve(),
  ...args: readonly string[]
): Promise<string[]> {
  return withTools(async (tools) => {
    const { signal } = new AbortController();
    const server = await startFolder(options(folder, signal, args), tools);
    if (server !== undefined) await check(tools.report, server, { ...tools, signal });
  });
}

/** Tries a folder whole. @returns the lines of the report */
export function wholeTrial(folder: string, ...args: readonly string[]): Promise<string[]> {
  return withTools((tools) => tryAll(options(folder, new AbortController().signal, args), tools));
}

function options(folder: string, signal: AbortSignal, args: readonly string[]): TrialOptions {
  const parsed = parseArguments([folder, "--wait", "15", ...args]);
  if (parsed === undefined) throw new Error("no arguments");
  return { ...parsed, entry: entryOf(parsed, ROOT, "/"), root: ROOT, signal };
}

async function withTools(action: (tools: Tools) => Promise<void>): Promise<string[]> {
  const lines: string[] = [];
  const scratch = mkdtempSync(join(tmpdir(), "dev-one-service-test-"));
  chmodSync(scratch, 0o755);
  const processes = new Processes(hardOpenFiles());
  try {
    const report = new Report((line) => {
      if (!line.startsWith("...")) lines.push(line);
    });
    await action({ shipped: await shippedFiles(), scratch, processes, report });
  } finally {
    await processes.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
  return lines;
}
