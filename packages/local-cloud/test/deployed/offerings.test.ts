import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import { instanceTypes } from "../../../../src/config/catalog/instance-types";
import { availabilityZones, type ZonesByRegion } from "../../../../src/config/catalog/regions";
import { ROOT } from "./support/local-cloud";

interface Offering {
  readonly InstanceType: string;
  readonly Location: string;
}

const moto = execFileSync(join(ROOT, ".venv", "bin", "python"), ["-c", "import moto; print(moto.__path__[0])"]);
const records = join(moto.toString().trim(), "ec2/resources/instance_type_offerings/availability-zone-id");

/** Recorded responses of EC2's DescribeInstanceTypeOfferings by region, which the emulator includes. */
const recorded = new Map(
  readdirSync(records).map((file) => [
    file.split(".")[0] ?? file,
    JSON.parse(gunzipSync(readFileSync(join(records, file))).toString()) as Offering[],
  ]),
);

/** Availability Zones with a requested offering; regions without one are omitted. */
function zonesWith(isWanted: (offering: Offering) => boolean): ZonesByRegion {
  const byRegion = [...recorded].map(([region, offerings]) => {
    const zones = new Set(offerings.filter(isWanted).map(({ Location }) => Location));
    return [region, [...zones].sort()] as const;
  });
  return Object.fromEntries(byRegion.filter(([, zones]) => zones.length > 0));
}

test("the regions and their Availability Zones are those of EC2", () => {
  expect(availabilityZones).toEqual(zonesWith(() => true));
});

test.each(Object.entries(instanceTypes))("%s is offered in the zones that EC2 lists", (name, { zones }) => {
  expect(zones).toEqual(zonesWith(({ InstanceType }) => InstanceType === name));
});
