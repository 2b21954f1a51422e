import { type RawPlan, UNFINISHED } from "@dev-one/terraform-json/read-plan";

import { fixture, sandbox } from "../../../__tests__/fixtures/environment";
import { compare, summaryOf } from "../src/compare";
import { costLine } from "../src/cost-line";
import { estimate } from "../src/estimate";
import { dollars } from "../src/money";
import { fromChange } from "../src/resources";
import {
  changed,
  estimateOf,
  planOf,
  resourcesOf,
  sandboxWith,
  stacksOf,
  threeZones,
  usd,
  withResources,
} from "./support";

const before = estimateOf(sandbox);
const now = stacksOf(sandbox);
const oneServerMore = sandboxWith({
  zones: sandbox.zones.map((zone, index) => ({
    ...zone,
    servers: { ...zone.servers, "web-4": `10.20.${5 + index}.44` },
  })),
});
const withStandby = sandboxWith({ database: { ...sandbox.database, multiAz: true } });

describe("between two configurations", () => {
  test("an additional server in each of two zones", () => {
    const { difference, parts } = compare(before, estimateOf(oneServerMore));
    // Each: 730 x 0.2016, 40 GB x 0.08, 7 metrics x 0.30, 43,800 calls x 0.01 for 1,000, a host in Datadog 15.
    expect(parts).toEqual([
      { part: "servers", difference: usd(2 * (147.168 + 3.2)) },
      { part: "monitoring", difference: usd(2 * (2.1 + 0.438 + 15)) },
    ]);
    expect(difference).toBe(usd(335.812));
    expect(compare(estimateOf(oneServerMore), before).difference).toBe(usd(-335.812));
  });

  test("a database that gets a standby", () => {
    const comparison = compare(before, estimateOf(withStandby));
    // 730 x 0.065 instead of 730 x 0.032, and 30 GB at 0.23 instead of 0.115.
    expect(comparison.parts).toEqual([{ part: "database", difference: usd(24.09 + 3.45) }]);
    expect(comparison.lines.map(({ item, before: old, after }) => [item, old?.monthly, after?.monthly])).toEqual([
      ["PostgreSQL, db.t4g.small, with standby (Multi-AZ)", undefined, usd(47.45)],
      ["Storage, gp3", usd(3.45), usd(6.9)],
      ["PostgreSQL, db.t4g.small, one zone", usd(23.36), undefined],
    ]);
  });

  test("a third zone brings servers, a NAT gateway, addresses and traffic", () => {
    const { lines } = compare(before, estimateOf(threeZones));
    const difference = Object.fromEntries(lines.map((line) => [line.item, line.difference]));
    expect(difference).toMatchObject({
      "Named servers, m7i.xlarge": usd(3 * 147.168),
      "NAT gateways": usd(32.85),
      "Public IPv4 addresses": usd(7.3),
    });
    expect(difference["Across zones, to the database"]).toBeGreaterThan(0);
  });

  test("equal configurations", () => {
    const comparison = compare(before, estimateOf(sandbox));
    expect(comparison).toMatchObject({ difference: 0, lines: [], parts: [] });
    expect(summaryOf(comparison)).toMatch(/^\$[\d,.]+ a month, unchanged$/);
  });

  test("an added or removed environment", () => {
    expect(compare(undefined, before)).toMatchObject({ environment: "sandbox", before: 0, difference: before.monthly });
    expect(compare(before, undefined)).toMatchObject({ after: 0, difference: -before.monthly });
  });
});

test("of a plan that moves to a region without a price list, the side after it is not estimated, and there is no difference", () => {
  const text = JSON.stringify(planOf(now, now))
    .replaceAll(/"before":\{(?=")/g, '"before":{"region":"us-east-1",')
    .replace('"region":{"constant_value":"us-east-1"}', '"region":{"constant_value":"us-east-2"}');
  const sides = fromChange(JSON.parse(text) as RawPlan);
  const moved = compare(estimate(sides.before), estimate(sides.after));
  expect(moved).toMatchObject({ before: before.monthly, after: undefined, difference: undefined, lines: [] });
  expect(summaryOf(moved)).toBe(`before ${dollars(before.monthly)} a month, after not estimated`);
});

describe("the line of a plan's review", () => {
  test("contains the cost before and after, and the parts that differ", () => {
    expect(costLine(planOf(now, stacksOf(oneServerMore)))).toMatch(
      /^Cost: \$[\d,.]+ to \$[\d,.]+ a month \(\+\$335\.81: servers \+\$300\.74, monitoring \+\$35\.08\), by prices of us-east-1 of \d{4}-\d\d-\d\d and assumed traffic\.$/,
    );
    expect(costLine(planOf(now, now))).toMatch(/^Cost: \$[\d,.]+ a month, unchanged, by prices /);
  });

  test.each([
    ["creates", [], now],
    ["removes", now, []],
  ])("equals the estimate of the synthesized JSON when the plan %s everything", (_, old, after) => {
    const sides = fromChange(planOf(old, after));
    const amounts = [sides.before, sides.after].map((side) => estimate(side).monthly);
    expect(amounts).toEqual([old, after].map((side) => (side.length === 0 ? 0 : estimate(resourcesOf(side)).monthly)));
  });

  test("is undefined for a stack without a priced type", () => {
    const provider = { provider: now[0]?.json.provider ?? {} };
    const free = withResources([{ name: "sandbox", json: provider }], "aws_iam_role", { name: "x" });
    expect(costLine(planOf(free, free))).toBeUndefined();
  });

  test("names what is not priced", () => {
    const large = changed(withResources(now, "aws_sqs_queue", {}, {}), "aws_db_instance", (values) => ({
      ...values,
      instance_class: "db.r9.large",
    }));
    // Without the database and its proxy on both sides: its new class does not look like a database that is removed.
    expect(costLine(planOf(now, large))).toMatch(
      /^Cost: \$[\d,.]+ a month, unchanged, by prices .* assumed traffic\. Not priced \(3\): aws_sqs_queue\.added-1: there is no price for aws_sqs_queue, of which there are 2; aws_db_instance\.[\w-]+: db\.r9\.large in us-east-1; aws_db_proxy\.[\w-]+: a proxy of a database without a price\.$/,
    );
    const elsewhere = stacksOf(fixture).filter(({ name }) => name.endsWith("-state"));
    expect(costLine(planOf(elsewhere, elsewhere))).toMatch(
      /^Cost: not estimated\. Not priced \(3\): .*there is no price list of us-east-2/,
    );
  });

  test("states the reason when the plan cannot be read", () => {
    expect(costLine({ ...planOf(now, now), errored: true })).toBe(`Cost: not estimated. ${UNFINISHED}`);
    expect(costLine({ ...planOf(now, now), configuration: {} })).toMatch(/does not say its region/);
  });

  test("shows no value of the plan", () => {
    const secret = "hunter2-hunter2";
    const hidden = changed(now, "aws_secretsmanager_secret_version", () => ({ secret_string: secret }));
    const wrong = changed(hidden, "aws_autoscaling_group", (values) => ({ ...values, max_size: secret }));
    const line = costLine(planOf(hidden, wrong));
    expect(line).toMatch(/Not priced \(3\): aws_autoscaling_group\.[\w-]+: max_size is missing or no amount/);
    expect(line).not.toContain(secret);
  });
});
