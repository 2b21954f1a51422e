import type { Environment } from "../../src/config";
import { interruptible } from "../interrupt";
import { projectRoot } from "../project-root";
import { runMain, UserError } from "../user-error";
import { type Arguments, parseArguments } from "./arguments";
import { stopKept } from "./keep";

const say = (line: string): void => {
  console.log(line);
};

async function main(): Promise<void> {
  const parsed = parseArguments(process.argv.slice(2));
  if (parsed === undefined) return;
  const root = projectRoot();
  if (parsed.stop) say(await stopKept(root));
  else await interruptible((signal) => start(root, parsed, signal), onInterrupt);
}

/** Loaded late: `--stop` and `--help` need none of it, and a refused configuration is reported like any other mistake. */
async function start(root: string, parsed: Arguments, signal: AbortSignal): Promise<void> {
  const [{ run }, { forgetOwnProfile }] = await Promise.all([import("./run"), import("./adapt")]);
  forgetOwnProfile();
  const environments = await loadEnvironments();
  await run({ ...parsed, root, environments, signal, say });
}

async function loadEnvironments(): Promise<readonly Environment[]> {
  try {
    return (await import("../../src/config")).environments;
  } catch (error) {
    if (error instanceof Error && error.name === "ConfigurationError") throw new UserError(error.message);
    throw error;
  }
}

function onInterrupt(): void {
  console.error("\nInterrupted; waiting for Terraform to end (again Ctrl-C: not waiting) ...");
}

await runMain(main);
