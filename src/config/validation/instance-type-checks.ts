import { alternatives, instanceTypeNames, zonesOffering } from "../catalog/instance-types";
import { availabilityZones } from "../catalog/regions";
import { servicesWithGroup } from "../derived/services";
import type { Environment } from "../schema/environment";
import type { Problem } from "./configuration-error";
import { ifValid } from "./draft";
import { similar, UPDATE_CATALOG } from "./suggestions";

/** The instance types of the named servers and of each group exist and are offered in every zone. */
export const instanceTypeChecks = [checkServers, checkGroups];

function checkServers(environment: Environment): Iterable<Problem> {
  return checkType("servers.instanceType", environment.servers.instanceType, environment);
}

function* checkGroups(environment: Environment): Iterable<Problem> {
  for (const { name, runsOn, placement } of servicesWithGroup(environment)) {
    // The type of the named servers is checked above.
    if (runsOn.kind !== "own-group" || runsOn.instanceType === undefined) continue;
    yield* checkType(`services.${name}.runsOn.instanceType`, placement.instanceType, environment);
  }
}

function* checkType(path: string, name: string, environment: Environment): Iterable<Problem> {
  if (!instanceTypeNames.includes(name)) {
    yield {
      path,
      problem: `${name} is not described in src/config/catalog/ec2.json`,
      remedy: `use another such as ${similar(name, instanceTypeNames)}, or ${UPDATE_CATALOG}`,
    };
    return;
  }
  const { region, zones } = environment;
  // An unknown region is a problem of its own, and so is an unknown zone. Of some regions, the zones are not known.
  const known = availabilityZones[region] ?? [];
  if (known.length === 0) return;
  const offered = zonesOffering(name, region);
  if (offered.length === 0) {
    yield { path, problem: `${name} is not offered in ${region}`, remedy: otherType(name, region) };
    return;
  }
  for (const [index, zone] of zones.entries()) {
    for (const id of ifValid(() => zone.availabilityZoneId)) {
      if (offered.includes(id) || !known.includes(id)) continue;
      yield {
        path,
        problem: `${name} is not offered in ${id}, only in ${offered.join(", ")}`,
        remedy: `move zones[${index}] to one of these, or ${otherType(name, region)}`,
      };
    }
  }
}

function otherType(name: string, region: string): string {
  const others = alternatives(name, region).slice(0, 3);
  return others.length === 0 ? "choose another type or region" : `use another such as ${others.join(", ")}`;
}
