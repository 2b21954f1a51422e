import type { EnvironmentProps } from "../../../src/config";
import { inDatadog, type Mistake, type Mistakes, reading } from "./mistake";

export const OPSGENIE = { kind: "opsgenie", service: "dev-one" } as const;
export const ON_CALL = { kind: "datadog-on-call", team: "dev-one" } as const;

const planned = (window: Readonly<Record<string, unknown>>, change: Readonly<Record<string, unknown>> = {}) =>
  inDatadog({ maintenance: { upgrade: { reason: "PostgreSQL 17.5 to 17.6", window, ...change } } });

/** Paging, and a setting with which it is a mistake. The recipients of services are checked beside it. */
function paging(value: typeof OPSGENIE | typeof ON_CALL, change: Partial<EnvironmentProps>): Mistake {
  return reading((props) => inDatadog({ paging: value })({ ...props, ...change }), "services");
}

/** Mistakes in the settings of Datadog. */
export const datadogMistakes: Mistakes = {
  'datadog.site: "datadoghq.org" is not a site of Datadog that src/config/catalog/datadog-sites.ts describes; use datadoghq.com, us3.datadoghq.com, us5.datadoghq.com, datadoghq.eu, uk1.datadoghq.com, ap1.datadoghq.com, ap2.datadoghq.com, or describe it there':
    inDatadog({ site: "datadoghq.org" }),
  // A property that every object of JavaScript has.
  'datadog.site: "toString" is not a site of Datadog that src/config/catalog/datadog-sites.ts describes; use datadoghq.com, us3.datadoghq.com, us5.datadoghq.com, datadoghq.eu, uk1.datadoghq.com, ap1.datadoghq.com, ap2.datadoghq.com, or describe it there':
    inDatadog({ site: "toString", awsAccountId: "123456789012" }),
  "datadog.awsAccountId: is not set, and there is no default for site uk1.datadoghq.com; copy it from the page on which Datadog adds an AWS account":
    inDatadog({ site: "uk1.datadoghq.com" }),
  "datadog.slack.warnings: #dev-one is already the channel of alerts; write another channel": inDatadog({
    slack: { alerts: "#dev-one", warnings: "#dev-one" },
  }),
  "datadog.slack.warnings: #dev-one-example-warnings is already the channel of alerts; write another channel": reading(
    inDatadog({ slack: { alerts: "#dev-one-example-warnings" } }),
    "name",
  ),
  "datadog.paging.team: is missing; write the handle of a team of Datadog On-Call such as dev-one": inDatadog({
    paging: { kind: "datadog-on-call" },
  }),
  "datadog.paging.service: is missing; write the name of a service of the Opsgenie integration such as dev-one":
    inDatadog({ paging: { kind: "opsgenie" } }),
  'datadog.paging.region: "ap" is not one of the values; write "us" or "eu"': inDatadog({
    paging: { kind: "opsgenie", service: "dev-one", region: "ap" },
  }),
  'datadog.paging.kind: "pagerduty" is not one of the values; write "none", "opsgenie" or "datadog-on-call"': inDatadog(
    { paging: { kind: "pagerduty", service: "dev-one" } },
  ),
  "datadog.tickets: is empty; write at least one address, or remove it for Slack alone": inDatadog({ tickets: [] }),
  "datadog.thresholds.cpuPercent: a warning at 95 does not come before critical at 90; write a warning below 90":
    inDatadog({ thresholds: { cpuPercent: { warning: 95, critical: 90 } } }),
  "datadog.thresholds.memoryUsablePercent: a warning at 5 does not come before critical at 10; write a warning above 10":
    inDatadog({ thresholds: { memoryUsablePercent: { warning: 5, critical: 10 } } }),
  "datadog.thresholds.serverErrorPercent: a warning at 5 does not come before critical at 5; write a warning below 5":
    inDatadog({ thresholds: { serverErrorPercent: { warning: 5, critical: 5 } } }),
  "datadog.thresholds.cpuPercent: a warning at 60 % is not above the 60 % at which servers are added; write more than 60":
    inDatadog({ thresholds: { cpuPercent: { warning: 60 } } }),
  "datadog.thresholds.connectionsPercent: a warning at 50 % is not above the 70 % at which servers are added; write more than 70":
    inDatadog({ thresholds: { connectionsPercent: { warning: 50 } } }),
  "datadog.maintenance.upgrade: it ends at 2027-01-31T21:00:00Z, which is not after its start; write an end after 2027-01-31T22:00:00Z":
    planned({ kind: "once", start: "2027-01-31T22:00:00Z", end: "2027-01-31T21:00:00Z" }),
  "datadog.maintenance.upgrade: 2027-02-30T22:00:00Z is not a valid date; correct it": planned({
    kind: "once",
    start: "2027-02-30T22:00:00Z",
    end: "2027-03-01T21:00:00Z",
  }),
  'datadog.maintenance.upgrade.window.first: "2027-01-31T22:00:00+01:00" is not a moment in UTC as YYYY-MM-DDThh:mm:ssZ; write one such as 2027-01-31T22:00:00Z':
    planned({ kind: "weekly", first: "2027-01-31T22:00:00+01:00", minutes: 60 }),
  "datadog.maintenance.upgrade.tiers: is empty; name a tier, or remove it for all": planned(
    { kind: "weekly", first: "2027-01-31T22:00:00Z", minutes: 60 },
    { tiers: [] },
  ),
  'datadog.maintenance.upgrade.reason: "" is not a reason; write one such as "PostgreSQL 17.5 to 17.6"': planned(
    { kind: "weekly", first: "2027-01-31T22:00:00Z", minutes: 60 },
    { reason: "" },
  ),
  'datadog.awsAccountId: "Datadog" is not an AWS account id, 12 digits in quotes; write one such as "464622532012"':
    inDatadog({ awsAccountId: "Datadog" }),
  'datadog.slack.alerts: "dev-one-alerts" is not a Slack channel with its #; write one such as #dev-one-alerts':
    inDatadog({ slack: { alerts: "dev-one-alerts" } }),
  'datadog.slack.warnings: "#DevOne" is not a Slack channel with its #; write one such as #dev-one-alerts': inDatadog({
    slack: { warnings: "#DevOne" },
  }),
  'datadog.slack.account: "dev one" is not the name of a Slack account in Datadog; write one such as dev-one':
    inDatadog({ slack: { account: "dev one" } }),
  'datadog.paging.team: "@oncall-dev-one" is not the handle of a team of Datadog On-Call; write one such as dev-one':
    inDatadog({ paging: { kind: "datadog-on-call", team: "@oncall-dev-one" } }),
  'datadog.tickets[0]: "operations" is not an e-mail address; write one such as operations@dev-one.it': inDatadog({
    tickets: ["operations"],
  }),
  'datadog.runbooks: "https://wiki.dev-one.it/runbooks/" is not an HTTPS address without a slash at the end; write one such as https://github.com/dev-one-it/infrastructure/blob/main/docs/runbooks':
    inDatadog({ runbooks: "https://wiki.dev-one.it/runbooks/" }),
  "datadog.thresholds.networkPercent.critical: 120 is not a percentage from 1 to 100; write one such as 85": inDatadog({
    thresholds: { networkPercent: { critical: 120 } },
  }),
  "datadog.thresholds.latencyP95Seconds.warning: 800 is not a number of seconds from 0.001 to 60; write one such as 0.8":
    inDatadog({ thresholds: { latencyP95Seconds: { warning: 800 } } }),
  'datadog.paging: staging must not page, not even by opsgenie; write { kind: "none" }, or remove it': paging(
    OPSGENIE,
    {
      name: "staging",
    },
  ),
  'datadog.paging: an environment without protectFromDestruction must not page, not even by opsgenie; write { kind: "none" }, or remove it':
    paging(OPSGENIE, { protectFromDestruction: false }),
  'datadog.paging: staging must not page, not even by datadog-on-call; write { kind: "none" }, or remove it': paging(
    ON_CALL,
    { name: "staging" },
  ),
  'datadog.paging: an environment without protectFromDestruction must not page, not even by datadog-on-call; write { kind: "none" }, or remove it':
    paging(ON_CALL, { protectFromDestruction: false }),
};
