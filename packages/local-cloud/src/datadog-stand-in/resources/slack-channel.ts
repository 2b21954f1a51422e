import type { JsonObject } from "@dev-one/cli/json";
import type { FastifyInstance } from "fastify";
import * as z from "zod";

import { defined, inWordsOfJsonSchema, objectBody, read, text } from "../bodies";
import type { Organization } from "../organization";
import { refusal } from "../refusal";

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
export function slackChannels(server: FastifyInstance, organization: Organization): void {
  const channels = organization.of("Slack channel");
  const base = "/api/v1/integration/slack/configuration/accounts/:account/channels";
  const idOf = (account: string, name: string): string => `${account}:${name}`;
  const checkAccount = (account: string): void => {
    if (organization.slackAccounts?.includes(account) === false) {
      throw refusal(`Slack account ${account} not found; connect the workspace first`, 404);
    }
  };
  const one = (params: unknown): { id: string; account: string; found: JsonObject } => {
    const { account, name } = params as { account: string; name: string };
    checkAccount(account);
    const found = channels.get(idOf(account, name));
    if (found === undefined) throw refusal(`Slack channel ${name} not found`, 404);
    return { id: idOf(account, name), account, found };
  };

  server.get(base, ({ params }) => {
    const { account } = params as { account: string };
    checkAccount(account);
    return [...channels].filter(([id]) => id.startsWith(`${account}:`)).map(([, each]) => each);
  });

  server.post(base, ({ params, body }, reply) => {
    const { account } = params as { account: string };
    checkAccount(account);
    const { name, display } = read(channel, objectBody(body), inWordsOfJsonSchema);
    checkName(name);
    const id = idOf(account, name);
    if (channels.has(id)) throw refusal(`Slack channel ${name} already exists`);
    channels.set(id, { name, display: { ...DISPLAY, ...defined(display ?? {}) } });
    return reply.code(201).send(channels.get(id));
  });

  server.get(`${base}/:name`, ({ params }) => one(params).found);

  server.patch(`${base}/:name`, ({ params, body }) => {
    const { id, account, found } = one(params);
    const { name, display } = read(channel.partial(), objectBody(body), inWordsOfJsonSchema);
    const changed = {
      name: name ?? text(found.name),
      display: { ...(found.display as JsonObject), ...defined(display ?? {}) },
    };
    checkName(changed.name);
    channels.delete(id);
    channels.set(idOf(account, changed.name), changed);
    return changed;
  });

  server.delete(`${base}/:name`, ({ params }, reply) => {
    channels.delete(one(params).id);
    return reply.code(204).send();
  });
}

function checkName(name: string): void {
  if (!/^#[^\s#]{1,80}$/.test(name)) {
    throw refusal(`Invalid channel name '${name}': it must begin with # and have no spaces`);
  }
}
