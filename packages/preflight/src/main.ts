import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { projectRoot } from "@dev-one/cli/project-root";
import { runMain } from "@dev-one/cli/user-error";
import { environmentArgument, environmentNamed } from "@dev-one/delivery/environment-argument";

import { awsClients } from "./aws";
import { exitCode } from "./finding";
import { preflight } from "./preflight";
import { report } from "./report";
import { stacksOf } from "./stacks";
import { variablesIn } from "./variables";

async function main(): Promise<void> {
  const command = commandLine(
    "npm run preflight",
    "Looks at what an AWS account lacks for an environment, and changes nothing. Exit code: 1 where an apply would fail, 2 with warnings only, else 0.",
  )
    .addArgument(environmentArgument())
    .option("--stacks <directory>", "synthesized stacks, such as cdktf.out (default: a new synthesis)");
  if (!readArguments(command, process.argv.slice(2))) return;
  const environment = environmentNamed(command.args[0]);
  const say = (line: string) => {
    console.error(line);
  };
  say(`Looking at what ${environment.name} needs ...`);
  const root = projectRoot();
  const stacks = await stacksOf(environment, root, command.opts<{ stacks?: string }>().stacks);
  const findings = await preflight({
    environment,
    stacks,
    aws: awsClients(environment.region),
    variables: variablesIn(root),
    onDone: (title) => {
      say(`   ${title}`);
    },
  });
  console.log(report(findings));
  process.exitCode = exitCode(findings);
}

await runMain(main);
