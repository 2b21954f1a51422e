import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";

import { own, printable } from "./resources/resource";

interface Assumption {
  readonly unit: string;
  readonly meaning: string;
  readonly production: number;
  readonly staging: number;
}

/**
 * Quantities that the cost depends on and that the configuration does not contain. Replace them by measured values once the environment runs:
 * every figure here is an estimate of the monthly average for a service of the designed size.
 */
export const assumptions = {
  hours: { unit: "h", meaning: "Hours in a month", production: 730, staging: 730 },
  elasticServers: { unit: "servers", meaning: "Elastic servers running, on average", production: 1, staging: 0 },
  activeConnections: {
    unit: "connections",
    meaning: "Connections open at the load balancer, on average",
    production: 30_000,
    staging: 200,
  },
  newConnections: { unit: "a second", meaning: "New connections", production: 200, staging: 2 },
  requests: { unit: "a second", meaning: "Requests", production: 500, staging: 5 },
  requestSize: { unit: "KiB", meaning: "Size of a request", production: 1, staging: 1 },
  responseSize: { unit: "KiB", meaning: "Size of a response", production: 4, staging: 4 },
  databaseSize: { unit: "KiB", meaning: "Between server and database for each request", production: 2, staging: 2 },
  natOut: {
    unit: "GB",
    meaning: "Out through all NAT gateways, to partners and Datadog",
    production: 150,
    staging: 30,
  },
  natIn: { unit: "GB", meaning: "In through all NAT gateways, with updates", production: 50, staging: 20 },
  endpointTraffic: { unit: "GB", meaning: "Through all interface endpoints", production: 20, staging: 0 },
  flowLogs: { unit: "GB", meaning: "Flow logs written", production: 80, staging: 4 },
  databaseLogs: { unit: "GB", meaning: "PostgreSQL's logs written", production: 5, staging: 0.5 },
  proxyLogs: { unit: "GB", meaning: "RDS Proxy's logs written", production: 1, staging: 0.1 },
  dnsLogs: { unit: "GB", meaning: "Logs of DNS queries written", production: 2, staging: 0.1 },
  enhancedMonitoring: {
    unit: "GB",
    meaning: "Enhanced monitoring of the database written, at one record a minute",
    production: 0.5,
    staging: 0.5,
  },
  logCompression: {
    unit: "of its size",
    meaning: "What a stored log takes, compressed",
    production: 0.15,
    staging: 0.15,
  },
  accessLogSize: {
    unit: "bytes",
    meaning: "A request in the load balancer's access log, compressed",
    production: 60,
    staging: 60,
  },
  stateSize: { unit: "GB", meaning: "Terraform state with its old versions", production: 0.1, staging: 0.1 },
  stateWrites: {
    unit: "requests",
    meaning: "Writes of Terraform state and its lock",
    production: 1_000,
    staging: 1_000,
  },
  databaseBackups: { unit: "GB", meaning: "Backups of the database", production: 150, staging: 20 },
  dnsQueries: {
    unit: "queries",
    meaning: "DNS queries for names that are no alias of the load balancer",
    production: 5_000_000,
    staging: 100_000,
  },
  kmsRequests: { unit: "requests", meaning: "Requests to KMS", production: 1_000_000, staging: 100_000 },
  secretRequests: { unit: "requests", meaning: "Requests to Secrets Manager", production: 100_000, staging: 50_000 },
  datadogLogs: { unit: "GB", meaning: "Logs sent to Datadog", production: 100, staging: 2 },
  datadogLogEvents: {
    unit: "events",
    meaning: "Log events that Datadog indexes for 15 days",
    production: 50_000_000,
    staging: 1_000_000,
  },
} satisfies Record<string, Assumption>;

export type AssumptionName = keyof typeof assumptions;
export type Assumptions = Readonly<Record<AssumptionName, number>>;

export const assumptionNames = Object.keys(assumptions) as AssumptionName[];

/** Assumptions that replace the defaults. */
export type Overrides = Readonly<Partial<Record<AssumptionName, number>>>;

/** The assumptions of an environment; one that is neither staging nor production has those of production. */
export function assumptionsOf(environment: string, ...overrides: readonly Overrides[]): Assumptions {
  const column = environment === "staging" ? "staging" : "production";
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
  return isByEnvironment(json) ? Object.keys(json) : [];
}

/** Overrides of an assumptions file: names and numbers for every environment, or by environment. @throws UserError when it is invalid */
export function overridesOf(json: JsonObject, environment: string, file: string): Overrides {
  const values = isByEnvironment(json) ? own(json, environment) : json;
  if (!isJsonObject(values)) return {};
  return Object.assign({}, ...Object.entries(values).map(([name, value]) => override(name, value, file))) as Overrides;
}

function override(name: string, value: Json, place: string): Overrides {
  if (!isAssumption(name)) {
    throw new UserError(
      `${place}: there is no assumption ${printable(name)}; there are ${assumptionNames.join(", ")}.`,
    );
  }
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0 || value > 1e12) {
    throw new UserError(
      `${place}: ${name} is not a number from 0 upwards; write one such as ${assumptions[name].production}.`,
    );
  }
  return { [name]: value };
}

function isByEnvironment(json: JsonObject): boolean {
  return Object.values(json).every(isJsonObject);
}

function isAssumption(name: string): name is AssumptionName {
  return Object.hasOwn(assumptions, name);
}
