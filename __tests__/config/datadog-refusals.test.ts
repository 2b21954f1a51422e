import { ConfigurationError, defineEnvironment } from "../../src/config";
import { apart } from "../../src/config/validation/uniqueness";
import { production } from "../../src/environments/production";
import { staging } from "../../src/environments/staging";
import { productionWith, stagingWith } from "../support/environments";

/** Mistakes that types would catch are made all the same: the check must not rely on them. */
type Mistake = Readonly<Record<string, unknown>>;

const inThresholds = (change: Mistake): Mistake => ({ thresholds: change });
const planned = (window: Mistake, change: Mistake = {}): Mistake => ({
  maintenance: { upgrade: { reason: "PostgreSQL 17.5 to 17.6", window, ...change } },
});

/** What is wrong in `datadog`, and the whole sentence after `Environment "production", datadog`. */
const mistakes: readonly (readonly [name: string, mistake: Mistake, sentence: string])[] = [
  [
    "an unknown site",
    { site: "datadoghq.org" },
    '.site: "datadoghq.org" is not a site of Datadog that src/config/catalog/datadog-sites.ts describes; use datadoghq.com, us3.datadoghq.com, us5.datadoghq.com, datadoghq.eu, uk1.datadoghq.com, ap1.datadoghq.com, ap2.datadoghq.com, or describe it there.',
  ],
  [
    "a site that is a word of JavaScript's objects",
    { site: "toString", awsAccountId: "123456789012" },
    '.site: "toString" is not a site of Datadog that src/config/catalog/datadog-sites.ts describes; use datadoghq.com, us3.datadoghq.com, us5.datadoghq.com, datadoghq.eu, uk1.datadoghq.com, ap1.datadoghq.com, ap2.datadoghq.com, or describe it there.',
  ],
  [
    "a site of which nobody knows the AWS account",
    { site: "uk1.datadoghq.com" },
    ".awsAccountId: is missing, and nobody wrote down the one of uk1.datadoghq.com; copy it from the page of Datadog on which an AWS account is added.",
  ],
  [
    "an AWS account that is none",
    { awsAccountId: "Datadog" },
    '.awsAccountId: "Datadog" is not an AWS account id, 12 digits in quotes; write one such as "464622532012".',
  ],
  [
    "a channel without its #",
    { slack: { alerts: "dev-one-alerts" } },
    '.slack.alerts: "dev-one-alerts" is not a Slack channel with its #; write one such as #dev-one-alerts.',
  ],
  [
    "a channel with capitals, which Slack does not have",
    { slack: { warnings: "#DevOne" } },
    '.slack.warnings: "#DevOne" is not a Slack channel with its #; write one such as #dev-one-alerts.',
  ],
  [
    "one channel for alerts and warnings",
    { slack: { alerts: "#dev-one", warnings: "#dev-one" } },
    ".slack.warnings: #dev-one is already the channel of alerts; name another one.",
  ],
  [
    "the channel of warnings for alerts, where that is not written down",
    { slack: { alerts: "#dev-one-production-warnings" } },
    ".slack.warnings: #dev-one-production-warnings is already the channel of alerts; name another one.",
  ],
  [
    "a Slack account with a space",
    { slack: { account: "dev one" } },
    '.slack.account: "dev one" is not the name of a Slack account in Datadog; write one such as dev-one.',
  ],
  [
    "a team that is missing",
    { paging: { kind: "datadog-on-call" } },
    ".paging.team: is missing; write the handle of a team of Datadog On-Call such as dev-one.",
  ],
  [
    "a team with its @",
    { paging: { kind: "datadog-on-call", team: "@oncall-dev-one" } },
    '.paging.team: "@oncall-dev-one" is not the handle of a team of Datadog On-Call; write one such as dev-one.',
  ],
  [
    "an Opsgenie service that is missing",
    { paging: { kind: "opsgenie" } },
    ".paging.service: is missing; write the name of a service of the Opsgenie integration such as dev-one.",
  ],
  [
    "a region of Opsgenie that there is not",
    { paging: { kind: "opsgenie", service: "dev-one", region: "ap" } },
    '.paging.region: "ap" is no region of Opsgenie; write us or eu.',
  ],
  [
    "another way to page",
    { paging: { kind: "pagerduty", service: "dev-one" } },
    '.paging.kind: "pagerduty" is no way to page; write kind "opsgenie", "datadog-on-call" or "none".',
  ],
  [
    "tickets for nobody",
    { tickets: [] },
    ".tickets: names nobody; name at least one address, or leave it out for Slack alone.",
  ],
  [
    "tickets for an address that is none",
    { tickets: ["operations"] },
    '.tickets[0]: "operations" is not an e-mail address; write one such as operations@dev-one.it.',
  ],
  [
    "runbooks behind a slash",
    { runbooks: "https://wiki.dev-one.it/runbooks/" },
    '.runbooks: "https://wiki.dev-one.it/runbooks/" is not an HTTPS address without a slash at the end; write one such as https://github.com/dev-one-it/infrastructure/blob/main/docs/runbooks.',
  ],
  [
    "thresholds out of order, the worse the higher",
    inThresholds({ cpuPercent: { warning: 95, critical: 90 } }),
    ".thresholds.cpuPercent: a warning at 95 does not come before critical at 90; write a warning below 90.",
  ],
  [
    "thresholds out of order, the worse the lower",
    inThresholds({ memoryUsablePercent: { warning: 5, critical: 10 } }),
    ".thresholds.memoryUsablePercent: a warning at 5 does not come before critical at 10; write a warning above 10.",
  ],
  [
    "thresholds that are one",
    inThresholds({ serverErrorPercent: { warning: 5, critical: 5 } }),
    ".thresholds.serverErrorPercent: a warning at 5 does not come before critical at 5; write a warning below 5.",
  ],
  [
    "a threshold out of range",
    inThresholds({ networkPercent: { critical: 120 } }),
    ".thresholds.networkPercent.critical: 120 is not a percentage from 1 to 100; write one such as 85.",
  ],
  [
    "seconds that are milliseconds",
    inThresholds({ latencyP95Seconds: { warning: 800, critical: 1000 } }),
    ".thresholds.latencyP95Seconds.warning: 800 is not a number of seconds from 0.001 to 60; write one such as 0.8.",
  ],
  [
    "a warning that scaling would cause",
    inThresholds({ cpuPercent: { warning: 60 } }),
    ".thresholds.cpuPercent: a warning at 60 % is not above the 60 % at which servers are added; write more than 60.",
  ],
  [
    "a warning of connections that scaling would cause",
    inThresholds({ connectionsPercent: { warning: 50 } }),
    ".thresholds.connectionsPercent: a warning at 50 % is not above the 70 % at which servers are added; write more than 70.",
  ],
  [
    "an objective that allows no failure",
    { slo: { availabilityPercent: 100 } },
    ".slo.availabilityPercent: 100 is not a percentage from 95 to 99.99; write one such as 99.9.",
  ],
  [
    "an objective whose budget cannot burn 14.4 times too fast",
    { slo: { latencyPercent: 90 } },
    ".slo.latencyPercent: 90 is not a percentage from 95 to 99.99; write one such as 99.",
  ],
  [
    "maintenance that ends before it starts",
    planned({ kind: "once", start: "2027-01-31T22:00:00Z", end: "2027-01-31T21:00:00Z" }),
    ".maintenance.upgrade: it ends at 2027-01-31T21:00:00Z, which is not after its start; write an end after 2027-01-31T22:00:00Z.",
  ],
  [
    "maintenance on a day that there is not",
    planned({ kind: "once", start: "2027-02-30T22:00:00Z", end: "2027-03-01T21:00:00Z" }),
    ".maintenance.upgrade: 2027-02-30T22:00:00Z is on no calendar; correct it.",
  ],
  [
    "maintenance in local time",
    planned({ kind: "weekly", first: "2027-01-31T22:00:00+01:00", minutes: 60 }),
    '.maintenance.upgrade.window.first: "2027-01-31T22:00:00+01:00" is not a moment in UTC as YYYY-MM-DDThh:mm:ssZ; write one such as 2027-01-31T22:00:00Z.',
  ],
  [
    "maintenance of nothing",
    planned({ kind: "weekly", first: "2027-01-31T22:00:00Z", minutes: 60 }, { tiers: [] }),
    ".maintenance.upgrade.tiers: names no tier; name one, or leave it out for all.",
  ],
  [
    "maintenance without a reason",
    planned({ kind: "weekly", first: "2027-01-31T22:00:00Z", minutes: 60 }, { reason: "" }),
    '.maintenance.upgrade.reason: "" is not a reason for people; write one such as "PostgreSQL 17.5 to 17.6".',
  ],
];

