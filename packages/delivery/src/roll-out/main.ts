import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { runMain } from "@dev-one/cli/user-error";

import { stackNames } from "../../../../src/environments";
import { environmentArgument, environmentNamed } from "../environment-argument";
import { takeBack } from "./back";
import { ensureDatabaseUsers } from "./database-users";
import { rollOut } from "./roll-out";

interface Options {
  readonly again: boolean;
  readonly back?: string;
  readonly withoutAlarms: boolean;
}

async function main(): Promise<void> {
  const command = commandLine(
    "npm run roll-out",
    "Replaces servers that have not the newest version of their launch template, and waits. A second run changes nothing.",
  )
    .addArgument(environmentArgument())
    .option("--again", "tries again what was rolled back, or taken back with --back", false)
    .option("--back <service>", "takes the servers of a service back to the version before, whatever the alarms say")
    .option("--without-alarms", "starts although an alarm is in ALARM, and rolls back for none", false);
  if (!readArguments(command, process.argv.slice(2))) return;
  const { again, back, withoutAlarms } = command.opts<Options>();
  const environment = environmentNamed(command.args[0]);
  const say = (line: string) => {
    console.log(line);
  };
  const prepareDatabase = () =>
    ensureDatabaseUsers({ stack: stackNames(environment).platform, region: environment.region, onlyNew: true, say });
  await (back === undefined
    ? rollOut({ environment, again, withoutAlarms, say, prepareDatabase })
    : takeBack(back, { environment, say }));
}

await runMain(main);
