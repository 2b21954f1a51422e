import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { interruptible } from "@dev-one/cli/interrupt";
import { runMain } from "@dev-one/cli/user-error";

import { stackNames } from "../../../../src/environments";
import { environmentArgument, environmentNamed } from "../environment-argument";
import { ensureDatabaseUsers } from "./database-users";

async function main(): Promise<void> {
  const command = commandLine(
    "npm run database-users",
    "Creates the database and the user of each service that has none. A second run changes nothing.",
  )
    .addArgument(environmentArgument())
    .option("--rotate <services...>", "gives the users of these services another password", []);
  if (!readArguments(command, process.argv.slice(2))) return;
  const { rotate } = command.opts<{ rotate: string[] }>();
  const environment = environmentNamed(command.args[0]);
  await interruptible((signal) =>
    ensureDatabaseUsers({
      stack: stackNames(environment).platform,
      region: environment.region,
      rotate,
      signal,
      say: (line) => {
        console.log(line);
      },
    }),
  );
}

await runMain(main);
