import { stagingInThreeZones } from "../../../__tests__/support/environments";
import { production, staging } from "../../../src/environments";
import { assumptionsOf } from "../src/assumptions";
import { estimate } from "../src/estimate";
import { amount, cost, dollars, signedDollars, unitPrice } from "../src/money";
import { Context } from "../src/parts";
import { capacityUnits } from "../src/parts/edge";
import { priceList } from "../src/prices";
import { changed, estimateOf, lineOf, resourcesOf, usd } from "./support";

describe("production, line by line, calculated by hand", () => {
  const estimated = estimateOf(production);

  test.each([
    // 8 x 730 x 0.266
    ["Named servers", 1553.44],
    // 1 x 730 x 0.266
    ["Elastic servers", 194.18],
    // 8 x 30 x 0.08
    ["Volumes of named servers", 19.2],
    // 730 x 2 x 0.168
    ["PostgreSQL, db.m7g.large, with standby (Multi-AZ)", 245.28],
    // 100 x 0.23
    ["Storage, gp3", 23],
    // (150 - 100) x 0.095
    ["Backups beyond", 4.75],
    // 2 x 730 x 0.015
    ["RDS Proxy", 21.9],
    // 2 x 730 x 0.045
    ["NAT gateways", 65.7],
    // (150 + 50) x 0.045
    ["Processed by NAT gateways", 9],
    // (2 + 2) x 730 x 0.005
    ["Public IPv4 addresses", 14.6],
    // 5 x 2 x 730 x 0.01
    ["Interface endpoints", 73],
    // 730 x 0.0225
    ["Application Load Balancer", 16.425],
    // 30,000 / 3,000 x 730 x 0.008
    ["What it carries", 58.4],
    // 2 x 0.50
    ["DNS zones", 1],
    // 80 x 0.50
    ["Flow logs, written", 40],
    // 80 x 12 x 0.15 x 0.03
    ["Flow logs, kept", 4.32],
    // 12 x 730 x 2 x 0.005 / 1,000
    ["Access logs written", 0.0876],
    // 2 keys: of the environment and of the Terraform state
    ["KMS keys", 2],
    // 2: the Datadog API key, and the master password that RDS manages
    ["Secrets", 0.8],
    // 8 x 7 x 0.30
    ["Metrics each minute of named servers", 16.8],
    // (7 + 4 + 6) metrics x 0.10
    ["Alarms", 1.7],
  ])("%s: $%d", (item, monthly) => {
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
  });

  test("the formula contains every factor and the price", () => {
    expect(lineOf(estimated, "Named servers").formula).toBe("8 named servers x 730 h x $0.266 per hour");
    expect(lineOf(estimated, "DNS queries").formula).toBe("5,000,000 queries x $0.40 per 1,000,000 queries");
  });
});

