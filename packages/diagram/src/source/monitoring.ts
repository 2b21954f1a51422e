import type { Resource, Stack } from "@dev-one/terraform-json/resources";

import { monitoringCoverage, type Notes, othersOf } from "./coverage";
import { listed, shown } from "./resources";
import { byNumber } from "./servers";

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
    objectivesAbout: aboutOf(stack.of("datadog_service_level_objective")),
    dashboards: stack.of("datadog_dashboard_json").length,
    recipients: recipientsOf(stack),
    others: othersOf(stack, monitoringCoverage, [], notes),
  };
}

const HANDLE = /@(?:opsgenie|oncall|slack)-[\w-]+|@[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
/** Services by the start of their handles, in drawing order: on-call services first. A mail address has no such start. */
const SERVICES = { opsgenie: "Opsgenie", oncall: "Datadog On-Call", slack: "Slack", "": "Mail" } as const;

export interface About {
  /** In the order of their names. */
  readonly services: readonly string[];
  /** Whether something is about what services share, such as the database. */
  readonly shared: boolean;
}

/** What monitors or SLOs are about, by their tags; a composite is about what its members are about. */
function aboutOf(resources: readonly Resource[]): About {
  const leaves = (resource: Resource): (string | undefined)[] => {
    const [own] = listed(resource, "tags").filter((tag) => tag.startsWith("service:"));
    const members = own === undefined ? resource.targets("query") : [];
    return members.length === 0 ? [own?.slice("service:".length)] : members.flatMap(leaves);
  };
  const all = new Set(resources.flatMap(leaves));
  return { services: [...all].filter((name) => name !== undefined).sort(byNumber), shared: all.has(undefined) };
}

/**
 * The recipients of the monitors' messages, such as Slack's `#dev-one-alerts`, each with its number of monitors, and what these
 * are about.
 */
function recipientsOf(stack: Stack) {
  const told = stack.of("datadog_monitor").map((monitor) => {
    return { monitor, handles: [...new Set(shown(monitor, "message").match(HANDLE))] };
  });
  const handles = told.flatMap((each) => each.handles);
  const channels = stack.of("datadog_integration_slack_channel").map((channel) => {
    const name = shown(channel, "channel_name");
    return { name, handle: `@slack-${shown(channel, "account_name")}-${name.replace("#", "")}` };
  });
  const order = Object.values(SERVICES);
  return [...new Set(handles)]
    .map((handle) => {
      const [, kind = "", ownName = handle.slice(1)] = /^@(opsgenie|oncall|slack)-(.*)$/.exec(handle) ?? [];
      const name = channels.find((channel) => channel.handle === handle)?.name ?? ownName;
      const monitors = handles.filter((each) => each === handle).length;
      const about = aboutOf(told.filter((each) => each.handles.includes(handle)).map(({ monitor }) => monitor));
      return { service: SERVICES[kind as keyof typeof SERVICES], name, monitors, about };
    })
    .sort((a, b) => order.indexOf(a.service) - order.indexOf(b.service) || (a.name < b.name ? -1 : 1));
}
