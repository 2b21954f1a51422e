import type { JsonObject } from "@dev-one/cli/json";

import { both, fixture, sandbox } from "../../../__tests__/fixtures/environment";
import { coverageOf, isPriced } from "../src/coverage";
import { priceList, pricesOf } from "../src/prices";
import { notPricedLines } from "../src/report";
import { changed, estimateOf, resourcesOf, type Stacks, stacksOf, withResources } from "./support";

const whole = stacksOf(sandbox);
const complete = estimateOf(whole);
const set = (type: string, values: JsonObject) => changed(whole, type, (old) => ({ ...old, ...values }));
const template = (values: JsonObject) => set("aws_launch_template", values);
const database = (values: JsonObject) => set("aws_db_instance", values);
const volume = (ebs: JsonObject) => template({ block_device_mappings: disk(ebs) });
const linesOf = (stacks: Stacks) => notPricedLines([estimateOf(stacks)]);
const disk = (ebs: JsonObject) => [{ ebs: { volume_type: "gp3", volume_size: 30, ...ebs } }];

test.each(both)("every type of %s is priced, free for a reason, or left out for a reason", (_, environment) => {
  const { resources } = resourcesOf(stacksOf(environment));
  const { free, leftOut, notPriced } = coverageOf(resources);
  const counted = [...free, ...leftOut].reduce((sum, { count }) => sum + count, 0);
  expect(counted + resources.filter(({ type }) => isPriced(type)).length).toBe(resources.length);
  expect(notPriced).toEqual([]);
});

test("nothing of the fixture is without a price where there is a list", () => {
  expect(complete.notPriced).toEqual([]);
  expect(notPricedLines([complete])).toEqual([]);
});

describe("what has no price is listed by its address, and the rest is priced", () => {
  test.each<[string, Stacks, RegExp]>([
    ["an instance type", template({ instance_type: "u-24tb1.metal" }), /: u-24tb1\.metal in us-east-1$/],
    ["a type named like a property of objects", template({ instance_type: "toString" }), /: toString in/],
    ["a missing type", template({ instance_type: null }), /: instance_type is missing$/],
    ["a type that is not known yet", template({ instance_type: "${data.x.y.z}" }), /: instance_type /],
    ["a fast volume", volume({ iops: 16_000 }), /: a volume that is not/],
    ["another volume", volume({ volume_type: "io2" }), /: a volume that is/],
    ["a volume without a size", template({ block_device_mappings: [] }), /: a volume of the image's own size$/],
    ["a database class", database({ instance_class: "db.r9.large" }), /: db\.r9\.large in us-east-1$/],
    ["an engine", database({ engine: "oracle-ee" }), /: engine oracle-ee$/],
    ["a storage type", database({ storage_type: "io2" }), /: storage io2$/],
    ["long Insights", database({ performance_insights_retention_period: 731 }), /: Performance Insights for 731/],
    ["a read replica", database({ replicate_source_db: "main" }), /: a read replica$/],
    ["a network load balancer", set("aws_lb", { load_balancer_type: "network" }), /: load balancer of type network$/],
    ["a log group of an unknown writer", set("aws_cloudwatch_log_group", { name: "/x" }), /: a log group whose writer/],
    ["logs kept forever", set("aws_cloudwatch_log_group", { retention_in_days: 0 }), /: logs that are kept forever$/],
    ["a bucket of unknown use", set("aws_s3_bucket", { bucket: "photos" }), /: a bucket whose content is not known$/],
    ["access logs that never expire", set("aws_s3_bucket_lifecycle_configuration", { rule: [] }), /: logs that are/],
    ["several instance types", set("aws_autoscaling_group", { mixed_instances_policy: {} }), /: a group of several/],
    ["a negative size", set("aws_autoscaling_group", { max_size: -1 }), /: max_size is missing or no amount$/],
  ])("%s", (_, stacks, line) => {
    const lines = linesOf(stacks);
    expect(lines[0]).toMatch(/^not priced: sandbox: aws_\w+\.[\w-]+: /);
    expect(lines[0]).toMatch(line);
    expect(lines.at(-1)).toBe(`Not priced: ${lines.length - 1}.`);
    expect(lines.join("")).not.toContain("\n");
    const { monthly } = estimateOf(stacks);
    expect(monthly).toBeGreaterThan(0);
    expect(monthly).toBeLessThan(complete.monthly);
  });

  test("a type, once, with the number of its resources", () => {
    const queues = withResources(whole, "aws_sqs_queue", {}, {});
    expect(linesOf(queues)).toEqual([
      "not priced: sandbox: aws_sqs_queue.added-1: there is no price for aws_sqs_queue, of which there are 2",
      "Not priced: 1.",
    ]);
    expect(estimateOf(queues).monthly).toBe(complete.monthly);
    expect(linesOf(withResources(whole, "constructor", {}))[0]).toMatch(/ there is no price for constructor$/);
  });

  test("a second launch template is priced for the groups that use it", () => {
    const [own] = resourcesOf(whole).resources.filter(({ type }) => type === "aws_launch_template");
    const second = withResources(whole, "aws_launch_template", {
      instance_type: "m3.xlarge",
      block_device_mappings: disk({}),
    });
    expect(own?.address).toBeDefined();
    expect(estimateOf(second).monthly).toBe(complete.monthly);
  });

  test("a region without a price list: one line for each type", () => {
    const elsewhere = estimateOf(fixture);
    const { notPriced, monthly } = elsewhere;
    expect(monthly).toBe(0);
    expect(notPriced.length).toBeGreaterThan(10);
    expect(notPricedLines([elsewhere]).join("\n")).toMatch(
      /^not priced: fixture: aws_db_instance\.[\w-]+: aws_db_instance: there is no price list of us-east-2 in packages\/cost\/src\/prices$/m,
    );
  });
});

describe("the price list of us-east-1", () => {
  const list = priceList("us-east-1");

  test("has whole millionths, each with a dated source, and low confidence where a price is derived", () => {
    for (const [name, { microDollars, derivation, source }] of list === undefined ? [] : pricesOf(list)) {
      expect([name, Number.isSafeInteger(microDollars) && microDollars > 0]).toEqual([name, true]);
      expect(source.asOf).toMatch(/^20\d\d(-\d\d-\d\d)?$/);
      expect(source.asOf <= (list?.date ?? "")).toBe(true);
      expect(source.page).toMatch(/^https:\/\//);
      expect([name, derivation === undefined || source.confidence === "low"]).toEqual([name, true]);
    }
  });
});
