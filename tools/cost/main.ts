import { interruptible } from "../interrupt";
import { projectRoot } from "../project-root";
import { runMain } from "../user-error";
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
