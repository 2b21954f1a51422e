import { metricNamed, parseExpression } from "@dev-one/alert-trials/datadog";
import { fromSynthesis } from "@dev-one/terraform-json/resources";

import { both, fixture } from "../../../../__tests__/fixtures/environment";
import { besideShop, eachNameBesideShop, fixtureWith, threeZones } from "../../../../__tests__/fixtures/variants";
import { type Environment, instanceType } from "../../../../src/config";
import {
  evaluate,
  lastTriggered,
  NoSampleError,
  sampleOf,
  type Samples,
  STEP,
  times,
} from "../../src/dashboards/sample";
import { monitoringOf, tagsAskedFor } from "../../src/dashboards/source/monitoring";
import { stacksOf } from "../support";

const ask = (query: string, samples: Samples, interval = STEP) =>
  evaluate(parseExpression(query), { samples, interval });

const monitorsOf = (environment: Environment) => {
  const [, stack] = stacksOf(environment);
  return monitoringOf(fromSynthesis(stack?.name ?? "", stack?.json ?? {})).monitors;
};

const several = [
  ["three zones", threeZones],
  ["a second service on a group of its own", besideShop],
  ["a service for each name, and one on a group of its own", eachNameBesideShop],
] as const;

describe.each([...both, ...several])("the day of %s", (_name, environment) => {
  const samples = sampleOf(environment);

  test("has metrics and tags of the catalogue only", () => {
    for (const [name, sample] of Object.entries(samples)) {
      const known = metricNamed(name)?.tags ?? [];
      for (const { tags, values } of sample("p50")) {
        expect(known).toEqual(expect.arrayContaining(Object.keys(tags)));
        expect(values).toHaveLength(times.length);
        expect(values.every((value) => Number.isNaN(value) || value >= 0)).toBe(true);
      }
    }
  });

  test("is the same on every call", () => {
    const again = sampleOf(environment);
    for (const [name, sample] of Object.entries(samples)) expect(again[name]?.("p95")).toEqual(sample("p95"));
  });

  test("ends without a triggered monitor, after earlier warnings", () => {
    const triggered = monitorsOf(environment).flatMap((monitor) => {
      const found = lastTriggered(monitor, samples);
      return found === undefined ? [] : [{ ...found, name: monitor.name }];
    });
    expect(triggered.filter(({ secondsAgo }) => secondsAgo < 3600)).toEqual([]);
    expect(triggered.filter(({ level }) => level === "alert")).toEqual([]);
    expect(triggered.some(({ level }) => level === "warning")).toBe(true);
  });

  test("contains every named server, and one replacement", () => {
    const series = ask("avg:system.uptime{fleet:named} by {host,server,zone}", samples);
    const named = environment.zones.flatMap(({ name, servers }) => Object.keys(servers).map((one) => `${one} ${name}`));
    expect([...new Set(series.map(({ group }) => `${group.server ?? ""} ${group.zone ?? ""}`))].sort()).toEqual(
      named.sort(),
    );
    expect(series).toHaveLength(named.length + 1);
  });
});

