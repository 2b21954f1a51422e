/** What the policies of the CI roles are limited to. */
export interface CiScope {
  /** Name of the environment: value of the tag `env`, and part of resource names. */
  readonly name: string;
  /** Account of the environment. */
  readonly accountId: string;
  /** Region of the environment. */
  readonly region: string;
  /** Resource types of the environment's stacks that CI applies, as Terraform names them. */
  readonly resourceTypes: readonly string[];
  /** Domain whose records CI may change. */
  readonly domain: string;
  /** Without it, CI may delete access logs, which `force_destroy` of their bucket needs. @default true */
  readonly protectFromDestruction?: boolean;
}

/** ARN of the bucket of tables and programs of services. */
export const serviceFiles = (environmentName: string): string => `arn:aws:s3:::dev-one-${environmentName}-services-*`;
