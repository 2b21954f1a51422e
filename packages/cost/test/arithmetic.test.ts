import { sandbox } from "../../../__tests__/fixtures/environment";
import { withShop } from "../../../__tests__/fixtures/variants";
import { type Assumptions, assumptionsOf } from "../src/assumptions";
import { Context } from "../src/context";
import { amount, cost, dollars, signedDollars, unitPrice } from "../src/money";
import { capacityUnits } from "../src/parts/network";
import { priceList } from "../src/prices";
import { changed, estimateOf, lineOf, resourcesOf, type Stacks, stacksOf, standby, threeZones, usd } from "./support";

test("two services that share the load balancer pay for two metrics and for the calls of their servers", () => {
  const runsOn = { kind: "own-group" as const, minimum: 2, maximum: 6, requestsPerServer: 6000 };
  const estimated = estimateOf(withShop({ runsOn }));
  expect(lineOf(estimated, "Metrics that servers publish").monthly).toBe(usd(0.6));
  expect(lineOf(estimated, "Calls of named servers that publish")).toMatchObject({
    monthly: usd((6 * 60 * 730 * 0.01) / 1000),
    assumed: false,
  });
  expect(lineOf(estimated, "Calls of elastic servers that publish").assumed).toBe(true);
});

describe("the fixture, line by line, calculated by hand", () => {
  const estimated = estimateOf(standby);

  test.each([
    ["Named servers", 883.008, "3 servers in each of 2 zones, m7i.xlarge: 6 x 730 x 0.2016"],
    ["Elastic servers", 147.168, "1 x 730 x 0.2016"],
    ["Volumes of named servers", 19.2, "6 x 40 x 0.08"],
    ["PostgreSQL, db.t4g.small, with standby (Multi-AZ)", 47.45, "730 x 0.065"],
    ["Storage, gp3", 6.9, "30 x 0.23"],
    ["Backups beyond", 11.4, "(150 - 30) x 0.095"],
    ["RDS Proxy", 21.9, "2 x 730 x 0.015"],
    ["NAT gateways", 65.7, "2 x 730 x 0.045"],
    ["Processed by NAT gateways", 9, "(150 + 50) x 0.045"],
    ["Public IPv4 addresses", 14.6, "(2 + 2) x 730 x 0.005"],
    ["Interface endpoints", 73, "5 x 2 x 730 x 0.01"],
    ["Application Load Balancer", 16.425, "730 x 0.0225"],
    ["What it carries", 58.4, "30,000 / 3,000 x 730 x 0.008"],
    ["DNS zones", 1, "2 x 0.50"],
    ["Flow logs, written", 40, "80 x 0.50"],
    ["Flow logs, kept", (80 * 720 * 0.15 * 0.03) / 365, "80 GB for 60 days, which are 720 / 365 months, x 0.15 x 0.03"],
    ["Access logs written", 0.0876, "12 x 730 x 2 x 0.005 / 1,000"],
    ["KMS keys", 2, "2 keys: of the environment and of the Terraform state"],
    [
      "Secrets",
      1.2,
      "3: the Datadog API key, the password of the database user, and the master password that RDS manages",
    ],
    ["Metrics each minute of named servers", 12.6, "6 x 7 x 0.30"],
    ["Alarms", 2, "(7 + 4 + 6 + 3) metrics x 0.10"],
    ["Datadog, hosts: named servers", 90, "6 x 15"],
    ["Datadog, logs sent", 10, "100 x 0.10"],
    ["Datadog, logs indexed", 85, "50 x 1.70"],
  ])("%s: $%d, which is %s", (item, monthly) => {
    expect(lineOf(estimated, item).monthly).toBe(usd(monthly));
  });

  test("data transfer between zones is billed in both directions", () => {
    // 500 x 3,600 x 730 requests of 2 KiB, half of them to the other zone, twice 0.01
    const gigabytes = (500 * 3600 * 730 * 2) / 2 ** 20 / 2;
    expect(lineOf(estimated, "Across zones, to the database").monthly).toBe(Math.round(gigabytes * 2 * 10_000));
  });

  test("the total is the sum of the lines, to the millionth", () => {
    const lines = estimated.parts.flatMap((part) => part.lines);
    expect(estimated.monthly).toBe(lines.reduce((sum, { monthly }) => sum + monthly, 0));
    expect(estimated.fixed).toBe(lines.reduce((sum, { monthly, assumed }) => sum + (assumed ? 0 : monthly), 0));
    expect(Number.isSafeInteger(estimated.monthly)).toBe(true);
    expect(Number.isSafeInteger(estimateOf(standby, { hours: 0 }).monthly)).toBe(true);
  });

  test("the formula contains every factor and the price", () => {
    expect(lineOf(estimated, "Named servers").formula).toBe("6 named servers x 730 h x $0.2016 per hour");
    expect(lineOf(estimated, "DNS queries").formula).toBe("5,000,000 queries x $0.40 per 1,000,000 queries");
  });
});

