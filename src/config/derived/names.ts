import type { Environment } from "../schema/environment";

/** What names of resources start with, such as `dev-one-staging`. */
export function prefix(environment: Environment): string {
  return `dev-one-${environment.name}`;
}

/** The stacks of an environment. */
export function stackNames({ name }: Environment) {
  return {
    /** What must be there before anything else. */
    state: `${name}-state`,
    /** Everything that serves. */
    platform: name,
    /** Everything in Datadog. */
    monitoring: `${name}-monitoring`,
  } as const;
}

/** Bucket of the environment's Terraform state; the account makes the name unique in the world. */
export function stateBucketName(environment: Environment): string {
  return `${prefix(environment)}-terraform-state-${environment.accountId}`;
}

/** Where plans lie in the bucket of the state, from their review to their apply. */
export const PLANS_PREFIX = "plans/";

/** Alias of the key that encrypts the state; known before the key is. */
export function stateKeyAlias(environment: Environment): string {
  return `alias/${prefix(environment)}-terraform-state`;
}

/**
 * Services that get an interface endpoint: what a server needs to be managed, to read its secrets and to ship logs without the
 * NAT gateways.
 */
export const INTERFACE_SERVICES = ["ssm", "ssmmessages", "ec2messages", "secretsmanager", "logs"];

/** The Slack channels of the environment: what somebody must look at, and what somebody may want to know. */
export function slackChannels({ name, datadog: { slack } }: Environment) {
  return {
    /** What somebody must look at. */
    alerts: slack.alerts ?? `#dev-one-${name}-alerts`,
    /** What somebody may want to know. */
    warnings: slack.warnings ?? `#dev-one-${name}-warnings`,
  } as const;
}

/** Roles that GitHub's workflows assume. */
export function deliveryRoleNames(environment: Environment) {
  return {
    /** Reads, and changes nothing but the lock. */
    plan: `${prefix(environment)}-delivery-plan`,
    /** Changes what the environment is made of. */
    apply: `${prefix(environment)}-delivery-apply`,
  } as const;
}

/** The role with which CI applies; known before it is made. */
export function applyRoleArn(environment: Environment): string {
  return `arn:aws:iam::${environment.accountId}:role/${deliveryRoleNames(environment).apply}`;
}

/** The policy that no role of the environment can exceed; known before it is made. */
export function boundaryArn(environment: Environment): string {
  return `arn:aws:iam::${environment.accountId}:policy/${boundaryName(environment)}`;
}

/** Name of the policy that no role of the environment can exceed. */
export function boundaryName(environment: Environment): string {
  return `${prefix(environment)}-boundary`;
}