function define(mistake: Mistake): unknown {
  const props = { ...production, datadog: { ...production.datadog, ...mistake } };
  return defineEnvironment(props);
}

test.each(mistakes)("refuses %s", (_name, mistake, sentence) => {
  const attempt = () => define(mistake);
  expect(attempt).toThrow(ConfigurationError);
  expect(attempt).toThrow(new Error(`Environment "production", datadog${sentence}`));
});

test.each(mistakes)("says in one sentence what is wrong with %s, and what to do", (_name, _mistake, sentence) => {
  const whole = `Environment "production", datadog${sentence}`;
  expect(whole).toMatch(/^[^;\n]+: [^;\n]+; [^;\n]+\.$/);
  expect(whole).not.toMatch(/\.\.|;;|::|undefined|null|\[object/);
});

test("one threshold may be changed, and the others stay", () => {
  const { thresholds } = productionWith({ thresholds: { cpuPercent: { critical: 95 } } }).datadog;
  expect(thresholds.cpuPercent).toEqual({ warning: 85, critical: 95 });
  expect(thresholds.networkPercent).toEqual({ warning: 70, critical: 85 });
});

describe("staging", () => {
  test.each([{ kind: "opsgenie", service: "dev-one" } as const, { kind: "datadog-on-call", team: "dev-one" } as const])(
    "may not page, not even by $kind",
    (paging) => {
      expect(() => stagingWith({ datadog: { paging }, protectFromDestruction: true })).toThrow(
        new Error(
          `Environment "staging", datadog.paging: staging pages nobody, not even by ${paging.kind}; write { kind: "none" }, or leave it out.`,
        ),
      );
    },
  );

  test("pages nobody when nothing is said about it", () => {
    expect(staging.datadog.paging).toEqual({ kind: "none" });
    expect(stagingWith({ datadog: {} }).datadog.paging).toEqual({ kind: "none" });
  });
});

test("an environment that one command may destroy may not page", () => {
  const paging = { kind: "datadog-on-call", team: "dev-one" } as const;
  expect(() => productionWith({ paging }, { protectFromDestruction: false })).toThrow(
    new Error(
      'Environment "production", datadog.paging: an environment that is not protected from destruction pages nobody, not even by datadog-on-call; write { kind: "none" }, or leave it out.',
    ),
  );
});

describe("environments beside each other", () => {
  const other = (slack: { account?: string; alerts: string }) =>
    stagingWith({ name: "rehearsal", domain: "rehearsal.dev-one.it", datadog: { slack } });

  test("may not write to one Slack channel: Datadog keeps one setting for each", () => {
    expect(() => apart(production, other({ alerts: "#dev-one-production-alerts" }))).toThrow(
      new Error(
        'Environment "rehearsal", datadog.slack.alerts: another environment already has the channel #dev-one-production-alerts; give each its own.',
      ),
    );
  });

  test("may have channels of one name in two workspaces", () => {
    const elsewhere = other({ account: "rehearsals", alerts: "#dev-one-production-alerts" });
    expect(apart(production, elsewhere)).toHaveLength(2);
  });
});
