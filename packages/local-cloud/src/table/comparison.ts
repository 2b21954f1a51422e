import { table } from "@dev-one/cli/table";

import { addressTable, type Environment, prefix, servicesWithGroup } from "../../../../src/environments";
import type { Server } from "./fleet";

/**
 * Every difference between the configured address table and the running servers, one sentence each. Servers of a service's own group
 * have any address, and are counted.
 */
export function differences(environment: Environment, servers: readonly Server[]): string[] {
  const expected = addressTable(environment);
  const missing = expected.flatMap(({ name, zone, address }) => {
    const server = servers.find((each) => each.address === address);
    if (server === undefined) return [`${name} of ${zone}: nothing runs at ${address}`];
    const actualZone = zoneOf(environment, server);
    return [
      ...(server.name === name ? [] : [`${address} resolves to ${server.name ?? "no name"} instead of ${name}`]),
      ...(actualZone === zone ? [] : [`${address} runs in ${actualZone} instead of ${zone}`]),
    ];
  });
  const groups = servicesWithGroup(environment).map(({ name, placement: { minimum } }) => {
    const group = `${prefix(environment)}-${name}`;
    return { group, minimum, size: servers.filter((server) => server.group === group).length };
  });
  const tooFew = groups
    .filter(({ size, minimum }) => size < minimum)
    .map(({ group, size, minimum }) => `${group} has ${size} servers instead of at least ${minimum}`);
  const surplus = servers
    .filter(
      ({ address, group }) =>
        !groups.some((each) => each.group === group) && !expected.some((each) => each.address === address),
    )
    .map(
      ({ instanceId, address, group }) =>
        `${instanceId} of ${group} runs at ${address}, which is not in the address table`,
    );
  return [...missing, ...surplus, ...tooFew];
}

/** The servers as text, in the order of the design. */
export function printedTable(environment: Environment, servers: readonly Server[]): string {
  const rows = servers
    .map((server) => ({
      ...server,
      zone: zoneOf(environment, server),
      name: server.name === undefined ? server.group : `${server.name}.${environment.domain}`,
    }))
    .sort((a, b) => a.name.localeCompare(b.name) || a.zone.localeCompare(b.zone))
    .map(({ name, address, zone, availabilityZoneId, instanceId, groupHealth, targetHealth }) => [
      name,
      address,
      `${zone} (${availabilityZoneId})`,
      instanceId,
      groupHealth,
      Object.entries(targetHealth)
        .map(([group, state]) => `${group}: ${state}`)
        .join("\n"),
    ]);
  return table(["name", "address", "zone", "instance", "group's view", "target groups' view"], rows);
}

function zoneOf({ zones }: Environment, { availabilityZoneId }: Server): string {
  return zones.find((zone) => zone.availabilityZoneId === availabilityZoneId)?.name ?? availabilityZoneId;
}
