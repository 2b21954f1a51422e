import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { interruptible } from "@dev-one/cli/interrupt";
import { runMain } from "@dev-one/cli/user-error";
import { Argument } from "commander";

import { environments, stackNames } from "../../../../src/environments";
import { ensureDatabaseUsers } from "./database-users";

async function main(): Promise<void> {
  const known = environments.map(({ name }) => name);
  const command = commandLine(
    "npm run database-users",
    "Creates the database and the user of each service that has none. A second run changes nothing.",
  )
    .addArgument(new Argument(`<environment: ${known.join(" or ")}>`).choices(known))
    .option("--rotate <services...>", "gives the users of these services another password", []);
  if (!readArguments(command, process.argv.slice(2))) return;
  const { rotate } = command.opts<{ rotate: string[] }>();
  const environment = environments.find(({ name }) => name === command.args[0]);
  if (environment === undefined) return;
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
