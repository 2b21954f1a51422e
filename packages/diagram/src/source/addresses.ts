import { UserError } from "@dev-one/cli/user-error";
import { containsCidr } from "cidr-tools";

import { numberOf, type TerraformJson, textOf, textsOf } from "./terraform-json";
import type { ZoneSubnets } from "./zones";

export interface ServerFact {
  /** Host name without the domain, such as `api-1`. */
  readonly name: string;
  readonly zone: string;
  readonly address: string;
}

/**
 * The named servers: the addresses in the private hosted zone that belong to a subnet of servers.
 * @throws UserError when the size of an Auto Scaling group differs from the number of names in its zone
 */
export function addressTableOf(stack: TerraformJson, zones: readonly ZoneSubnets[]): ServerFact[] {
  const privateZone = stack.all("aws_route53_zone").find((zone) => "vpc" in zone.values);
  const records = stack
    .all("aws_route53_record")
    .filter(({ values }) => privateZone !== undefined && stack.refers(values.zone_id, privateZone));
  const servers = records.flatMap((record) =>
    textsOf(record.values.records).flatMap((address) => {
      const zone = zones.find(({ subnets }) => isWithin(address, subnets.servers.cidr));
      return zone === undefined ? [] : [{ name: textOf(record, "name").split(".")[0] ?? "", zone: zone.name, address }];
    }),
  );
  for (const zone of zones) checkSize(stack, zone, servers.filter((server) => server.zone === zone.name).length);
  return servers.sort((a, b) => byNumber(a.name, b.name));
}

/** Sorts `api-2` before `api-10`, independent of the machine's locale. */
export function byNumber(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

function checkSize(stack: TerraformJson, zone: ZoneSubnets, named: number): void {
  const subnet = zone.resources.find(({ values }) => values.cidr_block === zone.subnets.servers.cidr);
  const groups = stack
    .all("aws_autoscaling_group")
    .filter(({ values }) => subnet !== undefined && stack.refers(values.vpc_zone_identifier, subnet));
  const size = groups.reduce((sum, group) => sum + numberOf(group, "max_size"), 0);
  if (size !== named) {
    throw new UserError(`${zone.name} of stack ${stack.name} names ${named} servers, and its group has ${size}.`);
  }
}

function isWithin(address: string, cidr: string): boolean {
  return /^\d+(\.\d+){3}$/.test(address) && containsCidr(cidr, `${address}/32`);
}
