import { interruptible } from "@dev-one/cli/interrupt";
import { projectRoot } from "@dev-one/cli/project-root";
import { runMain } from "@dev-one/cli/user-error";

import { parseArguments } from "./arguments";
import { entryOf } from "./entry";
import { runTrial } from "./trial";

async function main(): Promise<void> {
  const args = parseArguments(process.argv.slice(2));
  if (args === undefined) return;
  const root = projectRoot();
  // npm runs scripts in the project's directory, and says where it was called.
  const entry = entryOf(args, root, process.env.INIT_CWD ?? process.cwd());
  const hasPassed = await interruptible((signal) => runTrial({ ...args, entry, root, signal }));
  if (!hasPassed) process.exitCode = 1;
}

await runMain(main);
