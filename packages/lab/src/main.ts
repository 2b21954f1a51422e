import { interruptible } from "@dev-one/cli/interrupt";
import { projectRoot } from "@dev-one/cli/project-root";
import { runMain, UserError } from "@dev-one/cli/user-error";

import { environments, instanceType } from "../../../src/environments";
import { parseArguments } from "./arguments";

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const names = environments.map(({ name }) => name);
  const parsed = parseArguments(args, names);
  if (parsed === undefined) return;
  const environment = environments.find(({ name }) => name === parsed.environment);
  if (environment === undefined) throw new UserError(`There is no environment ${parsed.environment} in src/config.`);
  const root = projectRoot();
  if (parsed.redraw) {
    const { redraw } = await import("./evidence/write");
    await redraw(root, parsed.output);
    return;
  }
  const { run } = await import("./run");
  const type = instanceType(environment.servers.instanceType);
  const command = ["npm run evidence", ...(args.length === 0 ? [] : ["--", ...args])].join(" ");
  await interruptible(
    (signal) => run({ ...parsed, root, target: environment.servers, type, command, signal }),
    () => {
      console.error("\nInterrupted; ending what was started ...");
    },
  );
}

await runMain(main);
