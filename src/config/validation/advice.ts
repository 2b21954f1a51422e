import { databaseClassesIn } from "../catalog/database-classes";
import { datadogSite, siteNear } from "../catalog/datadog-sites";
import { addressTable } from "../derived/address-plan";
import { pagingBySetting } from "../derived/names";
import { serviceOfAllServers } from "../derived/services";
import type { Environment } from "../schema/environment";
import { similar } from "./suggestions";

/** @see https://www.atlassian.com/software/opsgenie/migration */
const OPSGENIE_ENDS = "2027-04-05";
const DAYS_OF_NOTICE = 365;
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

/** Settings that are valid and probably not intended: one sentence each, with the better value. */
export function advice(environment: Environment, now: Date): string[] {
  return [
    ...distantSite(environment),
    ...allowedUpgrade(environment),
    ...peakWithoutElasticGroup(environment),
    ...classWithoutPrice(environment),
    ...endOfOpsgenie(environment, now),
    ...workThatIsOver(environment, now),
  ];
}

function distantSite({ name, region, datadog: { site } }: Environment): string[] {
  const { near, place } = datadogSite(site);
  if (near.includes(region)) return [];
  const nearest = siteNear(region);
  const remedy =
    nearest === undefined
      ? "no site of Datadog is near that region"
      : `datadog.site "${nearest}" is near it (${datadogSite(nearest).place})`;
  return [`Environment "${name}": servers in ${region} report to ${site} in ${place}, far away; ${remedy}.`];
}

function allowedUpgrade({ name, database }: Environment): string[] {
  if (!database.allowMajorVersionUpgrade) return [];
  return [
    `Environment "${name}": database.allowMajorVersionUpgrade is on, so changes of the database are applied immediately instead of in the maintenance window; take it out after the upgrade to PostgreSQL ${database.majorVersion}.`,
  ];
}

/** Only a service on all servers has the elastic group, which grows towards the peak. */
function peakWithoutElasticGroup(environment: Environment): string[] {
  const { name, servers } = environment;
  const held = addressTable(environment).length * servers.connectionsPerServer;
  if (serviceOfAllServers(environment) !== undefined || servers.peakConnections <= held) return [];
  return [
    `Environment "${name}": servers.peakConnections is ${servers.peakConnections}, but no service runs on all servers, so there is no elastic group, and the named servers hold ${held} connections; lower it, or give one service all servers.`,
  ];
}

/** Advice only: AWS's price list lacks some classes that RDS offers. */
function classWithoutPrice({ name, region, database: { instanceClass } }: Environment): string[] {
  const offered = databaseClassesIn(region);
  if (offered.includes(instanceClass)) return [];
  return [
    `Environment "${name}": AWS's price list has no ${instanceClass} for PostgreSQL in ${region}, where RDS may refuse it; database.instanceClass may be one such as ${similar(instanceClass, offered)}.`,
  ];
}

function endOfOpsgenie(environment: Environment, now: Date): string[] {
  const days = Math.ceil((Date.parse(OPSGENIE_ENDS) - now.getTime()) / DAY_MILLISECONDS);
  if (days > DAYS_OF_NOTICE) return [];
  const when =
    days > 0 ? `ends in ${days} ${days === 1 ? "day" : "days"}, on ${OPSGENIE_ENDS}` : `ended on ${OPSGENIE_ENDS}`;
  return pagingBySetting(environment)
    .filter(({ paging }) => paging.kind === "opsgenie")
    .map(
      ({ path }) =>
        `Environment "${environment.name}": Opsgenie ${when}, and pages would not be delivered; write ${path} { kind: "datadog-on-call", team: "..." }.`,
    );
}

/** A downtime of the past has no effect, and Datadog refuses to create one. */
function workThatIsOver({ name, datadog: { maintenance } }: Environment, now: Date): string[] {
  return Object.entries(maintenance).flatMap(([key, { window }]) =>
    window.kind === "once" && Date.parse(window.end) <= now.getTime()
      ? [`Environment "${name}": datadog.maintenance.${key} ended on ${window.end}; take it out.`]
      : [],
  );
}
