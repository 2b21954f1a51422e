import type { Resource, Stack } from "@dev-one/terraform-json/resources";
import { addressTableOf } from "@dev-one/terraform-json/user-data";
import { containsCidr } from "cidr-tools";

import type { Notes } from "./coverage";
import { listed, numbered, shown } from "./resources";
import type { ZoneSubnets } from "./zones";

export interface ServerFacts {
  /** Host name without the domain, such as `api-1`. */
  readonly name: string;
  readonly zone: string;
  readonly address: string;
  /** The service that runs on it; undefined where the launch template does not say. */
  readonly service: string | undefined;
}

/** The named servers: the addresses in the private hosted zone that belong to a subnet of servers. */
export function serversOf(stack: Stack, zones: readonly ZoneSubnets[], notes: Notes): ServerFacts[] {
  const privateZone = stack.of("aws_route53_zone").find((zone) => zone.has("vpc"));
  const records = stack.of("aws_route53_record").filter((record) => record.target("zone_id") === privateZone);
  const services = new Map(
    stack
      .of("aws_launch_template")
      .flatMap((template) => addressTableOf(shown(template, "user_data")))
      .map(([address, , , service]) => [address, service]),
  );
  const servers = records.flatMap((record) =>
    listed(record, "records").flatMap((address) => {
      const zone = zones.find(({ subnets }) => isWithin(address, subnets.servers?.cidr ?? ""));
      const name = shown(record, "name").split(".")[0] ?? "";
      return zone === undefined ? [] : [{ name, zone: zone.name, address, service: services.get(address) }];
    }),
  );
  for (const zone of zones) {
    const size = groupsIn(stack, zone).reduce((sum, group) => sum + (numbered(group, "max_size") ?? 0), 0);
    const names = servers.filter((server) => server.zone === zone.name).length;
    const sizes = `names ${names} servers, which are drawn, and its Auto Scaling group has ${size}`;
    if (size !== names) notes.add(`${stack.name}: ${zone.name} ${sizes}.`);
  }
  return servers.sort((a, b) => byNumber(a.name, b.name));
}

/** The Auto Scaling groups of a zone's named servers. */
export function groupsIn(stack: Stack, { subnets }: ZoneSubnets): Resource[] {
  const subnet = subnets.servers?.resource;
  return subnet === undefined ? [] : stack.referring("aws_autoscaling_group", "vpc_zone_identifier", subnet);
}

/** Sorts `api-2` before `api-10`, independent of the machine's locale. */
export function byNumber(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

function isWithin(address: string, cidr: string): boolean {
  const isAddress = /^\d+(\.\d+){3}$/;
  return isAddress.test(address) && isAddress.test(cidr.split("/")[0] ?? "") && containsCidr(cidr, `${address}/32`);
}
