import type { Stack } from "@dev-one/terraform-json/resources";

import { monitoringCoverage, type Notes, type OtherResources, othersOf } from "./coverage";
import { listed, shown } from "./resources";

/** Facts that the picture of an environment's monitoring shows. */
export interface Monitoring {
  /** Datadog's site, such as `datadoghq.com`. */
  readonly site: string;
  /** IAM role with which Datadog reads CloudWatch; undefined without an AWS integration. */
  readonly role: string | undefined;
  /** CloudWatch namespaces that Datadog reads, without `AWS/`. */
  readonly namespaces: readonly string[];
  readonly logMetrics: number;
  readonly monitors: number;
  readonly objectives: number;
  readonly dashboards: number;
  /** In drawing order: on-call services first. */
  readonly recipients: readonly Recipient[];
  readonly others: readonly OtherResources[];
}

export interface Recipient {
  /** Such as `Slack`. */
  readonly service: string;
  /** Such as `#dev-one-production-alerts`. */
  readonly name: string;
  /** Number of monitors that notify the recipient. */
  readonly monitors: number;
}

const HANDLE = /@(?:opsgenie|oncall|slack)-[\w-]+|@[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;

export function monitoringOf(stack: Stack, notes: Notes): Monitoring {
  const account = stack.of("datadog_integration_aws_account")[0];
  const metrics = account?.blocks("metrics_config").flatMap((config) => config.blocks("namespace_filters")) ?? [];
  const [provider] = stack.settings.blocks("datadog");
  const url = provider?.has("api_url") === true ? shown(provider, "api_url") : "https://api.datadoghq.com";
  const role = stack.of("aws_iam_role")[0];
  return {
    site: url.replace(/^https:\/\/(api\.)?/, "").replace(/\/.*$/, ""),
    role: role && shown(role, "name"),
    namespaces: metrics.flatMap((filter) => listed(filter, "include_only")).map((name) => name.replace("AWS/", "")),
    logMetrics: stack.of("datadog_logs_metric").length,
    monitors: stack.of("datadog_monitor").length,
    objectives: stack.of("datadog_service_level_objective").length,
    dashboards: stack.of("datadog_dashboard_json").length,
    recipients: recipientsOf(stack),
    others: othersOf(stack, monitoringCoverage, [], notes),
  };
}

/** A recipient of a monitor's message. */
function recipientsOf(stack: Stack): Recipient[] {
  const monitors = new Map<string, number>();
  for (const monitor of stack.of("datadog_monitor")) {
    for (const handle of new Set(shown(monitor, "message").match(HANDLE) ?? [])) {
      monitors.set(handle, (monitors.get(handle) ?? 0) + 1);
    }
  }
  const channels = stack.of("datadog_integration_slack_channel").map((channel) => ({
    account: shown(channel, "account_name"),
    name: shown(channel, "channel_name"),
  }));
  return [...monitors]
    .map(([handle, count]) => ({ ...named(handle, channels), monitors: count }))
    .sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

function named(
  handle: string,
  channels: readonly { readonly account: string; readonly name: string }[],
): { service: string; name: string } {
  const channel = channels.find(({ account, name }) => handle === `@slack-${account}-${name.replace("#", "")}`);
  if (channel !== undefined) return { service: "Slack", name: channel.name };
  const [, kind = "", name = ""] = /^@(opsgenie|oncall|slack)-(.*)$/.exec(handle) ?? [];
  const service = { opsgenie: "Opsgenie", oncall: "Datadog On-Call", slack: "Slack" }[kind];
  return service === undefined ? { service: "Mail", name: handle.slice(1) } : { service, name };
}

function rank({ service }: { readonly service: string }): number {
  return ["Opsgenie", "Datadog On-Call", "Slack", "Mail"].indexOf(service);
}
