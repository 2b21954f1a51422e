import { inDatadog, type Refusal } from "./refusal";

const planned = (window: Readonly<Record<string, unknown>>, change: Readonly<Record<string, unknown>> = {}) =>
  inDatadog({ maintenance: { upgrade: { reason: "PostgreSQL 17.5 to 17.6", window, ...change } } });

/** Mistakes in the settings of Datadog. */
export const datadogMistakes: readonly Refusal[] = [
  {
    name: "an unknown site",
    mistake: inDatadog({ site: "datadoghq.org" }),
    path: "datadog.site",
    problem: '"datadoghq.org" is not a site of Datadog that src/config/catalog/datadog-sites.ts describes',
    remedy:
      "use datadoghq.com, us3.datadoghq.com, us5.datadoghq.com, datadoghq.eu, uk1.datadoghq.com, ap1.datadoghq.com, ap2.datadoghq.com, or describe it there",
  },
  {
    name: "a site that is a word of JavaScript's objects",
    mistake: inDatadog({ site: "toString", awsAccountId: "123456789012" }),
    path: "datadog.site",
    problem: '"toString" is not a site of Datadog that src/config/catalog/datadog-sites.ts describes',
    remedy:
      "use datadoghq.com, us3.datadoghq.com, us5.datadoghq.com, datadoghq.eu, uk1.datadoghq.com, ap1.datadoghq.com, ap2.datadoghq.com, or describe it there",
  },
  {
    name: "a site without a default for the AWS account",
    mistake: inDatadog({ site: "uk1.datadoghq.com" }),
    path: "datadog.awsAccountId",
    problem: "is not set, and there is no default for site uk1.datadoghq.com",
    remedy: "copy it from the page on which Datadog adds an AWS account",
  },
  {
    name: "one channel for alerts and warnings",
    mistake: inDatadog({ slack: { alerts: "#dev-one", warnings: "#dev-one" } }),
    path: "datadog.slack.warnings",
    problem: "#dev-one is already the channel of alerts",
    remedy: "write another channel",
  },
  {
    name: "the channel of warnings for alerts, where that is not written down",
    mistake: inDatadog({ slack: { alerts: "#dev-one-example-warnings" } }),
    path: "datadog.slack.warnings",
    problem: "#dev-one-example-warnings is already the channel of alerts",
    remedy: "write another channel",
    reads: ["name"],
  },
  {
    name: "a team that is missing",
    mistake: inDatadog({ paging: { kind: "datadog-on-call" } }),
    path: "datadog.paging.team",
    problem: "is missing",
    remedy: "write the handle of a team of Datadog On-Call such as dev-one",
  },
  {
    name: "an Opsgenie service that is missing",
    mistake: inDatadog({ paging: { kind: "opsgenie" } }),
    path: "datadog.paging.service",
    problem: "is missing",
    remedy: "write the name of a service of the Opsgenie integration such as dev-one",
  },
  {
    name: "a region of Opsgenie that there is not",
    mistake: inDatadog({ paging: { kind: "opsgenie", service: "dev-one", region: "ap" } }),
    path: "datadog.paging.region",
    problem: '"ap" is not one of the values',
    remedy: 'write "us" or "eu"',
  },
  {
    name: "another way to page",
    mistake: inDatadog({ paging: { kind: "pagerduty", service: "dev-one" } }),
    path: "datadog.paging.kind",
    problem: '"pagerduty" is not one of the values',
    remedy: 'write "none", "opsgenie" or "datadog-on-call"',
  },
  {
    name: "tickets for nobody",
    mistake: inDatadog({ tickets: [] }),
    path: "datadog.tickets",
    problem: "is empty",
    remedy: "write at least one address, or remove it for Slack alone",
  },
  {
    name: "thresholds out of order, the worse the higher",
    mistake: inDatadog({ thresholds: { cpuPercent: { warning: 95, critical: 90 } } }),
    path: "datadog.thresholds.cpuPercent",
    problem: "a warning at 95 does not come before critical at 90",
    remedy: "write a warning below 90",
  },
  {
    name: "thresholds out of order, the worse the lower",
    mistake: inDatadog({ thresholds: { memoryUsablePercent: { warning: 5, critical: 10 } } }),
    path: "datadog.thresholds.memoryUsablePercent",
    problem: "a warning at 5 does not come before critical at 10",
    remedy: "write a warning above 10",
  },
  {
    name: "thresholds that are one",
    mistake: inDatadog({ thresholds: { serverErrorPercent: { warning: 5, critical: 5 } } }),
    path: "datadog.thresholds.serverErrorPercent",
    problem: "a warning at 5 does not come before critical at 5",
    remedy: "write a warning below 5",
  },
  {
    name: "a warning that scaling would cause",
    mistake: inDatadog({ thresholds: { cpuPercent: { warning: 60 } } }),
    path: "datadog.thresholds.cpuPercent",
    problem: "a warning at 60 % is not above the 60 % at which servers are added",
    remedy: "write more than 60",
  },
  {
    name: "a warning of connections that scaling would cause",
    mistake: inDatadog({ thresholds: { connectionsPercent: { warning: 50 } } }),
    path: "datadog.thresholds.connectionsPercent",
    problem: "a warning at 50 % is not above the 70 % at which servers are added",
    remedy: "write more than 70",
  },
  {
    name: "maintenance that ends before it starts",
    mistake: planned({ kind: "once", start: "2027-01-31T22:00:00Z", end: "2027-01-31T21:00:00Z" }),
    path: "datadog.maintenance.upgrade",
    problem: "it ends at 2027-01-31T21:00:00Z, which is not after its start",
    remedy: "write an end after 2027-01-31T22:00:00Z",
  },
  {
    name: "maintenance on a day that there is not",
    mistake: planned({ kind: "once", start: "2027-02-30T22:00:00Z", end: "2027-03-01T21:00:00Z" }),
    path: "datadog.maintenance.upgrade",
    problem: "2027-02-30T22:00:00Z is not a valid date",
    remedy: "correct it",
  },
  {
    name: "maintenance in local time",
    mistake: planned({ kind: "weekly", first: "2027-01-31T22:00:00+01:00", minutes: 60 }),
    path: "datadog.maintenance.upgrade.window.first",
    problem: '"2027-01-31T22:00:00+01:00" is not a moment in UTC as YYYY-MM-DDThh:mm:ssZ',
    remedy: "write one such as 2027-01-31T22:00:00Z",
  },
  {
    name: "maintenance of nothing",
    mistake: planned({ kind: "weekly", first: "2027-01-31T22:00:00Z", minutes: 60 }, { tiers: [] }),
    path: "datadog.maintenance.upgrade.tiers",
    problem: "is empty",
    remedy: "name a tier, or remove it for all",
  },
  {
    name: "maintenance without a reason",
    mistake: planned({ kind: "weekly", first: "2027-01-31T22:00:00Z", minutes: 60 }, { reason: "" }),
    path: "datadog.maintenance.upgrade.reason",
    problem: '"" is not a reason',
    remedy: 'write one such as "PostgreSQL 17.5 to 17.6"',
  },
];
