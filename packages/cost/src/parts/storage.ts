import type { JsonObject } from "@dev-one/cli/json";

import { blocksOf, numberOf, own, type Resource, textOf, unpriced } from "../resources/resource";
import { type Context, line, type LineItem, type Part, zonesOf } from "./part";

const NAME = "storage";
const DAYS_OF_MONTH = 365 / 12;
const GIGABYTE = 2 ** 30;
/** A load balancer writes an access log every five minutes in each zone. */
const LOG_FILES_AN_HOUR = 12;

export const storage: Part = {
  name: NAME,
  types: ["aws_s3_bucket", "aws_s3_bucket_lifecycle_configuration"],
  lines: (context) => context.of("aws_s3_bucket").flatMap((bucket) => bucketLines(context, bucket)),
};

function bucketLines(context: Context, bucket: Resource): LineItem[] {
  const name = textOf(bucket, "bucket");
  if (name.includes("access-logs")) return accessLogLines(context, bucket);
  if (name.includes("terraform-state")) return stateLines(context);
  throw unpriced(bucket, "a bucket whose use is not known", "say in packages/cost/src/parts/storage.ts what it holds");
}

function accessLogLines(context: Context, bucket: Resource): LineItem[] {
  const { prices } = context.list;
  const months = expirationDays(context, bucket) / DAYS_OF_MONTH;
  const files = LOG_FILES_AN_HOUR * context.assumptions.hours * Math.max(1, zonesOf(context));
  return [
    line(
      NAME,
      "Access logs kept",
      prices.bucketGigabyte,
      {
        value: (context.requests * context.assumptions.accessLogSize) / GIGABYTE,
        label: `GB (${context.assumptions.accessLogSize} bytes of each request)`,
        assumed: true,
      },
      { value: months, label: "months", one: "month" },
    ),
    line(NAME, "Access logs written", prices.bucketWrites, { value: files, label: "files" }),
  ];
}

function stateLines(context: Context): LineItem[] {
  const { prices } = context.list;
  return [
    line(NAME, "Terraform state kept", prices.bucketGigabyte, context.assume("stateSize", "GB")),
    line(NAME, "Terraform state written", prices.bucketWrites, context.assume("stateWrites", "requests")),
  ];
}

/** The days after which objects of the bucket expire. @throws UserError when they do not expire */
function expirationDays({ resources }: Context, bucket: Resource): number {
  const days = resources
    .filter(
      ({ type, values }) => type === "aws_s3_bucket_lifecycle_configuration" && isOf(own(values, "bucket"), bucket),
    )
    .flatMap((configuration) =>
      blocksOf(configuration.values, "rule")
        .filter((rule) => own(rule, "status") === "Enabled" && isOfAll(rule))
        .flatMap((rule) => blocksOf(rule, "expiration"))
        .filter((expiration) => own(expiration, "days") != null)
        .map((expiration) => numberOf(configuration, "days", expiration)),
    );
  if (days.length === 0) throw unpriced(bucket, "logs that are kept forever", "let them expire");
  return Math.min(...days);
}

/** Whether a lifecycle rule applies to every object, not only to those with a prefix. */
function isOfAll(rule: JsonObject): boolean {
  return blocksOf(rule, "filter").every((filter) => (own(filter, "prefix") ?? "") === "");
}

/** Synthesized JSON has a reference to the bucket, a plan its name, and a plan that creates the bucket no value. */
function isOf(reference: unknown, bucket: Resource): boolean {
  return (
    reference === undefined ||
    reference === null ||
    reference === own(bucket.values, "bucket") ||
    (typeof reference === "string" && reference.includes(`${bucket.address}.`))
  );
}
