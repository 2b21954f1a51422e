import { table } from "@dev-one/cli/table";

import { addressTable, type Environment } from "../../../../src/environments";
import type { Server } from "./fleet";

/** Every difference between the configured address table and the running servers, one sentence each. */
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
  const surplus = servers
    .filter(({ address }) => !expected.some((each) => each.address === address))
    .map(
      ({ instanceId, address, group }) =>
        `${instanceId} of ${group} runs at ${address}, which is not in the address table`,
    );
  return [...missing, ...surplus];
}

/** The servers as text, in the order of the design. */
export function printedTable(environment: Environment, servers: readonly Server[]): string {
  const rows = servers
    .map((server) => ({ ...server, zone: zoneOf(environment, server), name: server.name ?? "?" }))
    .sort((a, b) => a.name.localeCompare(b.name) || a.zone.localeCompare(b.zone))
    .map(({ name, address, zone, availabilityZoneId, instanceId, groupHealth, targetHealth }) => [
      `${name}.${environment.domain}`,
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