describe("traffic", () => {
  test("data transfer out to the internet is billed in tiers", () => {
    const estimated = estimateOf(staging, { requests: 0, natOut: 60_000 });
    expect(lineOf(estimated, "Out to the internet, first 10 TB").monthly).toBe(usd(921.6));
    expect(lineOf(estimated, "Out to the internet, next 40 TB").monthly).toBe(usd(3481.6));
    expect(lineOf(estimated, "Out to the internet, above 50 TB").monthly).toBe(usd(616));
  });

  test.each([
    ["new connections", { newConnections: 250 }, 10],
    ["open connections", { activeConnections: 30_000 }, 10],
    ["bytes", { requests: 1, requestSize: 512, responseSize: 512 }, 3600 / 1024],
  ])("the LCUs of the load balancer follow %s when they are the largest dimension", (_, overrides, units) => {
    const quiet = { newConnections: 0, activeConnections: 0, requests: 0 };
    const { resources } = resourcesOf(staging);
    const context = new Context(resources, assumptionsOf("staging", quiet, overrides), priceList("us-east-1"));
    expect(capacityUnits(context).value).toBeCloseTo(units, 10);
  });

  test("listener rules are billed beyond the tenth", () => {
    const { resources } = resourcesOf(staging);
    const rules = Array.from({ length: 10 }, () =>
      resources.find(({ type }) => type === "aws_lb_listener_rule"),
    ).flatMap((rule) => (rule === undefined ? [] : [rule]));
    const assumed = assumptionsOf("staging", {
      newConnections: 0,
      activeConnections: 0,
      requests: 1_000,
      requestSize: 0,
      responseSize: 0,
    });
    const context = new Context([...resources, ...rules], assumed, priceList("us-east-1"));
    // Four rules, ten more, and the default one are 15, five of which are billed.
    expect(capacityUnits(context).value).toBe(5);
  });

  test("with three zones, two thirds of the traffic to the database cross zones", () => {
    const [two, three] = [estimateOf(staging), estimateOf(stagingInThreeZones())];
    const item = "Across zones, to the database";
    expect(lineOf(three, item).quantity / lineOf(two, item).quantity).toBeCloseTo(4 / 3, 10);
  });

  test("traffic of a zone without a NAT gateway crosses zones", () => {
    let left = 1;
    const one = changed(resourcesOf(staging), "aws_nat_gateway", (values) => (left-- > 0 ? values : null));
    const estimated = estimate(one, assumptionsOf("staging"));
    // Half of 50 GB, twice 0.01.
    expect(lineOf(estimated, "Across zones, to a NAT gateway").monthly).toBe(usd(0.5));
    expect(() => lineOf(estimateOf(staging), "Across zones, to a NAT gateway")).toThrow("No line");
  });

  test("a month of zero hours has a valid amount", () => {
    const estimated = estimateOf(production, { hours: 0 });
    expect(Number.isSafeInteger(estimated.monthly)).toBe(true);
  });

  test("the elastic group has at most its maximum size", () => {
    expect(lineOf(estimateOf(production, { elasticServers: 500 }), "Elastic servers").formula).toMatch(
      /^12 elastic servers/,
    );
  });
});

describe("Datadog", () => {
  const { resources, ...rest } = resourcesOf(staging);
  const without = { ...rest, resources: resources.filter(({ type }) => !type.startsWith("datadog_")) };

  test("hosts and logs are priced with a Datadog monitor", () => {
    const monitor = {
      type: "datadog_monitor",
      address: "datadog_monitor.cpu",
      stack: "staging-monitoring",
      values: {},
    };
    const estimated = estimate({ ...without, resources: [...without.resources, monitor] }, assumptionsOf("staging"));
    expect(lineOf(estimated, "Datadog, hosts: named servers").monthly).toBe(usd(120));
    expect(lineOf(estimated, "Datadog, logs sent").monthly).toBe(usd(0.2));
    expect(lineOf(estimated, "Datadog, logs indexed").monthly).toBe(usd(1.7));
  });

  test("nothing is priced without Datadog resources", () => {
    const estimated = estimate(without, assumptionsOf("staging"));
    expect(() => lineOf(estimated, "Datadog")).toThrow("No line");
  });
});

describe("amounts", () => {
  test("are rounded to the millionth once, and to the cent when printed", () => {
    expect(cost(0.333333, 10_000)).toBe(3_333);
    expect(dollars(1_553_440_000)).toBe("$1,553.44");
    expect(dollars(16_425_000)).toBe("$16.43");
    expect(dollars(-1_234_567_890_000)).toBe("-$1,234,567.89");
    expect(dollars(-1)).toBe("$0.00");
    expect(signedDollars(5_000_000)).toBe("+$5.00");
    expect(signedDollars(0)).toBe("$0.00");
  });

  test("prices keep all digits", () => {
    expect(unitPrice(266_000)).toBe("$0.266");
    expect(unitPrice(1_000_000)).toBe("$1.00");
    expect(unitPrice(400)).toBe("$0.0004");
  });

  test("quantities have up to two decimals, small ones up to six", () => {
    expect([amount(1314), amount(0.5), amount(1253.127), amount(0.000123), amount(0)]).toEqual([
      "1,314",
      "0.5",
      "1,253.13",
      "0.000123",
      "0",
    ]);
  });
});
