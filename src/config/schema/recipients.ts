import * as z from "zod";

import { matching } from "./fields";

const handle = matching(/^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$/i, "the handle of a team of Datadog On-Call", "dev-one");
const service = matching(/^[\w-]+$/, "the name of a service of the Opsgenie integration", "dev-one");
/** A channel of Slack. */
export const slackChannel = matching(/^#[a-z0-9][a-z0-9_-]{0,78}$/, "a Slack channel with its #", "#dev-one-alerts");

/** Who is paged when customers are affected. */
export const paging = z.discriminatedUnion("kind", [
  z.strictObject({
    /** `none`: no pages. */
    kind: z.literal("none"),
  }),
  z.strictObject({
    /** `opsgenie`: Opsgenie, which ends on 5 April 2027. */
    kind: z.literal("opsgenie"),
    /** Name of the service object in Datadog's integration; becomes `@opsgenie-<service>`. */
    service,
    /** Region of the Opsgenie account. @default us */
    region: z.enum(["us", "eu"]).default("us"),
  }),
  z.strictObject({
    /** `datadog-on-call`: Datadog On-Call. */
    kind: z.literal("datadog-on-call"),
    /** Handle of the team; becomes `@oncall-<team>`. */
    team: handle,
  }),
]);
