/** What the policies of the CI roles are limited to. */
export interface CiScope {
  /** Name of the environment: value of the tag `env`, and part of resource names. */
  readonly name: string;
  /** Account of the environment. */
  readonly accountId: string;
  /** Region of the environment. */
  readonly region: string;
  /** Domain whose records CI may change. */
  readonly domain: string;
  /** Without it, CI may delete access logs, which `force_destroy` of their bucket needs. @default true */
  readonly protectFromDestruction?: boolean;
}
