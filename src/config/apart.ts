import { ConfigurationError } from "./configuration-error";
import type { Environment } from "./environment";

/**
 * Environments that do not get into each other's way.
 * @throws ConfigurationError when two have the same name or serve the same domain
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
  return environments;
}
