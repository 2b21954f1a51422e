import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";
import { printable } from "@dev-one/cli/printable";
import { UserError } from "@dev-one/cli/user-error";

type Assumption = readonly [production: number, staging: number, unit: string, meaning: string];

/**
 * Quantities that the cost depends on and that the configuration does not contain. Replace them by measured values once the environment runs:
 * every figure here is an estimate of the monthly average for a service of the designed size.
 */
export const assumptions = {
  hours: [730, 730, "h", "Hours in a month"],
  elasticServers: [1, 0, "servers", "Elastic servers running, on average"],
  activeConnections: [30_000, 200, "connections", "Connections open at the load balancer, on average"],
  newConnections: [200, 2, "a second", "New connections"],
  requests: [500, 5, "a second", "Requests"],
  requestSize: [1, 1, "KiB", "Size of a request"],
  responseSize: [4, 4, "KiB", "Size of a response"],
  databaseSize: [2, 2, "KiB", "Between server and database for each request"],
  natOut: [150, 30, "GB", "Out through all NAT gateways, to partners and Datadog"],
  natIn: [50, 20, "GB", "In through all NAT gateways, with updates"],
  endpointTraffic: [20, 0, "GB", "Through all interface endpoints"],
  flowLogs: [80, 4, "GB", "Flow logs written"],
  databaseLogs: [5, 0.5, "GB", "PostgreSQL's logs written"],
  proxyLogs: [1, 0.1, "GB", "RDS Proxy's logs written"],
  dnsLogs: [2, 0.1, "GB", "Logs of DNS queries written"],
  enhancedMonitoring: [0.5, 0.5, "GB", "Enhanced monitoring of the database written, at one record a minute"],
  logCompression: [0.15, 0.15, "of its size", "What a stored log takes, compressed"],
  accessLogSize: [60, 60, "bytes", "A request in the load balancer's access log, compressed"],
  stateSize: [0.1, 0.1, "GB", "Terraform state with its old versions"],
  stateWrites: [1_000, 1_000, "requests", "Writes of Terraform state and its lock"],
  bundlesSize: [5, 5, "GB", "Programs of services with their old versions"],
  databaseBackups: [150, 20, "GB", "Backups of the database"],
  dnsQueries: [5_000_000, 100_000, "queries", "DNS queries for names that are no alias of the load balancer"],
  kmsRequests: [1_000_000, 100_000, "requests", "Requests to KMS"],
  secretRequests: [100_000, 50_000, "requests", "Requests to Secrets Manager"],
  datadogLogs: [100, 2, "GB", "Logs sent to Datadog"],
  datadogLogEvents: [50_000_000, 1_000_000, "events", "Log events that Datadog indexes for 15 days"],
} satisfies Record<string, Assumption>;

export type AssumptionName = keyof typeof assumptions;
export type Assumptions = Readonly<Record<AssumptionName, number>>;

export const assumptionNames = Object.keys(assumptions) as AssumptionName[];

/** Assumptions that replace the defaults. */
export type Overrides = Readonly<Partial<Record<AssumptionName, number>>>;

/** The assumptions of an environment; one that is neither staging nor production has those of production. */
export function assumptionsOf(environment: string, ...overrides: readonly Overrides[]): Assumptions {
  const column = environment === "staging" ? 1 : 0;
  const defaults = Object.fromEntries(assumptionNames.map((name) => [name, assumptions[name][column]])) as Assumptions;
  return Object.assign({ ...defaults }, ...overrides) as Assumptions;
}

/** Parses an override of the command line, such as `elasticServers=4`. @throws UserError when it is invalid */
export function parseOverride(text: string): Overrides {
  const [, name = "", value = ""] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  return override(name, value.trim() === "" ? null : Number(value), `--assume ${printable(text)}`);
}

/** The environments that an assumptions file names, when its assumptions are grouped by environment. */
export function environmentsIn(json: JsonObject): string[] {
  return Object.values(json).every(isJsonObject) ? Object.keys(json) : [];
}

/** Overrides of an assumptions file: names and numbers for every environment, or by environment. @throws UserError when it is invalid */
export function overridesOf(json: JsonObject, environment: string, file: string): Overrides {
  const names = environmentsIn(json);
  const values = names.includes(environment) ? json[environment] : names.length > 0 ? {} : json;
  if (!isJsonObject(values)) return {};
  return Object.assign({}, ...Object.entries(values).map(([name, value]) => override(name, value, file))) as Overrides;
}

function override(name: string, value: Json, place: string): Overrides {
  const known: readonly string[] = assumptionNames;
  if (!known.includes(name)) {
    throw new UserError(`${place}: there is no assumption ${printable(name)}; there are ${known.join(", ")}.`);
  }
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0 || value > 1e12) {
    const example = assumptions[name as AssumptionName][0];
    throw new UserError(`${place}: ${name} is not a number from 0 upwards; write one such as ${example}.`);
  }
  return { [name]: value };
}
