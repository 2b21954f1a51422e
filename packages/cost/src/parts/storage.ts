import type { Resource } from "@dev-one/terraform-json/resources";

import type { AssumptionName } from "../assumptions";
import { type Context, many, NoPrice, numberOf, type Part } from "../context";

const DAYS_OF_MONTH = 365 / 12;
const GIGABYTE = 2 ** 30;
/** A load balancer writes an access log every five minutes in each zone. */
const LOG_FILES_AN_HOUR = 12;

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

export const storage: Part = {
  name: "storage",
  types: ["aws_s3_bucket", "aws_s3_bucket_lifecycle_configuration"],
  addLines(context) {
    context.each("aws_s3_bucket", (bucket) => {
      const name = bucket.template("bucket") ?? "";
      if (name.includes("access-logs")) {
        addAccessLogs(context, bucket);
      } else if (name.includes("terraform-state")) {
        context.line("Terraform state kept", "bucketGigabyte", context.assume("stateSize", "GB"));
        context.line("Terraform state written", "bucketWrites", context.assume("stateWrites", "requests"));
      } else if (name.includes("-services-")) {
        context.line("Programs of services kept", "bucketGigabyte", context.assume("bundlesSize", "GB"));
      } else {
        throw new NoPrice("a bucket whose content is not known");
      }
    });
  },
};

function addAccessLogs(context: Context, bucket: Resource): void {
  const { accessLogSize, hours } = context.assumptions;
  const kept = {
    value: (context.requests * accessLogSize) / GIGABYTE,
    label: `GB (${accessLogSize} bytes of each request)`,
    assumed: true,
  };
  const months = many(expirationDays(context, bucket) / DAYS_OF_MONTH, "month");
  context.line("Access logs kept", "bucketGigabyte", kept, months);
  const files = LOG_FILES_AN_HOUR * hours * Math.max(1, context.zones);
  context.line("Access logs written", "bucketWrites", { value: files, label: "files" });
}

/** The days after which every object of the bucket expires. @throws NoPrice when objects do not expire */
function expirationDays(context: Context, bucket: Resource): number {
  const days = context
    .of("aws_s3_bucket_lifecycle_configuration")
    .filter((configuration) => isOf(configuration, bucket))
    .flatMap((configuration) => configuration.blocks("rule"))
    .filter((rule) => rule.text("status") === "Enabled")
    .filter((rule) => rule.blocks("filter").every((filter) => (filter.text("prefix") ?? "") === ""))
    .flatMap((rule) => rule.blocks("expiration"))
    .filter((expiration) => expiration.has("days"))
    .map((expiration) => numberOf(expiration, "days"));
  if (days.length === 0) throw new NoPrice("logs that are kept forever");
  return Math.min(...days);
}

/** By reference, or by the name of the bucket; a plan without its configuration knows neither before the bucket exists. */
function isOf(configuration: Resource, bucket: Resource): boolean {
  const target = configuration.target("bucket");
  if (target !== undefined) return target.address === bucket.address;
  const name = configuration.template("bucket");
  return name === undefined || name === bucket.template("bucket");
}

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
  context.line(`${item}, written`, "logIngested", written);
  const kept = many(days / DAYS_OF_MONTH, "month");
  context.line(`${item}, kept`, "logStored", written, kept, context.assume("logCompression", "compressed"));
}
