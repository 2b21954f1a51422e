import { advice } from "../../src/config";
import { datadogSites, siteNear } from "../../src/config/catalog/datadog-sites";
import { defineWith, inDatabase, inDatadog, inRegion, inServers, type Mistake, setting } from "./mistakes/mistake";

const LONG_BEFORE = new Date("2026-06-01");

describe("the Datadog site", () => {
  test.each<[string, Mistake[], string[]]>([
    ["is near the servers in us-east-1 by default: no advice", [], []],
    [
      "far from the servers is allowed, with the site that is near them",
      [inRegion("eu-west-1", "euw1-az1", "euw1-az2")],
      [
        'Environment "example": servers in eu-west-1 report to datadoghq.com in AWS us-east-1, far away; datadog.site "uk1.datadoghq.com" is near it (AWS eu-west-2).',
      ],
    ],
    [
      "far from every site, says so",
      [inRegion("sa-east-1", "sae1-az1", "sae1-az2"), inServers({ instanceType: "m7i.xlarge" })],
      [
        'Environment "example": servers in sa-east-1 report to datadoghq.com in AWS us-east-1, far away; no site of Datadog is near that region.',
      ],
    ],
  ])("%s", (_, changes, expected) => {
    expect(advice(defineWith(...changes), LONG_BEFORE)).toEqual(expected);
  });

  test.each([
    ["us-east-1", "datadoghq.com"],
    ["us-west-2", "us3.datadoghq.com"],
    ["eu-central-1", "datadoghq.eu"],
    ["eu-west-2", "uk1.datadoghq.com"],
    ["ap-northeast-1", "ap1.datadoghq.com"],
    ["ap-southeast-2", "ap2.datadoghq.com"],
  ])("nearest to %s is %s", (region, site) => {
    expect(siteNear(region)).toBe(site);
  });

  test("a site with PrivateLink is near the region where it is reached", () => {
    const withPrivateLink = Object.values(datadogSites).filter((site) => site.privateLinkRegion !== undefined);
    expect(withPrivateLink).toHaveLength(4);
    for (const { near, privateLinkRegion } of withPrivateLink) expect(near[0]).toBe(privateLinkRegion);
  });
});

test("an allowed upgrade of PostgreSQL is to be taken back, at every synthesis", () => {
  expect(advice(defineWith(inDatabase({ allowMajorVersionUpgrade: true })), LONG_BEFORE)).toEqual([
    'Environment "example": database.allowMajorVersionUpgrade is on, so changes of the database are applied immediately instead of in the maintenance window; take it out after the upgrade to PostgreSQL 17.',
  ]);
  expect(advice(defineWith(), LONG_BEFORE)).toEqual([]);
});

test("a peak of connections without an elastic group, which would grow towards it", () => {
  const onNames = setting({
    services: {
      api: { owner: "dev-one", apex: true, runsOn: { kind: "named-servers", names: ["api-1", "api-2", "api-3"] } },
      shop: { owner: "shop", hosts: ["shop"], runsOn: { kind: "named-servers", names: ["api-4"] } },
    },
  });
  expect(advice(defineWith(onNames), LONG_BEFORE)).toEqual([
    'Environment "example": servers.peakConnections is 100000, but no service runs on all servers, so there is no elastic group, and the named servers hold 80000 connections; lower it, or give one service all servers.',
  ]);
  expect(advice(defineWith(onNames, inServers({ peakConnections: 80_000 })), LONG_BEFORE)).toEqual([]);
});

test("a database class without a price in the region is allowed, with classes that have one", () => {
  const environment = defineWith(
    inRegion("eu-south-1", "eus1-az1", "eus1-az2"),
    inServers({ instanceType: "m7i.xlarge" }),
    inDatabase({ instanceClass: "db.m7g.large" }),
  );
  expect(advice(environment, LONG_BEFORE)).toContain(
    'Environment "example": AWS\'s price list has no db.m7g.large for PostgreSQL in eu-south-1, where RDS may refuse it; database.instanceClass may be one such as db.m6g.large, db.m8g.large, db.r7g.large.',
  );
});

describe("Opsgenie, which ends on 5 April 2027", () => {
  const paged = defineWith(inDatadog({ paging: { kind: "opsgenie", service: "dev-one" } }));
  const sentence = (when: string) =>
    `Environment "example": Opsgenie ${when}, and pages would not be delivered; write datadog.paging { kind: "datadog-on-call", team: "..." }.`;

  test.each([
    ["2026-04-04T23:59:59Z", []],
    ["2026-04-05T00:00:00Z", [sentence("ends in 365 days, on 2027-04-05")]],
    ["2027-04-04T12:00:00Z", [sentence("ends in 1 day, on 2027-04-05")]],
    ["2027-04-05T00:00:00Z", [sentence("ended on 2027-04-05")]],
    ["2028-01-01T00:00:00Z", [sentence("ended on 2027-04-05")]],
  ])("on %s the advice is %j", (now, expected) => {
    expect(advice(paged, new Date(now))).toEqual(expected);
  });

  test("names the service that is paged by it", () => {
    const alerts = { paging: { kind: "opsgenie", service: "dev-one" } } as const;
    const services = { api: { owner: "dev-one", apex: true, wildcard: true, alerts } };
    expect(advice(defineWith(setting({ services })), new Date("2027-04-05T00:00:00Z"))).toEqual([
      sentence("ended on 2027-04-05").replace("datadog.paging", "services.api.alerts.paging"),
    ]);
  });

  test("no advice with Datadog On-Call, or without paging", () => {
    const after = new Date("2027-06-01");
    expect(advice(defineWith(inDatadog({ paging: { kind: "datadog-on-call", team: "dev-one" } })), after)).toEqual([]);
    expect(advice(defineWith(), after)).toEqual([]);
  });
});

describe("planned work", () => {
  const planned = defineWith(
    inDatadog({
      maintenance: {
        upgrade: {
          reason: "PostgreSQL 17.5 to 17.6",
          window: { kind: "once", start: "2026-05-31T22:00:00Z", end: "2026-05-31T23:00:00Z" },
        },
        updates: { reason: "Minor versions", window: { kind: "weekly", first: "2026-01-04T03:30:00Z", minutes: 60 } },
      },
    }),
  );

  test("that is over is to be removed, and not before; a weekly window is never over", () => {
    const at = (now: string) => advice(planned, new Date(now));
    expect(at("2026-05-31T22:59:59Z")).toEqual([]);
    expect(at("2026-05-31T23:00:00Z")).toEqual([
      'Environment "example": datadog.maintenance.upgrade ended on 2026-05-31T23:00:00Z; take it out.',
    ]);
  });
});
