import { UserError } from "@dev-one/cli/user-error";
import type { Resource, Stack } from "@dev-one/terraform-json/resources";
import { Undecided } from "@dev-one/terraform-json/resources";
import { strings } from "@dev-one/terraform-json/values";

import type { Network } from "./addresses";
import { requiredTarget, requiredText, unsupported } from "./read";

export interface HostedZone {
  readonly address: string;
  readonly name: string;
  /** Whether it answers within the VPC only. */
  readonly isPrivate: boolean;
  readonly records: readonly HostedRecord[];
}

export interface HostedRecord {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  /** Values; for an alias, the load balancer's nodes. */
  readonly values: readonly string[] | "load-balancer";
}

/** AWS answers for an alias with this TTL. */
const ALIAS_TTL = 60;
const TYPES = ["A", "CNAME", "CAA", "TXT", "NS", "MX"];
/** In the domain of AWS's own names for RDS. */
const PROXY_ZONE = "proxy.rds.amazonaws.com";

/** Hosted zones of the stack, and one for the endpoint of RDS Proxy, which AWS keeps. */
export function compileHostedZones(stack: Stack, network: Network): HostedZone[] {
  const zones = stack.of("aws_route53_zone").map((zone) => ({
    address: zone.address,
    name: requiredText(zone, "name"),
    isPrivate: zone.has("vpc"),
    records: stack
      .of("aws_route53_record")
      .filter((record) => requiredTarget(record, "zone_id", "aws_route53_zone") === zone)
      // ACM chooses name and value of the proof that the domain is ours; only ACM asks for it.
      .filter((record) => !record.targets("name").some(({ type }) => type === "aws_acm_certificate"))
      .map(recordOf),
  }));
  const proxies = stack.of("aws_db_proxy").map((proxy) => ({
    address: proxy.address,
    name: PROXY_ZONE,
    isPrivate: true,
    records: [
      {
        name: endpointOf(proxy),
        type: "A",
        ttl: 5,
        values: network.hosts.filter(({ resource }) => resource === proxy.address).map(({ address }) => address),
      },
    ],
  }));
  return [...zones, ...proxies];
}

const endpointOf = (proxy: Resource): string => `${requiredText(proxy, "name")}.${PROXY_ZONE}`;

function recordOf(record: Resource): HostedRecord {
  const type = textIn(record, "type");
  if (!TYPES.includes(type)) throw unsupported(record, "type", type, TYPES.join(", "));
  const name = textIn(record, "name");
  const alias = record.block("alias");
  if (alias !== undefined) {
    if (alias.target("name")?.type !== "aws_lb")
      throw unsupported(record, "alias.name", alias.values.name, "aliases of a load balancer");
    return { name, type, ttl: ALIAS_TTL, values: "load-balancer" };
  }
  return {
    name,
    type,
    ttl: record.number("ttl") ?? 0,
    values: strings(record.values.records).map((value) => valueOf(record, value)),
  };
}

function valueOf(record: Resource, value: string): string {
  if (!value.includes("${")) return value;
  const proxy = record.targets("records").find(({ type }) => type === "aws_db_proxy");
  if (proxy === undefined || !/^\$\{[^}]*\.endpoint\}$/.test(value)) {
    throw unsupported(record, "records", value, "constants and the endpoint of an RDS Proxy");
  }
  return `${endpointOf(proxy)}.`;
}

function textIn(record: Resource, argument: string): string {
  try {
    return requiredText(record, argument);
  } catch (error) {
    if (error instanceof Undecided)
      throw new UserError(`${record.address}: ${argument} is known only after the apply.`);
    throw error;
  }
}

/** A name that no zone of AWS has: an answer that does not fit into a UDP packet, so that clients ask again over TCP. */
export const LARGE_ANSWER = "lab-large-answer";
const LARGE_TEXTS = 10;

/** A zone file. @param nodes addresses of the load balancer's nodes that an alias answers with */
export function renderZone({ name, records }: HostedZone, nodes: readonly string[], serial: number): string {
  const lines = records.flatMap((record) => {
    const values = record.values === "load-balancer" ? nodes : record.values;
    return values.map((value) => `${record.name}. ${record.ttl} ${record.type} ${value}`);
  });
  const large = Array.from(
    { length: LARGE_TEXTS },
    (_, index) => `${LARGE_ANSWER}.${name}. 60 TXT "${String(index).repeat(200)}"`,
  );
  return [
    `${name}. 900 SOA ns.${name}. hostmaster.${name}. ${serial} 7200 900 1209600 60`,
    `${name}. 172800 NS ns.${name}.`,
    ...lines,
    ...large,
    "",
  ].join("\n");
}

/** Configuration of knot. @param files zone file of each zone */
export function renderKnot(address: string, directory: string, files: ReadonlyMap<string, string>): string {
  const zones = [...files].map(([name, file]) => `  - domain: ${name}\n    file: ${file}\n    zonefile-sync: -1\n`);
  return `server:
    listen: ${address}@53
    rundir: ${directory}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: ${directory}
log:
  - target: stderr
    any: warning
zone:
${zones.join("")}`;
}
