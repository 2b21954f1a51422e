import type { JsonObject } from "@dev-one/cli/json";
import * as z from "zod";

import { defined, inWordsOfJsonSchema, objectBody, read, text } from "../bodies";
import type { Organization } from "../organization";
import { refusal } from "../refusal";
import type { Resource } from "../resource";

const flag = z.boolean().optional();
const channel = z.strictObject({
  name: z.string(),
  display: z.strictObject({ message: flag, mute_buttons: flag, notified: flag, snapshot: flag, tags: flag }).optional(),
});

/** Defaults of the API reference, `SlackIntegrationChannelDisplay`. */
const DISPLAY: JsonObject = { message: true, snapshot: true, tags: true, notified: true, mute_buttons: false };

/**
 * Channels of a Slack workspace that monitors may notify. Status and form are those of recorded responses; the error messages are
 * not Datadog's.
 *
 * @see https://docs.datadoghq.com/api/latest/slack-integration/
 */
export function slackChannels(organization: Organization): Resource {
  const idOf = (account = "", name = ""): string => `${account}:${name}`;
  return {
    kind: "Slack channel",
    path: "/api/v1/integration/slack/configuration/accounts/:account/channels",
    keyOf: ({ account, id }) => idOf(account, id),
    notFound: (_key, { params }) => refusal(`Slack channel ${params.id ?? ""} not found`, 404),
    create: ({ params, body }) => {
      const { name, display } = read(channel, objectBody(body), inWordsOfJsonSchema);
      checkName(name);
      const key = idOf(params.account, name);
      if (organization.of("Slack channel").has(key)) throw refusal(`Slack channel ${name} already exists`);
      return { key, object: { name, display: { ...DISPLAY, ...defined(display ?? {}) } } };
    },
    createdStatus: 201,
    updateMethod: "PATCH",
    update: ({ params, body }, { object: known }) => {
      const { name = text(known.name), display } = read(channel.partial(), objectBody(body), inWordsOfJsonSchema);
      checkName(name);
      const changed = { ...(known.display as JsonObject), ...defined(display ?? {}) };
      return { key: idOf(params.account, name), object: { name, display: changed } };
    },
  };
}

function checkName(name: string): void {
  if (!/^#[^\s#]{1,80}$/.test(name)) {
    throw refusal(`Invalid channel name '${name}': it must begin with # and have no spaces`);
  }
}
