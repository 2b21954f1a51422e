import type { Environment } from "../schema/environment";

type Named = Pick<Environment, "name">;
type NamedInAccount = Pick<Environment, "name" | "accountId">;

/** Prefix of resource names, such as `dev-one-staging`. */
export function prefix(environment: Named): string {
  return `dev-one-${environment.name}`;
}

/** Namespace of the CloudWatch metrics that servers publish. */
export function metricsNamespace({ name }: Named): string {
  return `dev-one/${name}`;
}

/** The stacks of an environment. */
export function stackNames({ name }: Named) {
  return {
    /** State bucket and the roles of CI: deployed first. */
    state: `${name}-state`,
    /** Network, servers and database. */
    platform: name,
    /** Everything in Datadog. */
    monitoring: `${name}-monitoring`,
  } as const;
}

/** Bucket of the environment's Terraform state; the account id makes the name globally unique. */
export function stateBucketName(environment: Environment): string {
  return `${prefix(environment)}-terraform-state-${environment.accountId}`;
}

/** Bucket of what servers read at boot: tables and programs of services. */
export function servicesBucketName(environment: NamedInAccount): string {
  return `${prefix(environment)}-services-${environment.accountId}`;
}

/** Prefix of plans in the state bucket, where they are kept from review to apply. */
export const PLANS_PREFIX = "plans/";

/** Alias of the key that encrypts the state; known before the key is created. */
export function stateKeyAlias(environment: Environment): string {
  return `alias/${prefix(environment)}-terraform-state`;
}

/**
 * Services that get an interface endpoint: what a server needs to be managed, to read its secrets and to ship logs without the
 * NAT gateways.
 */
export const INTERFACE_SERVICES = ["ssm", "ssmmessages", "ec2messages", "secretsmanager", "logs"];

/** The Slack channels of the environment, with their defaults. */
export function slackChannels({ name, datadog: { slack } }: Pick<Environment, "name" | "datadog">) {
  return {
    /** Alerts: a person must look at them. */
    alerts: slack.alerts ?? `#dev-one-${name}-alerts`,
    /** Warnings and other messages that need no action at once. */
    warnings: slack.warnings ?? `#dev-one-${name}-warnings`,
  } as const;
}

/** Every Slack channel of the environment by the path of its setting: its own, and those of its services. */
export function channelsBySetting(
  environment: Pick<Environment, "name" | "datadog" | "services">,
): [path: string, channel: string][] {
  const own = Object.entries(slackChannels(environment)).map(([purpose, channel]) => [
    `datadog.slack.${purpose}`,
    channel,
  ]);
  const ofServices = Object.entries(environment.services).flatMap(([name, { alerts }]) =>
    alerts.slack === undefined ? [] : [[`services.${name}.alerts.slack`, alerts.slack]],
  );
  return [...own, ...ofServices] as [string, string][];
}

/** Who is paged by the path of the setting: for the platform, and for each service that has its own. */
export function pagingBySetting({ datadog, services }: Pick<Environment, "datadog" | "services">) {
  const ofServices = Object.entries(services).flatMap(([name, { alerts }]) =>
    alerts.paging === undefined ? [] : [{ path: `services.${name}.alerts.paging`, paging: alerts.paging }],
  );
  return [{ path: "datadog.paging", paging: datadog.paging }, ...ofServices];
}

/** Roles that GitHub's workflows assume. */
export function deliveryRoleNames(environment: Named) {
  return {
    /** Reads, and changes nothing but the lock. */
    plan: `${prefix(environment)}-delivery-plan`,
    /** Changes the environment's resources. */
    apply: `${prefix(environment)}-delivery-apply`,
  } as const;
}

/** Role with which the pipeline of a service uploads bundles. */
export function releaseRoleName(environment: Named, service: string): string {
  return `${prefix(environment)}-release-${service}`;
}

/** ARN of the role with which CI applies; known before the role is created. */
export function applyRoleArn(environment: NamedInAccount): string {
  return `arn:aws:iam::${environment.accountId}:role/${deliveryRoleNames(environment).apply}`;
}

/** ARN of the permissions boundary of the environment's roles; known before the policy is created. */
export function boundaryArn(environment: NamedInAccount): string {
  return `arn:aws:iam::${environment.accountId}:policy/${boundaryName(environment)}`;
}

/** Name of the permissions boundary of the environment's roles. */
export function boundaryName(environment: Named): string {
  return `${prefix(environment)}-boundary`;
}
