import { addressTable, type Environment } from "../../../src/config";
import { environments } from "../../../src/environments";
import { differences } from "../src/table/comparison";
import type { Server } from "../src/table/fleet";

const [staging] = environments as readonly [Environment, ...Environment[]];

test("reports no difference for the configured servers", () => {
  expect(differences(staging, servers())).toEqual([]);
});

test("reports a missing server, an extra one, a wrong name and a wrong Availability Zone", () => {
  const [first, second, third, ...others] = servers() as [Server, Server, Server, ...Server[]];
  const surplus = { ...first, instanceId: "i-9", address: "172.31.1.200", group: "elastic" };
  const misnamed = { ...second, name: "api-9" };
  const misplaced = { ...third, availabilityZoneId: "use1-az9" };

  expect(differences(staging, [surplus, misnamed, misplaced, ...others])).toEqual([
    `api-1 of zone-1: nothing runs at ${first.address}`,
    `${second.address} resolves to api-9 instead of api-1`,
    `${third.address} runs in use1-az9 instead of zone-1`,
    "i-9 of elastic runs at 172.31.1.200, which is not in the address table",
  ]);
});

function servers(): Server[] {
  return addressTable(staging).map(({ name, zone, address }, index) => ({
    instanceId: `i-${index}`,
    name,
    address,
    availabilityZoneId: staging.zones.find((each) => each.name === zone)?.availabilityZoneId ?? "",
    group: zone,
    groupHealth: "InService Healthy",
    targetHealth: {},
  }));
}
