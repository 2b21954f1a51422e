import { apart } from "./apart";
import type { Environment } from "./environment";
import { production } from "./production";
import { staging } from "./staging";

export * from "./address-plan";
export { advice } from "./advice";
export { ConfigurationError } from "./configuration-error";
export { datadogAccountId, type DatadogSite, datadogSite } from "./datadog-sites";
export { githubSubject, isGithubSubject } from "./delivery";
export { defineEnvironment, type Environment, type EnvironmentProps, type Zone } from "./environment";
export { type InstanceType, instanceType } from "./instance-types";
export * from "./names";
export type { ZonesByRegion } from "./regions";
export { type Sizing, sizing } from "./sizing";
export * from "./versions";

/** Every environment there is, in the order of their deployment. A new one is a file beside `staging.ts` and a word here. */
export const environments: readonly Environment[] = apart(staging, production);
