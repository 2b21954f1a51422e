import { interruptible } from "@dev-one/cli/interrupt";
import { projectRoot } from "@dev-one/cli/project-root";
import { runMain } from "@dev-one/cli/user-error";

import { parseArguments } from "./arguments";
import { redraw } from "./evidence/write";
import { run } from "./run";

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const parsed = parseArguments(args);
  if (parsed === undefined) return;
  const root = projectRoot();
  if (parsed.redraw) {
    await redraw(root, parsed.output);
    return;
  }
  const command = ["npm run evidence", ...(args.length === 0 ? [] : ["--", ...args])].join(" ");
  await interruptible(
    (signal) => run({ ...parsed, root, command, signal }),
    () => {
      console.error("\nInterrupted; ending what was started ...");
    },
  );
}

await runMain(main);
