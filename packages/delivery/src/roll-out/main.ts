import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { runMain, UserError } from "@dev-one/cli/user-error";

import { type Environment, stackNames } from "../../../../src/environments";
import { environmentArgument, environmentNamed } from "../environment-argument";
import { fleetWith, takeBack } from "./back";
import { ensureDatabaseUsers } from "./database-users";
import { rollOut } from "./roll-out";

interface Options {
  readonly again?: string;
  readonly back?: string;
  readonly withoutAlarms: boolean;
}

async function main(): Promise<void> {
  const command = commandLine(
    "npm run roll-out",
    "Replaces servers that have not the newest version of their launch template, and waits. A second run changes nothing.",
  )
    .addArgument(environmentArgument())
    .option("--again <service>", "tries again what was rolled back, or taken back with --back")
    .option("--back <service>", "takes the servers of a service back to the version before, whatever the alarms say")
    .option("--without-alarms", "starts although an alarm is in ALARM, and rolls back for none", false);
  if (!readArguments(command, process.argv.slice(2))) return;
  const options = command.opts<Options>();
  const { again, back, withoutAlarms } = options;
  const environment = environmentNamed(command.args[0]);
  const problems = problemsOf(options, environment);
  if (problems.length > 0) throw new UserError(problems.join("\n"));
  const say = (line: string) => {
    console.log(line);
  };
  const prepareDatabase = () =>
    ensureDatabaseUsers({ stack: stackNames(environment).platform, region: environment.region, onlyNew: true, say });
  await (back === undefined
    ? rollOut({ environment, ...(again === undefined ? {} : { again }), withoutAlarms, say, prepareDatabase })
    : takeBack(back, { environment, say }));
}

function problemsOf({ again, back, withoutAlarms }: Options, environment: Environment): string[] {
  const unknown = [again, back].flatMap((name) => {
    try {
      if (name !== undefined) fleetWith(name, environment);
      return [];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return [error.message];
    }
  });
  return [
    ...unknown,
    ...(back !== undefined && again !== undefined ? ["--back and --again exclude each other: leave one out."] : []),
    ...(back !== undefined && withoutAlarms ? ["--back asks no alarm: leave --without-alarms out."] : []),
  ];
}

await runMain(main);
