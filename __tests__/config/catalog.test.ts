import { maxConnections } from "../../src/config";
import { databaseClassNames } from "../../src/config/catalog/database-classes";
import { alternatives, instanceType, instanceTypeNames, zonesOffering } from "../../src/config/catalog/instance-types";
import { availabilityZones } from "../../src/config/catalog/regions";
import { defineWith, inDatabase, inRegion, inServers } from "./mistakes/mistake";

test("zones of a region have ids of one pattern, which are in no other region", () => {
  const all = Object.values(availabilityZones);
  for (const zones of all) {
    const [, prefix = ""] = /^([a-z]{3,4}\d-az)\d$/.exec(zones[0] ?? "") ?? [];
    expect(zones.map((zone) => zone.slice(0, -1))).toEqual(zones.map(() => prefix));
  }
  expect(new Set(all.flat())).toHaveProperty("size", all.flat().length);
});

describe("instance types", () => {
  test.each([
    ["m3.xlarge", { vcpus: 4, memoryGib: 15, architecture: "x86_64", networkBaselineMbps: 1000 }],
    ["m5.xlarge", { vcpus: 4, memoryGib: 16, architecture: "x86_64", networkBaselineMbps: 1250 }],
    ["m7g.xlarge", { vcpus: 4, memoryGib: 16, architecture: "arm64", networkBaselineMbps: 1876 }],
  ])("%s has the facts that EC2 publishes", (name, facts) => {
    expect(instanceType(name)).toEqual(facts);
    expect(() => defineWith(inServers({ instanceType: name }))).not.toThrow();
  });

  test("all have CPUs, memory, a network baseline and an architecture of Amazon Linux", () => {
    const incomplete = instanceTypeNames.filter((name) => {
      const { vcpus, memoryGib, networkBaselineMbps, architecture } = instanceType(name);
      return !(vcpus > 0 && memoryGib > 0 && networkBaselineMbps > 0 && ["x86_64", "arm64"].includes(architecture));
    });
    expect(incomplete).toEqual([]);
    expect(instanceTypeNames.length).toBeGreaterThan(1000);
  });

  test("m3.xlarge is offered in none of five regions of the design, nor in all zones of us-east-1", () => {
    const regions = ["eu-south-1", "us-east-2", "eu-west-2", "eu-west-3", "ca-central-1"];
    expect(regions.flatMap((region) => zonesOffering("m3.xlarge", region))).toEqual([]);
    expect(zonesOffering("m3.xlarge", "us-east-1")).toEqual(["use1-az2", "use1-az3", "use1-az4", "use1-az6"]);
  });

  test("have alternatives of the same series, size and architecture that the region offers", () => {
    const others = alternatives("m3.xlarge", "il-central-1");
    expect(others).toContain("m7i.xlarge");
    expect(others).not.toContain("m3.xlarge");
    expect(others.filter((name) => !/^m\d\D*\.xlarge$/.test(name))).toEqual([]);
    expect(others.filter((name) => instanceType(name).architecture !== "x86_64")).toEqual([]);
    expect(others.filter((name) => zonesOffering(name, "il-central-1").length === 0)).toEqual([]);
  });
});

test("every database class has the memory that max_connections follows from, at most 5000", () => {
  const connections = databaseClassNames.map((instanceClass) => {
    const { database } = defineWith(inDatabase({ instanceClass }));
    return maxConnections({ database });
  });
  expect(connections.filter((most) => !(most >= 50 && most <= 5000))).toEqual([]);
  expect(
    ["db.t4g.medium", "db.m7g.large", "db.x2g.large"].map((name) => connections[databaseClassNames.indexOf(name)]),
  ).toEqual([405, 811, 3244]);
});

test("a region whose zones are not known takes any zone and type", () => {
  expect(availabilityZones["mx-central-1"]).toEqual([]);
  const { zones } = defineWith(inRegion("mx-central-1", "mxc1-az1", "mxc1-az2"));
  expect(zones.map(({ availabilityZoneId }) => availabilityZoneId)).toEqual(["mxc1-az1", "mxc1-az2"]);
});