describe("of several services,", () => {
  const valuesOf = (query: string, environment: Environment) =>
    ask(query, sampleOf(environment)).map(({ group, values }) => [Object.values(group).join(" "), values[40] ?? NaN]);

  test("a group of its own has its smallest number of servers, spread over the zones", () => {
    const [, counts = []] = [besideShop, eachNameBesideShop].map((environment) =>
      valuesOf("sum:system.uptime{fleet:own-group} by {server,zone}", environment),
    );
    expect(counts.map(([name]) => String(name).replace(/-i-[0-9a-f]+/, ""))).toEqual(["shop zone-5", "shop zone-6"]);
    const servers = valuesOf("sum:system.uptime{service:shop} by {host}", besideShop);
    expect(servers).toHaveLength(4);
  });

  test("a group of its own changes no sample of the first service", () => {
    const query = "sum:nginx.net.connections{service:web} by {server,zone}";
    expect(valuesOf(query, besideShop)).toEqual(valuesOf(query, fixture));
  });

  test("CloudWatch has their groups, and the elastic one only where a service is on all servers", () => {
    const groups = (environment: Environment) =>
      valuesOf("avg:aws.autoscaling.group_in_service_instances{*} by {autoscalinggroupname}", environment);
    expect(groups(besideShop)).toContainEqual(["dev-one-fixture-shop", 4]);
    expect(groups(eachNameBesideShop).map(([name]) => name)).toEqual([
      "dev-one-sandbox-zone-5",
      "dev-one-sandbox-zone-6",
      "dev-one-sandbox-shop",
    ]);
  });

  test("the bandwidth is that of each service's instance type", () => {
    const [shop = NaN, web = NaN] = ["shop", "web"].map((service) =>
      Math.max(
        ...valuesOf(`max:system.net.bytes_sent{service:${service}} by {service}`, besideShop).map(([, each]) =>
          Number(each),
        ),
      ),
    );
    // m7i.large has half of what m7i.xlarge has.
    expect(shop / web).toBeCloseTo(0.5, 1);
  });
});

test("the sample follows the configured capacity and the network bandwidth of the instance type", () => {
  const change = { servers: { ...fixture.servers, connectionsPerServer: 6_000, instanceType: "m7g.xlarge" as const } };
  const [small, usual] = [sampleOf(fixtureWith(change)), sampleOf(fixture)];
  const most = (query: string, samples: Samples) =>
    Math.max(...ask(query, samples).flatMap(({ values }) => values.filter((value) => !Number.isNaN(value))));
  const connections = "sum:nginx.net.connections{*}";
  expect(most(connections, small) / most(connections, usual)).toBeCloseTo(0.5, 2);
  const network = "max:system.net.bytes_sent{*}";
  const faster =
    instanceType("m7g.xlarge").networkBaselineMbps / instanceType(fixture.servers.instanceType).networkBaselineMbps;
  expect(most(network, small) / most(network, usual)).toBeCloseTo(faster, 1);
});

describe("evaluates queries like Datadog", () => {
  const flat = (value: number) => times.map(() => value);
  const samples: Samples = {
    "system.cpu.idle": () => [
      { tags: { server: "a", zone: "one" }, values: flat(10) },
      { tags: { server: "b", zone: "one" }, values: flat(30) },
      { tags: { server: "c", zone: "two" }, values: flat(NaN) },
    ],
    "aws.applicationelb.request_count": () => [{ tags: { loadbalancer: "app/x/1" }, values: flat(2) }],
    "aws.applicationelb.httpcode_elb_5xx": () => [{ tags: { loadbalancer: "app/x/1" }, values: flat(NaN) }],
  };
  const first = (query: string, interval?: number) =>
    ask(query, samples, interval).map(({ group, values }) => [Object.values(group).join(), values[0]]);

  test.each([
    ["avg:system.cpu.idle{*}", [["", 20]]],
    ["sum:system.cpu.idle{*}", [["", 40]]],
    ["min:system.cpu.idle{zone:one}", [["", 10]]],
    ["max:system.cpu.idle{!server:b}", [["", 10]]],
    ["max:system.cpu.idle{server IN (a, b) AND zone:o*}", [["", 30]]],
    ["avg:system.cpu.idle{*} by {zone}", [["one", 20], ["two", NaN]]], // prettier-ignore
    ["100 - avg:system.cpu.idle{*} by {zone}", [["one", 80], ["two", NaN]]], // prettier-ignore
    ["default_zero(avg:system.cpu.idle{*} by {zone})", [["one", 20], ["two", 0]]], // prettier-ignore
    ["count_not_null(avg:system.cpu.idle{*} by {server})", [["", 2]]],
    ["avg:system.cpu.idle{zone:one} by {server} / max:system.cpu.idle{*}", [["a", 1 / 3], ["b", 1]]], // prettier-ignore
    ["avg:system.cpu.idle{zone:one} by {server} + sum:system.cpu.idle{zone:one} by {server}", [["a", 20], ["b", 60]]], // prettier-ignore
    ["sum:aws.applicationelb.request_count{loadbalancer:app/x/*}.as_rate()", [["", 2]]],
    ["sum:aws.applicationelb.request_count{*}.as_count()", [["", 1200]]],
    ["sum:aws.applicationelb.request_count{*}.rollup(avg)", [["", 120]]],
  ])("%s", (query, expected) => {
    expect(first(query)).toEqual(expected);
  });

  test("a count covers the interval of a bar", () => {
    expect(first("sum:aws.applicationelb.request_count{*}.as_count()", 60)).toEqual([["", 120]]);
  });

  test.each([
    ["avg:system.load.1{*}", "no sample model of system.load.1"],
    ["avg:system.cpu.idle{zone:three}", "the sample of system.cpu.idle has nothing with the tags of the query"],
    ["derivative(avg:system.cpu.idle{*})", "no sample model of derivative()"],
  ])("has no answer for %s", (query, message) => {
    expect(() => first(query)).toThrow(new NoSampleError(message));
  });
});

