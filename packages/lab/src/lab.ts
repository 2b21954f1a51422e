import { interruptible } from "@dev-one/cli/interrupt";
import { projectRoot } from "@dev-one/cli/project-root";
import { runMain } from "@dev-one/cli/user-error";

import { parseLabArguments } from "./lab-arguments";
import { runLab } from "./lab-run";

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const parsed = parseLabArguments(args);
  if (parsed === undefined) return;
  const command = ["npm run lab", ...(args.length === 0 ? [] : ["--", ...args])].join(" ");
  await interruptible(
    (signal) => runLab({ ...parsed, root: projectRoot(), command, signal }),
    () => {
      console.error("\nInterrupted; removing the hosts ...");
    },
  );
}

await runMain(main);
