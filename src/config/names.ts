import type { Environment } from "./environment";

/** What names of resources start with, such as `dev-one-staging`. */
export function prefix(environment: Environment): string {
  return `dev-one-${environment.name}`;
}

/** The stacks of an environment. */
export function stackNames({ name }: Environment) {
  return { state: `${name}-state`, platform: name, monitoring: `${name}-monitoring` } as const;
}

/** Bucket of the environment's Terraform state; the account makes the name unique in the world. */
export function stateBucketName(environment: Environment): string {
  return `${prefix(environment)}-terraform-state-${environment.accountId}`;
}

/** Alias of the key that encrypts the state; known before the key is. */
export function stateKeyAlias(environment: Environment): string {
  return `alias/${prefix(environment)}-terraform-state`;
}

/** The Slack channels of the environment: what somebody must look at, and what somebody may want to know. */
export function slackChannels({ name, datadog: { slack } }: Environment) {
  return {
    alerts: slack.alerts ?? `#dev-one-${name}-alerts`,
    warnings: slack.warnings ?? `#dev-one-${name}-warnings`,
  } as const;
}
