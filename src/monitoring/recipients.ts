import { type Environment, slackChannels } from "../config";
import type { Severity } from "./signal";

/** Whom a message calls, in Datadog's notation. */
export interface Recipients {
  /** When it is critical, or silent. */
  readonly alert: readonly string[];
  readonly warning: readonly string[];
}

/** Who hears of an alert of that severity. Nobody is paged here: the page goes out once, for all of them together. */
export function recipients(environment: Environment, severity: Severity): Recipients {
  const { alerts, warnings } = slackHandles(environment);
  switch (severity) {
    case "page":
      return { alert: [alerts], warning: [warnings] };
    case "ticket":
      return { alert: [alerts, ...ticketHandles(environment)], warning: [warnings] };
    case "notice":
      return { alert: [warnings], warning: [warnings] };
  }
}

/** Whose telephone rings: on call, beside the channel that everybody reads. */
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
