import { objectAt } from "@dev-one/cli/json";

import { checkCoverage, monitoringDrawn, monitoringLeftOut } from "./coverage";
import { blocksOf, type TerraformJson, textOf, textsOf } from "./terraform-json";

/** Facts that the picture of an environment's monitoring shows. */
export interface Monitoring {
  readonly stack: string;
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

/** @throws UserError when a resource is missing or has no place in the picture */
export function monitoringOf(stack: TerraformJson): Monitoring {
  checkCoverage(stack, monitoringDrawn, monitoringLeftOut);
  const account = stack.all("datadog_integration_aws_account")[0]?.values ?? {};
  const metrics = blocksOf(account, "metrics_config").flatMap((config) => blocksOf(config, "namespace_filters"));
  const role = stack.all("aws_iam_role")[0];
  const provider = blocksOf(objectAt(stack.json, "provider") ?? {}, "datadog")[0];
  const url = typeof provider?.api_url === "string" ? provider.api_url : "https://api.datadoghq.com";
  return {
    stack: stack.name,
    site: new URL(url).hostname.replace(/^api\./, ""),
    role: role && textOf(role, "name"),
    namespaces: metrics.flatMap((filter) => textsOf(filter.include_only)).map((name) => name.replace("AWS/", "")),
    logMetrics: stack.all("datadog_logs_metric").length,
    monitors: stack.all("datadog_monitor").length,
    objectives: stack.all("datadog_service_level_objective").length,
    dashboards: stack.all("datadog_dashboard_json").length,
    recipients: recipientsOf(stack),
  };
}

/** A recipient of a monitor's message. */
function recipientsOf(stack: TerraformJson): Recipient[] {
  const monitors = new Map<string, number>();
  for (const monitor of stack.all("datadog_monitor")) {
    for (const handle of new Set(textOf(monitor, "message").match(HANDLE) ?? [])) {
      monitors.set(handle, (monitors.get(handle) ?? 0) + 1);
    }
  }
  const channels = stack
    .all("datadog_integration_slack_channel")
    .map((channel) => ({ account: textOf(channel, "account_name"), name: textOf(channel, "channel_name") }));
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