describe("traffic", () => {
  const stacks = stacksOf(sandbox);

  test("data transfer out to the internet is billed by ranges of volume", () => {
    const estimated = estimateOf(sandbox, { requests: 0, natOut: 60_000 });
    // 10,240 x 0.09, 40,960 x 0.085, 8,800 x 0.07
    expect(lineOf(estimated, "Out to the internet, first 10 TB").monthly).toBe(usd(921.6));
    expect(lineOf(estimated, "Out to the internet, next 40 TB").monthly).toBe(usd(3481.6));
    expect(lineOf(estimated, "Out to the internet, above 50 TB").monthly).toBe(usd(616));
  });

  const contextOf = (from: Stacks, overrides: Partial<Assumptions>) => {
    const list = priceList("us-east-1");
    if (list === undefined) throw new Error("us-east-1 has no price list");
    const quiet = { newConnections: 0, activeConnections: 0, requests: 0 };
    return new Context(resourcesOf(from).resources, assumptionsOf("sandbox", quiet, overrides), list);
  };

  test.each([
    ["new connections", { newConnections: 250 }, 10],
    ["open connections", { activeConnections: 30_000 }, 10],
    ["bytes", { requests: 1, requestSize: 512, responseSize: 512 }, 3600 / 1024],
  ])("the LCUs of the load balancer follow %s when they are the largest dimension", (_, overrides, units) => {
    expect(capacityUnits(contextOf(stacks, overrides)).value).toBeCloseTo(units, 10);
  });

  test("listener rules are billed beyond the tenth", () => {
    const [rule] = resourcesOf(stacks).resources.filter(({ type }) => type === "aws_lb_listener_rule");
    const context = contextOf(stacks, { requests: 1_000, requestSize: 0, responseSize: 0 });
    const more = Array.from({ length: 10 }, () => rule).filter((each) => each !== undefined);
    const all = new Context([...context.resources, ...more], context.assumptions, context.list);
    // Three rules, ten more, and the default one are 14, four of which are billed.
    expect(capacityUnits(all).value).toBe(4);
  });

  test("with three zones, two thirds of the traffic to the database cross zones", () => {
    const item = "Across zones, to the database";
    const [two, three] = [estimateOf(sandbox), estimateOf(threeZones)];
    expect(lineOf(three, item).quantity / lineOf(two, item).quantity).toBeCloseTo(4 / 3, 10);
  });

  test("traffic of a zone without a NAT gateway crosses zones", () => {
    let left = 1;
    const one = changed(stacks, "aws_nat_gateway", (values) => (left-- > 0 ? values : null));
    // Half of 200 GB, twice 0.01.
    expect(lineOf(estimateOf(one), "Across zones, to a NAT gateway").monthly).toBe(usd(2));
    expect(() => lineOf(estimateOf(sandbox), "Across zones, to a NAT gateway")).toThrow("No line");
  });

  test("the elastic group has at most its maximum size", () => {
    const { formula } = lineOf(estimateOf(sandbox, { elasticServers: 500 }), "Elastic servers");
    const [group] = resourcesOf(stacks).resources.filter(({ address }) => address.includes("group.servers_elastic"));
    expect(formula).toBe(`${group?.number("max_size") ?? 0} elastic servers x 730 h x $0.2016 per hour`);
  });
});

test("nothing of Datadog is priced without Datadog's resources", () => {
  const estimated = estimateOf(stacksOf(sandbox).filter(({ name }) => !name.endsWith("-monitoring")));
  expect(() => lineOf(estimated, "Datadog")).toThrow("No line");
});

describe("amounts", () => {
  test("are rounded to the millionth once, and to the cent when printed", () => {
    expect(cost(0.333333, 10_000)).toBe(3_333);
    expect([1_553_440_000, 16_425_000, -1_234_567_890_000, -1].map(dollars)).toEqual([
      "$1,553.44",
      "$16.43",
      "-$1,234,567.89",
      "$0.00",
    ]);
    expect([5_000_000, 0].map(signedDollars)).toEqual(["+$5.00", "$0.00"]);
  });

  test("prices keep all digits", () => {
    expect([266_000, 1_000_000, 400].map(unitPrice)).toEqual(["$0.266", "$1.00", "$0.0004"]);
  });

  test("quantities have up to two decimals, small ones up to six", () => {
    const quantities = [1314, 0.5, 1253.127, 0.000123, 0];
    expect(quantities.map(amount)).toEqual(["1,314", "0.5", "1,253.13", "0.000123", "0"]);
  });
});
