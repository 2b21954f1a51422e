import { environments, instanceType } from "../../src/config";
import { interruptible } from "../interrupt";
import { projectRoot } from "../project-root";
import { runMain, UserError } from "../user-error";
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
