import { interruptible } from "@dev-one/cli/interrupt";
import { projectRoot } from "@dev-one/cli/project-root";
import { runMain } from "@dev-one/cli/user-error";

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

/** Imported only when needed: `--stop` and `--help` do not use it. */
async function start(root: string, parsed: Arguments, signal: AbortSignal): Promise<void> {
  const [{ Run }, { forgetOwnProfile }] = await Promise.all([
    import("./run"),
    import("@dev-one/terraform-json/local-endpoints"),
  ]);
  forgetOwnProfile();
  await new Run({ ...parsed, root, signal, say }).run();
}

function onInterrupt(): void {
  console.error("\nInterrupted; waiting for Terraform to end (again Ctrl-C: not waiting) ...");
}

await runMain(main);
