import { type JsonObject, objectAt } from "@dev-one/cli/json";

import { objectBody, text } from "../bodies";
import type { Organization } from "../organization";
import { refusal } from "../refusal";
import type { Resource } from "../resource";

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
    createdStatus: 201,
    updateMethod: "PATCH",
    store: ({ params, body }, known) => {
      const given = { ...known?.object, ...objectBody(body) };
      const name = text(given.name);
      if (!/^#[^\s#]{1,80}$/.test(name)) {
        throw refusal(`Invalid channel name '${name}': it must begin with # and have no spaces`);
      }
      const key = idOf(params.account, name);
      if (key !== known?.key && organization.of("Slack channel").has(key)) {
        throw refusal(`Slack channel ${name} already exists`);
      }
      const display = { ...DISPLAY, ...objectAt(known?.object ?? {}, "display"), ...objectAt(given, "display") };
      return { key, object: { name, display } };
    },
  };
}
