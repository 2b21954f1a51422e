import type { Resource } from "@dev-one/terraform-json/resources";

import { type Context, NoPrice, numberOf, type Part } from "../context";

export const DAYS_OF_MONTH = 365 / 12;
const GIGABYTE = 2 ** 30;
/** A load balancer writes an access log every five minutes in each zone. */
const LOG_FILES_AN_HOUR = 12;

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
  const months = { value: expirationDays(context, bucket) / DAYS_OF_MONTH, label: "months", one: "month" };
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
