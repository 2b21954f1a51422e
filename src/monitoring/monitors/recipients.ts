import { type Environment, slackChannels } from "../../config";
import type { Severity } from "../signals/signal";

/** Handles of a message's recipients, such as `@slack-dev-one-alerts`. */
export interface Recipients {
  /** On alert and on no data. */
  readonly alert: readonly string[];
  /** On warning. */
  readonly warning: readonly string[];
}

/** Recipients of alerts by severity. */
export type RecipientsBySeverity = Readonly<Record<Severity, Recipients>>;

/** Recipients of alerts. Severity `page` pages nobody here: the page monitor does, once for all alerts of that severity. */
export function recipientsBySeverity(environment: Environment): RecipientsBySeverity {
  const { alerts, warnings } = slackHandles(environment);
  return {
    page: { alert: [alerts], warning: [warnings] },
    ticket: { alert: [alerts, ...ticketHandles(environment)], warning: [warnings] },
    notice: { alert: [warnings], warning: [warnings] },
  };
}

/** Recipients of the page: on call and the Slack channel of alerts. */
export function pageRecipients(environment: Environment): Recipients {
  return { alert: [...pagingHandles(environment), slackHandles(environment).alerts], warning: [] };
}

function pagingHandles({ datadog: { paging } }: Environment): string[] {
  switch (paging.kind) {
    case "none":
      return [];
    case "opsgenie":
      return [`@opsgenie-${paging.service}`];
    case "datadog-on-call":
      return [`@oncall-${paging.team}`];
  }
}

function ticketHandles({ datadog: { tickets = [] } }: Environment): string[] {
  return tickets.map((address) => `@${address}`);
}

function slackHandles(environment: Environment): { readonly alerts: string; readonly warnings: string } {
  const { account } = environment.datadog.slack;
  const { alerts, warnings } = slackChannels(environment);
  const handle = (channel: string) => `@slack-${account}-${channel.slice(1)}`;
  return { alerts: handle(alerts), warnings: handle(warnings) };
}
