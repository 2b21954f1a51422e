import type { AssumptionName } from "../assumptions";
import { type Context, NoPrice, numberOf, type Part } from "../context";
import { DAYS_OF_MONTH } from "./storage";

/** Retention of the log group that RDS creates for enhanced monitoring. */
const ENHANCED_MONITORING_DAYS = 30;

/** The writers of log groups, by the group's name. */
const writers: readonly (readonly [name: RegExp, item: string, assumption?: AssumptionName])[] = [
  [/flow-logs$/, "Flow logs", "flowLogs"],
  [/^\/aws\/rds\/instance\/.*\/postgresql$/, "PostgreSQL's logs", "databaseLogs"],
  // Without an assumption, because an upgrade writes only a few lines.
  [/^\/aws\/rds\/instance\/.*\/upgrade$/, "Upgrades of PostgreSQL"],
  [/^\/aws\/rds\/proxy\//, "RDS Proxy's logs", "proxyLogs"],
  [/^\/aws\/route53\//, "Logs of DNS queries", "dnsLogs"],
];

export const logs: Part = {
  name: "logs",
  types: ["aws_cloudwatch_log_group", "aws_flow_log", "aws_route53_query_log"],
  addLines(context) {
    context.each("aws_cloudwatch_log_group", (group) => {
      const writer = writers.find(([name]) => name.test(group.template("name") ?? ""));
      if (writer === undefined) throw new NoPrice("a log group whose writer is not known");
      const days = numberOf(group, "retention_in_days");
      if (days === 0) throw new NoPrice("logs that are kept forever");
      const [, item, assumption] = writer;
      if (assumption !== undefined) addLogs(context, item, assumption, days);
    });
    context.each("aws_db_instance", (instance) => {
      const seconds = instance.number("monitoring_interval") ?? 0;
      if (seconds === 0) return;
      const item = "Enhanced monitoring of the database";
      addLogs(context, item, "enhancedMonitoring", ENHANCED_MONITORING_DAYS, 60 / seconds);
    });
  },
};

function addLogs(context: Context, item: string, assumption: AssumptionName, days: number, often = 1): void {
  const written = { ...context.assume(assumption, "GB"), value: context.assumptions[assumption] * often };
  const months = { value: days / DAYS_OF_MONTH, label: "months", one: "month" };
  context.line(`${item}, written`, "logIngested", written);
  context.line(`${item}, kept`, "logStored", written, months, context.assume("logCompression", "compressed"));
}
