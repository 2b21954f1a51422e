// Added, moved, reused and removed servers of the address table.
import type { JsonObject } from "@dev-one/cli/json";

import { shown } from "../../src/model/change";
import type { NamedPlan } from "./builders";
import { change, plan } from "./plans";

/** Last part of the address by server name, the same in both zones. */
type Servers = Readonly<Record<string, number>>;

/** The address table in each place that holds a part of it. */
interface Places {
  /** In the user data of the launch template. */
  readonly boot: Servers;
  readonly dns: Servers;
  readonly targets: Servers;
  /** Reserved CIDRs of 172.31.Z.96/28, from their last part on. */
  readonly reserved: readonly string[];
  /** Servers of each zone's group. */
  readonly size: number;
  /** A server without an address in zone 2. */
  readonly onlyInZone1?: string;
  /** Number of zones. @default 2 */
  readonly zones?: number;
  /** The service of every server. @default api */
  readonly service?: string;
  /** A server without an address in zone 3. */
  readonly notInZone3?: string;
}

const TWO: Servers = { "api-1": 101, "api-2": 102 };
const THREE: Servers = { ...TWO, "api-3": 103 };
const RESERVED = ["100/32", "103/32", "104/30", "108/31", "110/32"];
const without = (...cidrs: string[]): string[] => RESERVED.filter((cidr) => !cidrs.includes(cidr));
const everywhere = (servers: Servers, reserved: readonly string[]): Places => ({
  boot: servers,
  dns: servers,
  targets: servers,
  reserved,
  size: Object.keys(servers).length,
});
const former = everywhere(TWO, RESERVED);
const added = everywhere(THREE, without("103/32"));

/** The resources of both zones by their addresses. */
function resources(places: Places): Map<string, JsonObject> {
  const { boot, dns, targets, reserved, size, onlyInZone1, zones = 2, notInZone3, service = "api" } = places;
  const all = Array.from({ length: zones }, (_, index) => index + 1);
  const ofZone = (zone: number, servers: Servers): [string, number][] =>
    Object.entries(servers).filter(
      ([name]) => (zone === 1 || name !== onlyInZone1) && (zone !== 3 || name !== notInZone3),
    );
  const table = all.flatMap((zone) =>
    ofZone(zone, boot).map(([name, last]) => `172.31.${zone}.${last} ${name} zone-${zone} ${service}`),
  );
  const file = {
    path: "/etc/dev-one/addresses",
    permissions: "0644",
    content: `${table.join("\n")}\nuse1-az1 zone-1\n`,
  };
  const userData = Buffer.from(`write_files:\n  - ${JSON.stringify(file)}\n`).toString("base64");
  return new Map<string, JsonObject>([
    ["aws_launch_template.servers", { name: "servers", user_data: userData }],
    ...all.flatMap((zone): [string, JsonObject][] => [
      [
        `aws_subnet.zone-${zone}`,
        { id: `subnet-${zone}`, cidr_block: `172.31.${zone}.96/28`, tags: { tier: "servers" } },
      ],
      ...reserved.map((cidr): [string, JsonObject] => [
        `aws_ec2_subnet_cidr_reservation.zone-${zone}-${cidr.replace("/", "-")}`,
        { subnet_id: `subnet-${zone}`, cidr_block: `172.31.${zone}.${cidr}` },
      ]),
      [
        `aws_autoscaling_group.zone-${zone}`,
        { vpc_zone_identifier: [`subnet-${zone}`], min_size: size, max_size: size, desired_capacity: size },
      ],
      ...ofZone(zone, targets).map(([name, last]): [string, JsonObject] => [
        `aws_lb_target_group_attachment.${name}-zone-${zone}`,
        { target_group_arn: `arn:${name}`, target_id: `172.31.${zone}.${last}` },
      ]),
    ]),
    ...Object.keys(targets).map((name): [string, JsonObject] => [
      `aws_lb_listener_rule.${name}`,
      {
        action: [{ type: "forward", target_group_arn: `arn:${name}` }],
        condition: [{ host_header: [{ values: [`${name}.dev-one.it`] }] }],
      },
    ]),
    ...Object.entries(dns).map(([name, last]): [string, JsonObject] => [
      `aws_route53_record.${name}`,
      { name: `${name}.dev-one.it`, type: "A", records: all.map((zone) => `172.31.${zone}.${last}`) },
    ]),
  ]);
}