describe("the last trigger of a monitor", () => {
  const values = times.map((_, index) => (index === 100 ? 95 : index === 110 ? 87 : 40));
  const samples: Samples = {
    "system.cpu.idle": () => [{ tags: { host: "a" }, values: values.map((value) => 100 - value) }],
    "system.uptime": () => [
      { tags: { host: "new" }, values: times.map((_, index) => (index < 50 ? NaN : (index - 50) * STEP)) },
    ],
  };
  const other = { name: "", priority: 3, tags: [], newGroupDelay: 900 };
  const monitor = (query: string, warning?: number) => ({ ...other, query, warning });
  const ago = (index: number) => (times.length - 1 - index) * STEP;

  test("is the last alert, or a later warning", () => {
    const query = "avg(last_10m):100 - avg:system.cpu.idle{*} > 90";
    expect(lastTriggered(monitor(query), samples)).toEqual({ level: "alert", secondsAgo: ago(100) });
    expect(lastTriggered(monitor(query, 85), samples)).toEqual({ level: "warning", secondsAgo: ago(110) });
  });

  test("depends on the whole evaluation window", () => {
    expect(lastTriggered(monitor("avg(last_30m):100 - avg:system.cpu.idle{*} > 90"), samples)).toBeUndefined();
    expect(lastTriggered(monitor("max(last_30m):100 - avg:system.cpu.idle{*} > 90"), samples)).toMatchObject({
      secondsAgo: ago(102),
    });
  });

  test("ignores a new group during the new group delay", () => {
    expect(lastTriggered(monitor("max(last_5m):min:system.uptime{*} by {host} < 600"), samples)).toBeUndefined();
    const impatient = { ...monitor("max(last_5m):min:system.uptime{*} by {host} < 600"), newGroupDelay: 0 };
    expect(lastTriggered(impatient, samples)).toMatchObject({ secondsAgo: ago(50) });
  });
});

test("reads the tags that a list asks for", () => {
  const notes = new Set<string>();
  expect(tagsAskedFor('tag:("env:staging" AND "tier:data")', notes)).toEqual([["env:staging"], ["tier:data"]]);
  expect(tagsAskedFor("env:staging AND project:dev-one", notes)).toEqual([["env:staging"], ["project:dev-one"]]);
  expect(tagsAskedFor('tag:("env:staging") AND tag:("tier:data" OR "tier:page")', notes)).toEqual([
    ["env:staging"],
    ["tier:data", "tier:page"],
  ]);
  expect(notes.size).toBe(0);
  expect(tagsAskedFor("env:staging AND tier:data OR tier:page", notes)).toEqual([]);
  expect(tagsAskedFor("-env:staging", notes)).toEqual([]);
  expect(notes.size).toBe(2);
});
