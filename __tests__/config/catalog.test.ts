import { instanceType, instanceTypes } from "../../src/config/catalog/instance-types";
import { availabilityZones } from "../../src/config/catalog/regions";

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
  test("m3.xlarge has four CPUs of x86_64 and 15 GiB of memory", () => {
    expect(instanceType("m3.xlarge")).toMatchObject({ vcpus: 4, memoryGib: 15, architecture: "x86_64" });
  });

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
