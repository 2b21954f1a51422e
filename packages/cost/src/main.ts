import { projectRoot } from "@dev-one/cli/project-root";
import { runMain } from "@dev-one/cli/user-error";

import { parseArguments } from "./arguments";
import { run } from "./run";

await runMain(async () => {
  const options = parseArguments(process.argv.slice(2));
  if (options !== undefined) await run(projectRoot(), options, console.log);
});
