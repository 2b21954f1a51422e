import * as z from "zod";

import { datadogSites } from "../catalog/datadog-sites";
import { count, expected, explained, label, matching, show } from "./fields";
import { paging, slackChannel } from "./recipients";
import { thresholds } from "./thresholds";

const timestamp = matching(
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/,
  "a moment in UTC as YYYY-MM-DDThh:mm:ssZ",
  "2027-01-31T22:00:00Z",
);

/** Planned work, in which monitors of some tiers do not notify; paging is muted when all tiers are worked on. */
const maintenance = z.strictObject({
  /** Shown as the message of the downtime. */
  reason: expected(z.string().min(1), "a reason", '"PostgreSQL 17.5 to 17.6"'),
  /** Tiers that are worked on. @default all tiers */
  tiers: z
    .array(z.enum(["servers", "application", "data"]))
    .refine(({ length }) => length > 0, {
      params: { explain: () => ({ problem: "is empty", remedy: "name a tier, or remove it for all" }) },
    })
    .default(["servers", "application", "data"]),
  /** Time: once, or every week. */
  window: z.discriminatedUnion("kind", [
    z.strictObject({
      /** `once`: at one time. */
      kind: z.literal("once"),
      /** Start in UTC, such as `2027-01-31T22:00:00Z`. */
      start: timestamp,
      /** End in UTC, after the start. */
      end: timestamp,
    }),
    z.strictObject({
      /** `weekly`: at the same time of every week. */
      kind: z.literal("weekly"),
      /** Start of the first time in UTC; the others have its weekday and time of day. Synthesis moves a start in the past to the next one. */
      first: timestamp,
      /** Length, minutes, 5 to 1440. */
      minutes: count(5, "minutes", 24 * 60),
    }),
  ]),
});

/** Settings of Datadog: the site, the recipients of alerts, and their thresholds. */
export const datadog = z
  .strictObject({
    /** Datadog site, one of `src/config/catalog/datadog-sites.ts`. @default datadoghq.com (US1, in us-east-1) */
    site: explained(
      z.string().refine((site) => Object.hasOwn(datadogSites, site)),
      (input) => ({
        problem: `${show(input)} is not a site of Datadog that src/config/catalog/datadog-sites.ts describes`,
        remedy: `use ${Object.keys(datadogSites).join(", ")}, or describe it there`,
      }),
    ).default("datadoghq.com"),
    /** AWS account, 12 digits, from which Datadog reads CloudWatch. @default the site's, where Datadog documents it */
    awsAccountId: matching(/^\d{12}$/, "an AWS account id, 12 digits in quotes", '"464622532012"').optional(),
    /** Slack workspace and channels; the workspace is connected to Datadog by hand, once. */
    slack: z
      .strictObject({
        /** Name of the workspace in Datadog's Slack integration. @default dev-one */
        account: matching(/^[A-Za-z0-9][\w-]*$/, "the name of a Slack account in Datadog", "dev-one").default(
          "dev-one",
        ),
        /** Channel of alerts, with its `#`. @default `#dev-one-NAME-alerts`, with the environment's name */
        alerts: slackChannel.optional(),
        /** Channel of warnings, with its `#`. @default `#dev-one-NAME-warnings`, with the environment's name */
        warnings: slackChannel.optional(),
      })
      .prefault({}),
    /** Who is paged when customers are affected. @default `none` */
    paging: paging.prefault({ kind: "none" }),
    /** E-mail addresses that open tickets, for what can wait until morning. @default none, Slack alone */
    tickets: z
      .array(expected(z.email(), "an e-mail address", "operations@dev-one.it"))
      .refine(({ length }) => length > 0, {
        params: {
          explain: () => ({ problem: "is empty", remedy: "write at least one address, or remove it for Slack alone" }),
        },
      })
      .optional(),
    /** URL of `docs/runbooks`, without a slash at the end. @default the directory in the GitHub repository, branch main */
    runbooks: matching(
      /^https:\/\/[^\s/]+(\/[^\s/]+)*$/,
      "an HTTPS address without a slash at the end",
      "https://github.com/dev-one-it/infrastructure/blob/main/docs/runbooks",
    ).default("https://github.com/dev-one-it/infrastructure/blob/main/docs/runbooks"),
    /** Planned work by name. @default none */
    maintenance: z.record(label, maintenance).default({}),
    /** Thresholds of alerts, as a pair of warning and critical value. */
    thresholds,
  })
  .prefault({});
