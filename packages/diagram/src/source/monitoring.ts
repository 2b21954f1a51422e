import type { Stack } from "@dev-one/terraform-json/resources";

import { monitoringCoverage, type Notes, othersOf } from "./coverage";
import { listed, shown } from "./resources";

/** Facts that the picture of an environment's monitoring shows. */
export type Monitoring = ReturnType<typeof monitoringOf>;

export function monitoringOf(stack: Stack, notes: Notes) {
  const filters = stack
    .of("datadog_integration_aws_account")
    .slice(0, 1)
    .flatMap((account) => account.blocks("metrics_config"))
    .flatMap((config) => config.blocks("namespace_filters"));
  const url = shown(stack.settings.block("datadog"), "api_url") || "https://api.datadoghq.com";
  const role = stack.of("aws_iam_role")[0];
  return {
    /** Datadog's site, such as `datadoghq.com`. */
    site: url.replace(/^https:\/\/(api\.)?/, "").replace(/\/.*$/, ""),
    /** IAM role with which Datadog reads CloudWatch; undefined without an AWS integration. */
    role: role && shown(role, "name"),
    /** CloudWatch namespaces that Datadog reads, without `AWS/`. */
    namespaces: filters.flatMap((filter) => listed(filter, "include_only")).map((name) => name.replace("AWS/", "")),
    logMetrics: stack.of("datadog_logs_metric").length,
    monitors: stack.of("datadog_monitor").length,
    objectives: stack.of("datadog_service_level_objective").length,
    dashboards: stack.of("datadog_dashboard_json").length,
    recipients: recipientsOf(stack),
    others: othersOf(stack, monitoringCoverage, [], notes),
  };
}

const HANDLE = /@(?:opsgenie|oncall|slack)-[\w-]+|@[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
/** Services by the start of their handles, in drawing order: on-call services first. A mail address has no such start. */
const SERVICES = { opsgenie: "Opsgenie", oncall: "Datadog On-Call", slack: "Slack", "": "Mail" } as const;

/** The recipients of the monitors' messages, such as Slack's `#dev-one-alerts`, each with its number of monitors. */
function recipientsOf(stack: Stack) {
  const handles = stack.of("datadog_monitor").flatMap((each) => [...new Set(shown(each, "message").match(HANDLE))]);
  const channels = stack.of("datadog_integration_slack_channel").map((channel) => {
    const name = shown(channel, "channel_name");
    return { name, handle: `@slack-${shown(channel, "account_name")}-${name.replace("#", "")}` };
  });
  const order = Object.values(SERVICES);
  return [...new Set(handles)]
    .map((handle) => {
      const [, kind = "", own = handle.slice(1)] = /^@(opsgenie|oncall|slack)-(.*)$/.exec(handle) ?? [];
      const name = channels.find((channel) => channel.handle === handle)?.name ?? own;
      const monitors = handles.filter((each) => each === handle).length;
      return { service: SERVICES[kind as keyof typeof SERVICES], name, monitors };
    })
    .sort((a, b) => order.indexOf(a.service) - order.indexOf(b.service) || (a.name < b.name ? -1 : 1));
}
