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

test("counts the servers of a service's own group, which have any address", () => {
  const [one] = own();
  expect(differences(staging, [...named(), ...(one === undefined ? [] : [one])])).toEqual([
    "dev-one-staging-client-address has 1 servers instead of at least 2",
  ]);
});

const servers = (): Server[] => [...named(), ...own()];

/** The servers of client-address. */
function own(): Server[] {
  return staging.zones.map(({ availabilityZoneId }, index) => ({
    instanceId: `i-own-${index}`,
    name: undefined,
    address: `172.31.${index + 1}.140`,
    availabilityZoneId,
    group: "dev-one-staging-client-address",
    groupHealth: "InService Healthy",
    targetHealth: {},
  }));
}

function named(): Server[] {
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
