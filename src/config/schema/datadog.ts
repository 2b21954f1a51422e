import * as z from "zod";

import { datadogSites } from "../catalog/datadog-sites";
import { count, expected, explained, flag, label, matching, show, within } from "./fields";
import { thresholds } from "./thresholds";

const handle = matching(/^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$/i, "the handle of a team of Datadog On-Call", "dev-one");
const service = matching(/^[\w-]+$/, "the name of a service of the Opsgenie integration", "dev-one");
const slackChannel = matching(/^#[a-z0-9][a-z0-9_-]{0,78}$/, "a Slack channel with its #", "#dev-one-alerts");
const timestamp = matching(
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/,
  "a moment in UTC as YYYY-MM-DDThh:mm:ssZ",
  "2027-01-31T22:00:00Z",
);

/** Whose telephone rings when customers are affected. */
const paging = z.discriminatedUnion("kind", [
  z.strictObject({
    /** Nobody is paged. */
    kind: z.literal("none"),
  }),
  z.strictObject({
    /** Opsgenie, which ends on 5 April 2027. */
    kind: z.literal("opsgenie"),
    /** Name of the service object in Datadog's integration; becomes `@opsgenie-<service>`. */
    service,
    /** Where Opsgenie keeps the account. @default us */
    region: z.enum(["us", "eu"]).default("us"),
  }),
  z.strictObject({
    /** Datadog On-Call. */
    kind: z.literal("datadog-on-call"),
    /** Handle of the team; becomes `@oncall-<team>`. */
    team: handle,
  }),
]);

/** Planned work, in which monitors of some tiers stay silent; the page does when all of them are worked on. */
const maintenance = z.strictObject({
  /** Shown wherever a notification was held back. */
  reason: expected(z.string().min(1), "a reason", '"PostgreSQL 17.5 to 17.6"'),
  /** What is worked on. @default all tiers */
  tiers: z
    .array(z.enum(["servers", "application", "data"]))
    .refine(({ length }) => length > 0, {
      params: { explain: () => ({ problem: "is empty", remedy: "name a tier, or remove it for all" }) },
    })
    .default(["servers", "application", "data"]),
  /** When: once, or every week. */
  window: z.discriminatedUnion("kind", [
    z.strictObject({
      /** At one time. */
      kind: z.literal("once"),
      /** Moment in UTC, such as `2027-01-31T22:00:00Z`. */
      start: timestamp,
      /** Moment in UTC, after the start. */
      end: timestamp,
    }),
    z.strictObject({
      /** At the same time of every week. */
      kind: z.literal("weekly"),
      /** The first time; weekday and time of day of all that follow. */
      first: timestamp,
      /** How long each time, minutes, 5 to 1440. */
      minutes: count(5, "minutes", 24 * 60),
    }),
  ]),
});

const slo = z.strictObject({
  /** Requests that must not fail (5xx), percent over 30 days. @default 99.9 */
  availabilityPercent: within(95, 99.99, "a percentage", "99.9").default(99.9),
  /** Requests that must be answered within `latencySeconds`, percent over 30 days. @default 99 */
  latencyPercent: within(95, 99.99, "a percentage", "99").default(99),
  /** What a request may take, seconds. @default 1 */
  latencySeconds: within(0.01, 60, "a number of seconds", "1").default(1),
});

/** Settings of Datadog: the site, whom alerts reach, and from which numbers on. */
export const datadog = z
  .strictObject({
    /** Datadog's site that everything reports to. @default datadoghq.com (US1, in us-east-1) */
    site: explained(
      z.string().refine((site) => Object.hasOwn(datadogSites, site)),
      (input) => ({
        problem: `${show(input)} is not a site of Datadog that src/config/catalog/datadog-sites.ts describes`,
        remedy: `use ${Object.keys(datadogSites).join(", ")}, or describe it there`,
      }),
    ).default("datadoghq.com"),
    /** AWS account from which Datadog reads CloudWatch. @default the site's */
    awsAccountId: matching(/^\d{12}$/, "an AWS account id, 12 digits in quotes", '"464622532012"').optional(),
    /** Slack: the workspace as Datadog's integration calls it (it is connected by hand, once), and the channels. */
    slack: z
      .strictObject({
        /** @default dev-one */
        account: matching(/^[A-Za-z0-9][\w-]*$/, "the name of a Slack account in Datadog", "dev-one").default(
          "dev-one",
        ),
        /** Channel of what somebody must look at. @default #dev-one-<env>-alerts */
        alerts: slackChannel.optional(),
        /** Channel of what somebody may want to know. @default #dev-one-<env>-warnings */
        warnings: slackChannel.optional(),
      })
      .prefault({}),
    /** Who is paged; nobody where customers are not affected. @default nobody */
    paging: paging.prefault({ kind: "none" }),
    /** Whether clients come at every hour: ten minutes without a request then page. True once they do, never before. @default false */
    hasClients: flag.default(false),
    /** Mail addresses that open tickets, for what can wait until morning. @default Slack alone */
    tickets: z
      .array(expected(z.email(), "an e-mail address", "operations@dev-one.it"))
      .refine(({ length }) => length > 0, {
        params: {
          explain: () => ({ problem: "is empty", remedy: "write at least one address, or remove it for Slack alone" }),
        },
      })
      .optional(),
    /** Where the files of docs/runbooks can be read, without a slash at the end. */
    runbooks: matching(
      /^https:\/\/[^\s/]+(\/[^\s/]+)*$/,
      "an HTTPS address without a slash at the end",
      "https://github.com/dev-one-it/infrastructure/blob/main/docs/runbooks",
    ).default("https://github.com/dev-one-it/infrastructure/blob/main/docs/runbooks"),
    /** Planned work by name. @default none */
    maintenance: z.record(label, maintenance).default({}),
    /** What is promised to clients. */
    slo: slo.prefault({}),
    thresholds,
  })
  .prefault({});
