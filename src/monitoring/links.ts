import { type Environment, prefix } from "../config";
import type { Tier } from "./signal";

/** A heading of a runbook. */
export interface RunbookEntry {
  readonly tier: Tier | "objectives" | "paging";
  /** The heading, as a link names it. */
  readonly id: string;
}

/** Where Datadog's own API is. */
export function apiUrl({ datadog: { site } }: Environment): string {
  return `https://api.${site}`;
}

export function runbookUrl({ datadog }: Environment, { tier, id }: RunbookEntry): string {
  return `${datadog.runbooks}/${tier}.md#${id}`;
}

export function dashboardTitle(environment: Environment, tier: Tier): string {
  return `${prefix(environment)}: ${tier}`;
}

/** Found by its title: its id is known to Datadog only, and dashboards that link to each other cannot wait for each other. */
export function dashboardUrl(environment: Environment, tier: Tier): string {
  return `${appUrl(environment)}/dashboard/lists?q=${encodeURIComponent(dashboardTitle(environment, tier))}`;
}

/** The first two sites have a host of their own for people; all others are reached by their name. */
function appUrl({ datadog: { site } }: Environment): string {
  return site === "datadoghq.com" || site === "datadoghq.eu" ? `https://app.${site}` : `https://${site}`;
}
