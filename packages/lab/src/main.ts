import { interruptible } from "@dev-one/cli/interrupt";
import { projectRoot } from "@dev-one/cli/project-root";
import { runMain, UserError } from "@dev-one/cli/user-error";

import { environments, instanceType } from "../../../src/environments";
import { parseArguments } from "./arguments";

async function main(): Promise<void> {
  const names = environments.map(({ name }) => name);
  const parsed = parseArguments(process.argv.slice(2), names);
  if (parsed === undefined) return;
  const environment = environments.find(({ name }) => name === parsed.environment);
  if (environment === undefined) throw new UserError(`There is no environment ${parsed.environment} in src/config.`);
  const root = projectRoot();
  if (parsed.redraw) {
    const { redraw } = await import("./report/write");
    await redraw(root, parsed.output);
    return;
  }
  const { run } = await import("./run");
  const type = instanceType(environment.servers.instanceType);
  await interruptible(
    (signal) => run({ ...parsed, root, target: environment.servers, type, signal }),
    () => {
      console.error("\nInterrupted; ending what was started ...");
    },
  );
}

await runMain(main);