function becomes(name: string, places: Places): NamedPlan {
  const [before, after] = [resources(former), resources(places)];
  const changes = [...new Set([...before.keys(), ...after.keys()])].map((address) => {
    const [old, fresh] = [before.get(address), after.get(address)];
    const isSame = JSON.stringify(old) === JSON.stringify(fresh);
    const existing = address.startsWith("aws_lb_target_group_attachment") ? ["delete", "create"] : ["update"];
    const actions = isSame ? ["no-op"] : old === undefined ? ["create"] : fresh === undefined ? ["delete"] : existing;
    if (address.includes(".zone-3")) return change(address, actions, withoutSubnetId(fresh ?? {}));
    return change(address, actions, { before: old ?? null, after: fresh ?? null });
  });
  return [name, plan(changes, "production", configured(changes))];
}

/** The id of a new subnet is known after the apply. */
function withoutSubnetId(after: JsonObject): { after: JsonObject; unknown: JsonObject } {
  const names = ["id", "subnet_id", "vpc_zone_identifier"].filter((name) => name in after);
  return {
    after: Object.fromEntries(Object.entries(after).filter(([name]) => !names.includes(name))),
    unknown: Object.fromEntries(names.map((name) => [name, true])),
  };
}

/** References to the subnets, as the configuration in a plan has them. */
function configured(changes: readonly JsonObject[]): JsonObject {
  const resources = changes.flatMap(({ address }): JsonObject[] => {
    const [, type, zone] =
      /^(aws_autoscaling_group|aws_ec2_subnet_cidr_reservation)\.(zone-\d)/.exec(shown(address)) ?? [];
    const attribute = type === "aws_autoscaling_group" ? "vpc_zone_identifier" : "subnet_id";
    const references = [`aws_subnet.${zone}.id`, `aws_subnet.${zone}`];
    return type === undefined ? [] : [{ address: shown(address), expressions: { [attribute]: { references } } }];
  });
  const { configuration } = plan([]);
  return { configuration: { ...(configuration as JsonObject), root_module: { resources } } };
}

export const addedServers: readonly NamedPlan[] = [
  becomes("a server is added everywhere", added),
  becomes("a server is added with an address inside a reserved range", {
    ...everywhere({ ...TWO, "api-3": 108 }, [...without("108/31"), "109/32"]),
  }),
  becomes("every server gets an address in a third zone", { ...former, zones: 3 }),
  becomes("a server and a third zone are added", { ...added, zones: 3 }),
  becomes("two servers are added everywhere", everywhere({ ...THREE, "api-4": 110 }, without("103/32", "110/32"))),
];

export const servedByAnother = becomes("every server gets another service", { ...former, service: "shop" });

export const otherAddressTables: readonly NamedPlan[] = [
  becomes(
    "a server moves to another address",
    everywhere({ "api-1": 101, "api-2": 103 }, [...without("103/32"), "102/32"]),
  ),
  becomes("a server is added, and another one moves", {
    ...everywhere({ "api-1": 101, "api-2": 104, "api-3": 103 }, [
      "100/32",
      "102/32",
      "105/32",
      "106/31",
      "108/31",
      "110/32",
    ]),
  }),
  becomes("a server is added with the address of another one", everywhere({ "api-1": 101, "api-3": 102 }, RESERVED)),
  becomes("a server is added with an address that another one keeps", {
    ...everywhere({ ...TWO, "api-3": 102 }, RESERVED),
    size: 2,
  }),
  becomes(
    "two servers exchange their addresses, and one is added",
    everywhere({ "api-1": 102, "api-2": 101, "api-3": 103 }, without("103/32")),
  ),
  becomes("a server is removed everywhere", everywhere({ "api-1": 101 }, [...RESERVED, "102/32"])),
  becomes("a server is added to the boot table only", { ...former, boot: THREE }),
  becomes("a server is added, and its address stays reserved", { ...added, reserved: RESERVED }),
  becomes("a server is added, and a second address becomes free", { ...added, reserved: without("103/32", "110/32") }),
  becomes("a server is added, and the groups keep their size", { ...added, size: 2 }),
  becomes("a server is added without a DNS record", { ...added, dns: TWO }),
  becomes("a server is added with another address in DNS", { ...added, dns: { ...TWO, "api-3": 104 } }),
  becomes("a server is added without a target group", { ...added, targets: TWO }),
  becomes("a server is added to the target group of another host name", {
    ...added,
    targets: { ...TWO, "api-4": 103 },
  }),
  becomes("a server is added in one of two zones", { ...added, onlyInZone1: "api-3" }),
  becomes("a server gets no address in a third zone", { ...former, zones: 3, notInZone3: "api-2", size: 2 }),
  becomes("a server moves while a third zone is added", {
    ...everywhere({ "api-1": 101, "api-2": 103 }, [...without("103/32"), "102/32"]),
    zones: 3,
  }),
  becomes("a third zone is added, and its group is too small", { ...former, zones: 3, size: 1 }),
  becomes("a third zone is added, and another address is free there", {
    ...former,
    zones: 3,
    reserved: without("110/32"),
  }),
  becomes("a server is added everywhere but in the boot table", { ...added, boot: TWO }),
];
