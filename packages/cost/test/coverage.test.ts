import type { JsonObject } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";

import { stagingInIreland } from "../../../__tests__/support/environments";
import { instanceTypes } from "../../../src/config/catalog/instance-types";
import { production, staging } from "../../../src/environments";
import { assumptionsOf } from "../src/assumptions";
import { coverageOf } from "../src/coverage";
import { estimate } from "../src/estimate";
import { priceList, pricesOf } from "../src/prices";
import type { EnvironmentResources } from "../src/resources/resource";
import { changed, estimateOf, resourcesOf, withResource } from "./support";

const refusal = (environment: EnvironmentResources): string => {
  try {
    estimate(environment, assumptionsOf(environment.environment));
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return "nothing was refused";
};

describe.each([production, staging])("every resource of $name", (environment) => {
  test("is priced, free for a reason, or left out for a reason", () => {
    const { resources } = resourcesOf(environment);
    const { priced, free, leftOut } = coverageOf(resources);
    const counted = [...priced, ...free, ...leftOut].reduce((sum, { count }) => sum + count, 0);
    expect(counted).toBe(resources.length);
    for (const { reason } of [...free, ...leftOut]) expect(reason).not.toBe("");
  });

  test("that is priced belongs to a part with lines", () => {
    const { parts, coverage } = estimateOf(environment);
    const names = parts.map(({ part }) => part);
    for (const { part } of coverage.priced) expect(names).toContain(part);
  });
});

describe("a resource without a price is rejected in one sentence", () => {
  const whole = resourcesOf(staging);

  test.each([
    [
      "a type",
      withResource(whole, "aws_redshift_cluster", {}),
      /^There is no price for aws_redshift_cluster \(aws_redshift_cluster.added\): /,
    ],
    [
      "a type named like a property of objects",
      withResource(whole, "constructor", {}),
      /^There is no price for constructor /,
    ],
    [
      "an instance type",
      template((values) => ({ ...values, instance_type: "u-24tb1.metal" })),
      /the instance type u-24tb1.metal in us-east-1 .*packages\/cost\/src\/prices\/us-east-1.ts/,
    ],
    [
      "an instance type named like a property of objects",
      template((values) => ({ ...values, instance_type: "toString" })),
      /the instance type toString/,
    ],
    [
      "a database class",
      changed(whole, "aws_db_instance", (values) => ({ ...values, instance_class: "db.x9.huge" })),
      /the database class db.x9.huge/,
    ],
    [
      "an engine",
      changed(whole, "aws_db_instance", (values) => ({ ...values, engine: "oracle-ee" })),
      /an engine other than PostgreSQL/,
    ],
    [
      "a storage type",
      changed(whole, "aws_db_instance", (values) => ({ ...values, storage_type: "io2" })),
      /storage other than gp3/,
    ],
    [
      "long Performance Insights",
      changed(whole, "aws_db_instance", (values) => ({ ...values, performance_insights_retention_period: 731 })),
      /Performance Insights for 731 days/,
    ],
    [
      "a fast volume",
      template((values) => ({
        ...values,
        block_device_mappings: [{ ebs: { volume_type: "gp3", volume_size: 30, iops: 16_000 } }],
      })),
      /a volume that is not gp3/,
    ],
    [
      "a volume without a size",
      template((values) => ({ ...values, block_device_mappings: [] })),
      /a volume of the image's own size/,
    ],
    ["a second launch template", withResource(whole, "aws_launch_template", {}), /a second launch template/],
    [
      "a network load balancer",
      changed(whole, "aws_lb", (values) => ({ ...values, load_balancer_type: "network" })),
      /not an Application Load Balancer/,
    ],
    [
      "a log group of an unknown writer",
      withResource(whole, "aws_cloudwatch_log_group", { name: "/x", retention_in_days: 30 }),
      /a log group whose writer is not known/,
    ],
    [
      "logs kept forever",
      changed(whole, "aws_cloudwatch_log_group", (values) => ({ ...values, retention_in_days: 0 })),
      /logs that are kept forever/,
    ],
    [
      "a bucket of unknown use",
      withResource(whole, "aws_s3_bucket", { bucket: "photos" }),
      /a bucket whose use is not known/,
    ],
    [
      "access logs that never expire",
      changed(whole, "aws_s3_bucket_lifecycle_configuration", (values) => ({ ...values, rule: [] })),
      /logs that are kept forever/,
    ],
  ])("%s", (_, environment, sentence) => {
    expect(refusal(environment)).toMatch(sentence);
    expect(refusal(environment)).not.toContain("\n");
  });

  test("a region", () => {
    expect(() => estimateOf(stagingInIreland())).toThrow(
      "There is no price list for eu-west-1 (there is one for us-east-1): add a file beside packages/cost/src/prices/us-east-1.ts.",
    );
  });

  test.each([null, "4", -1, 1e300, { amount: 4 }])("a size that is %j", (size) => {
    expect(refusal(changed(whole, "aws_autoscaling_group", (values) => ({ ...values, max_size: size })))).toMatch(
      /^aws_autoscaling_group\.[\w.-]+: max_size is (missing|not a number from 0 to 1,000,000,000), so that it cannot be priced\.$/,
    );
  });

  test("prints a resource name without line breaks and Markdown", () => {
    const sentence = refusal(withResource(whole, "aws_x\n# <b>*hello*</b>`(y)", {}));
    expect(sentence).toContain("aws_x?? ?b??hello??/b???y?");
  });

  function template(change: (values: JsonObject) => JsonObject): EnvironmentResources {
    return changed(resourcesOf(staging), "aws_launch_template", change);
  }
});

describe("the price list of us-east-1", () => {
  const list = priceList("us-east-1");

  test.each(pricesOf(list))(
    "%s is a whole number of millionths, with a dated source",
    (_, { microDollars, source }) => {
      expect(Number.isSafeInteger(microDollars)).toBe(true);
      expect(microDollars).toBeGreaterThan(0);
      expect(source.asOf).toMatch(/^20\d\d(-\d\d-\d\d)?$/);
      expect(source.asOf <= list.date).toBe(true);
      expect(source.page).toMatch(/^https:\/\//);
      expect(source.copy).not.toBe("");
    },
  );

  test("has low confidence for every derived price", () => {
    for (const [, { derivation, source }] of pricesOf(list)) {
      if (derivation !== undefined) expect(source.confidence).toBe("low");
    }
  });

  test("has every instance type that the configuration allows", () => {
    expect(Object.keys(list.instanceTypes)).toEqual(expect.arrayContaining(Object.keys(instanceTypes)));
  });
});
