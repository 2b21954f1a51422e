import { UserError } from "@dev-one/cli/user-error";
import { Argument } from "commander";

import { type Environment, environments } from "../../../src/environments";

const NAMES = environments.map(({ name }) => name);

/** The name of an environment, as the argument of a command. */
export const environmentArgument = (): Argument => new Argument(`<environment: ${NAMES.join(" or ")}>`).choices(NAMES);

/** @throws UserError when there is no such environment */
export function environmentNamed(name = ""): Environment {
  const environment = environments.find((each) => each.name === name);
  if (environment === undefined) throw new UserError(`There is no environment ${name}.`);
  return environment;
}
