import type { AssumptionName } from "../assumptions";
import { numberOf, optionalNumberOf, type Resource, textOf, unpriced } from "../resources/resource";
import { type Context, line, type LineItem, type Part } from "./part";

const NAME = "logs";
const DAYS_OF_MONTH = 365 / 12;
/** Retention of the log group that RDS creates for enhanced monitoring. */
const ENHANCED_MONITORING_DAYS = 30;

/** The writers of log groups, by the group's name. */
const kinds: readonly { readonly pattern: RegExp; readonly item: string; readonly assumption?: AssumptionName }[] = [
  { pattern: /flow-logs$/, item: "Flow logs", assumption: "flowLogs" },
  { pattern: /^\/aws\/rds\/instance\/.*\/postgresql$/, item: "PostgreSQL's logs", assumption: "databaseLogs" },
  // Without an assumption, because an upgrade writes only a few lines.
  { pattern: /^\/aws\/rds\/instance\/.*\/upgrade$/, item: "Upgrades of PostgreSQL" },
  { pattern: /^\/aws\/rds\/proxy\//, item: "RDS Proxy's logs", assumption: "proxyLogs" },
  { pattern: /^\/aws\/route53\//, item: "Logs of DNS queries", assumption: "dnsLogs" },
];

export const logs: Part = {
  name: NAME,
  types: ["aws_cloudwatch_log_group", "aws_flow_log", "aws_route53_query_log"],
  lines: (context) => [
    ...context.of("aws_cloudwatch_log_group").flatMap((group) => groupLines(context, group)),
    ...context.of("aws_db_instance").flatMap((instance) => enhancedMonitoringLines(context, instance)),
  ],
};

function groupLines(context: Context, group: Resource): LineItem[] {
  const name = textOf(group, "name");
  const kind = kinds.find(({ pattern }) => pattern.test(name));
  if (kind === undefined) {
    throw unpriced(
      group,
      "a log group whose writer is not known",
      "say in packages/cost/src/parts/logs.ts what writes into it",
    );
  }
  const days = numberOf(group, "retention_in_days");
  if (days === 0) throw unpriced(group, "logs that are kept forever", "give the group a retention");
  return kind.assumption === undefined ? [] : logLines(context, kind.item, kind.assumption, days);
}

function enhancedMonitoringLines(context: Context, instance: Resource): LineItem[] {
  const interval = optionalNumberOf(instance, "monitoring_interval") ?? 0;
  return interval === 0
    ? []
    : logLines(
        context,
        "Enhanced monitoring of the database",
        "enhancedMonitoring",
        ENHANCED_MONITORING_DAYS,
        60 / interval,
      );
}

function logLines(context: Context, item: string, assumption: AssumptionName, days: number, often = 1): LineItem[] {
  const { prices } = context.list;
  const written = { ...context.assume(assumption, "GB"), value: context.assumptions[assumption] * often };
  return [
    line(NAME, `${item}, written`, prices.logIngested, written),
    line(
      NAME,
      `${item}, kept`,
      prices.logStored,
      written,
      { value: days / DAYS_OF_MONTH, label: "months", one: "month" },
      context.assume("logCompression", "compressed"),
    ),
  ];
}
