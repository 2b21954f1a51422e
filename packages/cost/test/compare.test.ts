import { stagingInThreeZones, stagingWith, stagingWithZones } from "../../../__tests__/support/environments";
import { staging } from "../../../src/environments";
import { assumptionsOf } from "../src/assumptions";
import { compare, summaryOf } from "../src/compare";
import { comparePlan, costLine } from "../src/cost-line";
import { estimate } from "../src/estimate";
import type { EnvironmentResources } from "../src/resources/resource";
import { changed, estimateOf, planOf, resourcesOf, usd, withResource } from "./support";

const before = estimateOf(staging);
const oneServerMore = () =>
  stagingWithZones((zone, number) => ({ servers: { ...zone.servers, "api-5": `172.31.${number}.105` } }));
const withStandby = () => stagingWith({ database: { ...staging.database, multiAz: true } });

describe("between two configurations", () => {
  test("an additional server in each of two zones", () => {
    const { difference, parts } = compare(before, estimateOf(oneServerMore()));
    // Each: 730 x 0.266, 30 GB x 0.08, 7 metrics x 0.30, a host in Datadog 15.
    expect(parts).toEqual([
      { part: "servers", difference: usd(2 * (194.18 + 2.4)) },
      { part: "monitoring", difference: usd(2 * (2.1 + 15)) },
    ]);
    expect(difference).toBe(usd(427.36));
  });

  test("a database that gets a standby", () => {
    const comparison = compare(before, estimateOf(withStandby()));
    // Another 730 x 0.065, and 20 GB at 0.23 instead of 0.115.
    expect(comparison.parts).toEqual([{ part: "database", difference: usd(47.45 + 2.3) }]);
    expect(comparison.lines.map(({ item, before: old, after }) => [item, old?.monthly, after?.monthly])).toEqual([
      ["PostgreSQL, db.t4g.medium, with standby (Multi-AZ)", undefined, usd(94.9)],
      ["Storage, gp3", usd(2.3), usd(4.6)],
      ["PostgreSQL, db.t4g.medium, one zone", usd(47.45), undefined],
    ]);
  });

  test("a third zone brings servers, a NAT gateway, addresses and traffic", () => {
    const { lines } = compare(before, estimateOf(stagingInThreeZones()));
    const difference = Object.fromEntries(lines.map((line) => [line.item, line.difference]));
    expect(difference).toMatchObject({
      "Named servers, m3.xlarge": usd(4 * 194.18),
      "NAT gateways": usd(32.85),
      "Public IPv4 addresses": usd(7.3),
    });
    expect(difference["Across zones, to the database"]).toBeGreaterThan(0);
  });

  test("interface endpoints", () => {
    const { lines } = compare(before, estimateOf(stagingWith({ interfaceEndpoints: true })));
    expect(lines).toEqual([
      expect.objectContaining({
        item: "Interface endpoints, each in each zone",
        before: undefined,
        difference: usd(73),
      }),
    ]);
  });

  test("equal configurations", () => {
    const comparison = compare(before, estimateOf(stagingWith({})));
    expect(comparison).toMatchObject({ difference: 0, lines: [], parts: [] });
    expect(summaryOf(comparison)).toMatch(/^\$[\d,.]+ a month, unchanged$/);
  });

  test("an added or removed environment", () => {
    expect(compare(undefined, before)).toMatchObject({ environment: "staging", before: 0, difference: before.monthly });
    expect(compare(before, undefined)).toMatchObject({ after: 0, difference: -before.monthly });
  });

  test("a change and its reversal add up to zero", () => {
    const after = estimateOf(oneServerMore());
    expect(compare(before, after).difference + compare(after, before).difference).toBe(0);
  });
});

describe("the line of a plan's review", () => {
  const now = resourcesOf(staging);
  const without = (environment: EnvironmentResources): EnvironmentResources => ({ ...environment, resources: [] });

  test("contains the cost before and after, and the parts that differ", () => {
    expect(costLine(planOf(now, resourcesOf(oneServerMore())))).toMatch(
      /^Cost: \$[\d,.]+ to \$[\d,.]+ a month \(\+\$427\.36: servers \+\$393\.16, monitoring \+\$34\.20\), by prices of us-east-1 of \d{4}-\d\d-\d\d and assumed traffic\.$/,
    );
    expect(costLine(planOf(now, resourcesOf(withStandby())))).toContain("(+$49.75: database +$49.75)");
    expect(costLine(planOf(now, now))).toMatch(/^Cost: \$[\d,.]+ a month, unchanged, by prices /);
  });

  test("equals the difference of the synthesized JSON, although a plan lacks references", () => {
    const assumed = assumptionsOf("staging");
    const { comparison } = comparePlan(planOf(without(now), now), () => []);
    expect(comparison).toMatchObject({ before: 0, after: estimate(now, assumed).monthly });
    const { comparison: removal } = comparePlan(planOf(now, without(now)), () => []);
    expect(removal.difference).toBe(-estimate(now, assumed).monthly);
  });

  test("is undefined for a stack without priced resources", () => {
    const free = { ...now, resources: now.resources.filter(({ type }) => type === "aws_iam_role") };
    expect(costLine(planOf(without(now), free))).toBeUndefined();
  });

  test("states the reason when the plan cannot be priced", () => {
    expect(costLine(planOf(now, withResource(now, "aws_redshift_cluster", {})))).toMatch(
      /^Cost: not estimated\. There is no price for aws_redshift_cluster /,
    );
    expect(costLine({})).toMatch(/^Cost: not estimated\. This is no plan/);
    expect(costLine({ ...planOf(now, now), format_version: "0.2" })).toMatch(/not version 1/);
    expect(costLine({ ...planOf(now, now), errored: true })).toMatch(/ended with an error/);
    expect(costLine({ ...planOf(now, now), configuration: {} })).toMatch(/does not say its region/);
  });

  test("shows no value of the plan", () => {
    const secret = "hunter2-hunter2";
    const hidden = (values: EnvironmentResources) =>
      changed(values, "aws_secretsmanager_secret_version", () => ({ secret_string: secret }));
    expect(costLine(planOf(hidden(now), hidden(resourcesOf(withStandby()))))).not.toContain(secret);
    const wrong = changed(hidden(now), "aws_autoscaling_group", (values) => ({ ...values, max_size: secret }));
    expect(costLine(planOf(now, wrong))).toMatch(/^Cost: not estimated\. (?!.*hunter2)/);
  });
});
