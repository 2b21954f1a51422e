import { type Environment, type PlacedService, slackChannels } from "../../config";
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

/**
 * Recipients of alerts about a service, or about the platform. Severity `page` has no paging recipient here: the page monitor has it, once for
 * all alerts of that severity.
 */
export function recipientsBySeverity(environment: Environment, service?: PlacedService): RecipientsBySeverity {
  const { alerts, warnings } = slackHandles(environment, service);
  return {
    page: { alert: [alerts], warning: [warnings] },
    ticket: { alert: [alerts, ...ticketHandles(environment)], warning: [warnings] },
    notice: { alert: [warnings], warning: [warnings] },
  };
}

/** Recipients of a page: on call and the Slack channel of alerts, of one service, or of the platform with the service on all servers. */
export function pageRecipients(environment: Environment, service?: PlacedService): Recipients {
  const platform = service === undefined || service.placement.kind === "all-servers" ? [undefined] : [];
  const paged = [...platform, service];
  const handles = [
    ...paged.flatMap((each) => pagingHandles(each?.alerts.paging ?? environment.datadog.paging)),
    ...paged.map((each) => slackHandles(environment, each).alerts),
  ];
  return { alert: [...new Set(handles)], warning: [] };
}

function pagingHandles(paging: Environment["datadog"]["paging"]): string[] {
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

function slackHandles(
  environment: Environment,
  service?: PlacedService,
): { readonly alerts: string; readonly warnings: string } {
  const { account } = environment.datadog.slack;
  const { alerts, warnings } = slackChannels(environment);
  const handle = (channel: string) => `@slack-${account}-${channel.slice(1)}`;
  return { alerts: handle(service?.alerts.slack ?? alerts), warnings: handle(warnings) };
}
