import { ConfigurationError } from "./configuration-error";
import type { Environment } from "./environment";
import { stackNames } from "./names";

/**
 * Environments that do not get into each other's way.
 * @throws ConfigurationError when two have the same name or domain, or stacks of the same name
 */
export function apart(...environments: readonly Environment[]): readonly Environment[] {
  for (const setting of ["name", "domain"] as const) {
    for (const [index, environment] of environments.entries()) {
      if (environments.slice(0, index).some((other) => other[setting] === environment[setting])) {
        throw new ConfigurationError(
          `Environment "${environment.name}", ${setting}`,
          `another environment already has the ${setting} "${environment[setting]}"`,
          "give each its own",
        );
      }
    }
  }
  const stacks = environments.flatMap((environment) => Object.values(stackNames(environment)));
  const twice = stacks.find((stack, index) => stacks.indexOf(stack) !== index);
  if (twice !== undefined) {
    throw new ConfigurationError(
      `Environment "${twice}", name`,
      `another environment already has a stack "${twice}"`,
      "choose a name that does not end like the stacks of another",
    );
  }
  return environments;
}
