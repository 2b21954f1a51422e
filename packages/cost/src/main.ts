import { interruptible } from "@dev-one/cli/interrupt";
import { projectRoot } from "@dev-one/cli/project-root";
import { runMain } from "@dev-one/cli/user-error";

import { parseArguments } from "./arguments";
import { run } from "./run";

const say = (text: string): void => {
  console.log(text);
};

await runMain(async () => {
  const options = parseArguments(process.argv.slice(2));
  if (options === undefined) return;
  await interruptible((signal) => run({ root: projectRoot(), options, signal, say }));
});
