import { sizing } from "../../src/config";
import { instanceType, instanceTypes } from "../../src/config/catalog/instance-types";
import { availabilityZones } from "../../src/config/catalog/regions";
import { environments, production, staging } from "../../src/environments";
import { stagingWith, thirdZone } from "../support/environments";

describe("the environments", () => {
  test("are staging and production, each in its own account and under its own domain", () => {
    expect(environments.map(({ name, accountId, domain }) => ({ name, accountId, domain }))).toEqual([
      { name: "staging", accountId: "111122223333", domain: "staging.dev-one.it" },
      { name: "production", accountId: "444455556666", domain: "dev-one.it" },
    ]);
  });

  test("have one address plan", () => {
    expect(staging.zones).toEqual(production.zones);
    expect(staging.vpcCidr).toBe("172.31.0.0/16");
  });

  test("run the servers of the design", () => {
    for (const { servers } of environments) {
      expect(servers).toMatchObject({
        instanceType: "m3.xlarge",
        connectionsPerServer: 10_000,
        peakConnections: 100_000,
      });
    }
    expect(instanceType("m3.xlarge")).toMatchObject({ vcpus: 4, memoryGib: 15, architecture: "x86_64" });
  });

  test("protect production by default, and staging not", () => {
    expect([staging.protectFromDestruction, production.protectFromDestruction]).toEqual([false, true]);
    expect(stagingWith({ protectFromDestruction: undefined }).protectFromDestruction).toBe(true);
  });
});

/** As many zones and named servers as asked for; only their numbers matter here. */
function sized(zones: number, namedPerZone: number, peakConnections: number, connectionsPerServer = 10_000) {
  const servers = Object.fromEntries(
    Array.from({ length: namedPerZone }, (_, index) => [`api-${index + 1}`, `172.31.1.${101 + index}`]),
  );
  return sizing({
    ...staging,
    zones: [...staging.zones, thirdZone].slice(0, zones).map((zone) => ({ ...zone, servers })),
    servers: { ...staging.servers, peakConnections, connectionsPerServer },
  });
}

describe("sizes", () => {
  test.each([
    // zones, named in each, peak, per server -> for the peak, elastic maximum
    { zones: 2, named: 4, peak: 100_000, each: 10_000, forPeak: 10, elastic: 12 },
    { zones: 2, named: 4, peak: 80_000, each: 10_000, forPeak: 8, elastic: 8 },
    { zones: 2, named: 4, peak: 100_001, each: 10_000, forPeak: 11, elastic: 14 },
    { zones: 2, named: 4, peak: 200_000, each: 10_000, forPeak: 20, elastic: 32 },
    { zones: 2, named: 4, peak: 100_000, each: 25_000, forPeak: 4, elastic: 0 },
    { zones: 2, named: 5, peak: 100_000, each: 10_000, forPeak: 10, elastic: 10 },
    { zones: 3, named: 4, peak: 100_000, each: 10_000, forPeak: 10, elastic: 3 },
    { zones: 3, named: 4, peak: 120_000, each: 10_000, forPeak: 12, elastic: 6 },
    { zones: 3, named: 2, peak: 100_000, each: 10_000, forPeak: 10, elastic: 9 },
  ])("$zones zones, $named named in each, a peak of $peak: $forPeak servers, elastic up to $elastic", (given) => {
    expect(sized(given.zones, given.named, given.peak, given.each)).toEqual({
      namedPerZone: given.named,
      serversForPeak: given.forPeak,
      elasticMaximum: given.elastic,
    });
  });

  test("hold the peak when any zone is lost, and are even over the zones", () => {
    for (const zones of [2, 3]) {
      for (let named = 1; named <= 6; named += 1) {
        for (let peak = 10_000; peak <= 400_000; peak += 7_000) {
          const { elasticMaximum, serversForPeak } = sized(zones, named, peak);
          expect(elasticMaximum % zones).toBe(0);
          const left = (zones - 1) * (named + elasticMaximum / zones);
          expect(left).toBeGreaterThanOrEqual(serversForPeak);
        }
      }
    }
  });
});

describe("zones of a region", () => {
  test("have ids of one pattern, which are in no other region", () => {
    const all = Object.values(availabilityZones);
    for (const zones of all) {
      const [, prefix = ""] = /^([a-z]{3,4}\d-az)\d$/.exec(zones[0] ?? "") ?? [];
      expect(zones.map((zone) => zone.slice(0, -1))).toEqual(zones.map(() => prefix));
    }
    expect(new Set(all.flat())).toHaveProperty("size", all.flat().length);
  });
});

describe("instance types", () => {
  test("m3.xlarge is offered in none of five regions of the design, nor in all zones of us-east-1", () => {
    const { zones } = instanceType("m3.xlarge");
    for (const region of ["eu-south-1", "us-east-2", "eu-west-2", "eu-west-3", "ca-central-1"]) {
      expect(zones).not.toHaveProperty(region);
    }
    expect(zones["us-east-1"]).toEqual(["use1-az2", "use1-az3", "use1-az4", "use1-az6"]);
  });

  test("name successors that are described themselves", () => {
    for (const { successors } of Object.values(instanceTypes)) {
      for (const [name] of successors?.matchAll(/[a-z]\d[a-z]*\.\w+/g) ?? [])
        expect(instanceTypes).toHaveProperty([name]);
    }
  });
});
