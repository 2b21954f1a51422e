import { slackChannels, stackNames } from "../derived/names";
import type { Environment } from "../schema/environment";
import { ConfigurationError } from "./configuration-error";

/**
 * Environments that do not get into each other's way.
 * @throws ConfigurationError when two have the same name, account or domain, stacks of the same name, or one Slack channel
 */
export function apart(...environments: readonly Environment[]): readonly Environment[] {
  for (const setting of ["name", "accountId", "domain"] as const) {
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
  refuseSharedChannels(environments);
  return environments;
}

/** Datadog keeps one setting for each channel, and two stacks would take turns to write it. */
function refuseSharedChannels(environments: readonly Environment[]): void {
  for (const [index, environment] of environments.entries()) {
    const { account } = environment.datadog.slack;
    const taken = environments
      .slice(0, index)
      .filter((other) => other.datadog.slack.account === account)
      .flatMap((other) => Object.values(slackChannels(other)));
    for (const [purpose, channel] of Object.entries(slackChannels(environment))) {
      if (taken.includes(channel)) {
        throw new ConfigurationError(
          `Environment "${environment.name}", datadog.slack.${purpose}`,
          `another environment already has the channel ${channel}`,
          "give each its own",
        );
      }
    }
  }
}
