import type { Resource, Stack } from "@dev-one/terraform-json/resources";

import { type Notes, type OtherResources, othersOf, platformCoverage } from "./coverage";
import { type Flow, flowsOf } from "./flows";
import { isTrue, listed, numbered, shown } from "./resources";
import { byNumber, groupsIn, type ServerFacts, serversOf } from "./servers";
import { zonesOf, type ZoneSubnets } from "./zones";

/** What the picture of an environment's platform shows: facts only, no geometry. */
export interface Platform {
  readonly environment: string;
  readonly region: string;
  readonly vpcCidr: string;
  /** Sorted by name. */
  readonly zones: readonly ZoneFacts[];
  /** Undefined without one, as are the elastic group, the proxy and the database. */
  readonly loadBalancer: (SpanFacts & { readonly hosts: readonly string[]; readonly redirects: boolean }) | undefined;
  /** Such as `m3.xlarge`; of several launch templates all. */
  readonly instanceTypes: readonly string[];
  /** The Auto Scaling group without a fixed size. */
  readonly elastic: (SpanFacts & { readonly minimum: number; readonly maximum: number }) | undefined;
  readonly proxy: (SpanFacts & { readonly requiresTls: boolean }) | undefined;
  /** Its zones are those in which it can run. */
  readonly database: (SpanFacts & DatabaseFacts) | undefined;
  readonly dns: DnsFacts;
  readonly resolver: string;
  readonly interfaceEndpoints: readonly string[];
  readonly gatewayEndpoints: readonly string[];
  readonly hasInternetGateway: boolean;
  readonly flows: readonly Flow[];
  readonly regional: RegionalFacts;
  readonly others: readonly OtherResources[];
}

export interface ZoneFacts extends ZoneSubnets {
  readonly servers: readonly ServerFacts[];
  /** The zone's NAT gateway; undefined when it has none. */
  readonly nat: { readonly isProtected: boolean } | undefined;
}

/** A resource in several zones. */
export interface SpanFacts {
  /** Names of the zones. */
  readonly zones: readonly string[];
}

export interface DatabaseFacts {
  /** Such as `PostgreSQL 17`. */
  readonly engine: string;
  readonly instanceClass: string;
  readonly multiAz: boolean;
}

export interface DnsFacts {
  readonly domain: string;
  /** Names in the public hosted zone that resolve to the load balancer. */
  readonly publicNames: readonly string[];
  /** Names in the private hosted zone without the servers' names, such as `postgres`. */
  readonly privateNames: readonly string[];
}

export interface RegionalFacts {
  readonly certificateNames: readonly string[];
  readonly secrets: readonly string[];
  readonly keys: number;
  readonly logGroups: number;
  readonly alarms: number;
  readonly buckets: number;
  readonly hasDatadog: boolean;
}

/** Types of which the picture has room for one resource. */
const SINGLE = ["aws_vpc", "aws_lb", "aws_db_proxy", "aws_db_instance"];

/** Reads the facts of an environment's platform from its synthesized JSON. */
export function platformOf(stack: Stack, notes: Notes): Platform {
  const main = mainResources(stack);
  const [vpc, loadBalancer, proxy, database] = SINGLE.map((type) => main.get(type));
  const vpcCidr = vpc === undefined ? "" : shown(vpc, "cidr_block");
  const subnets = zonesOf(stack, vpc);
  const zonesWith = (targets: readonly Resource[]): string[] =>
    subnets
      .filter((zone) => Object.values(zone.subnets).some(({ resource }) => targets.includes(resource)))
      .map(({ name }) => name);
  const servers = serversOf(stack, subnets, notes);
  const scaling = stack
    .of("aws_autoscaling_group")
    .filter((group) => numbered(group, "min_size") !== numbered(group, "max_size"));
  const elasticSubnets = subnets.map((zone) => zone.subnets.elastic?.resource);
  const elastic =
    scaling.find((group) => group.targets("vpc_zone_identifier").some((each) => elasticSubnets.includes(each))) ??
    scaling[0];
  const drawn = [...main.values(), elastic, ...subnets.flatMap((zone) => groupsIn(stack, zone))];
  drawn.push(...subnets.flatMap((zone) => Object.values(zone.subnets).map(({ resource }) => resource)));
  const withoutRoom = stack
    .of(...SINGLE, "aws_autoscaling_group", "aws_subnet")
    .filter((each) => !drawn.includes(each) && numbered(each, "max_size") !== 0);
  const resolver = resolverOf(vpcCidr);
  return {
    environment: stack.name,
    region: stack.region ?? "",
    vpcCidr,
    zones: subnets.map((zone) => ({
      ...zone,
      servers: servers.filter((server) => server.zone === zone.name),
      nat: natOf(stack, zone),
    })),
    loadBalancer: loadBalancer && { zones: zonesWith(loadBalancer.targets("subnets")), ...listenersOf(stack) },
    instanceTypes: [
      ...new Set(stack.of("aws_launch_template").map((template) => shown(template, "instance_type"))),
    ].filter((type) => type !== ""),
    elastic: elastic && {
      zones: zonesWith(elastic.targets("vpc_zone_identifier")),
      minimum: numbered(elastic, "min_size") ?? 0,
      maximum: numbered(elastic, "max_size") ?? 0,
    },
    proxy: proxy && {
      zones: zonesWith(proxy.targets("vpc_subnet_ids")),
      requiresTls: isTrue(proxy, "require_tls"),
    },
    database: database && {
      zones: zonesWith(database.target("db_subnet_group_name")?.targets("subnet_ids") ?? []),
      engine:
        `${shown(database, "engine").replace(/^postgres$/, "PostgreSQL")} ${shown(database, "engine_version")}`.trim(),
      instanceClass: shown(database, "instance_class"),
      multiAz: isTrue(database, "multi_az"),
    },
    dns: dnsOf(stack, loadBalancer, servers),
    resolver,
    interfaceEndpoints: endpointsOf(stack, "Interface"),
    gatewayEndpoints: endpointsOf(stack, "Gateway"),
    hasInternetGateway: stack.of("aws_internet_gateway").length > 0,
    flows: flowsOf(stack, withoutRoom, resolver, notes),
    regional: regionalOf(stack),
    others: othersOf(stack, platformCoverage, withoutRoom, notes),
  };
}

/** Of each type with room for one resource, the one that most other resources refer to. */
function mainResources(stack: Stack): Map<string, Resource> {
  const references = new Map<Resource, number>();
  for (const resource of stack.resources) {
    for (const target of resource.targets()) {
      references.set(target, (references.get(target) ?? 0) + 1);
    }
  }
  const main = new Map<string, Resource>();
  for (const type of SINGLE) {
    const [first] = stack.of(type).sort((a, b) => (references.get(b) ?? 0) - (references.get(a) ?? 0));
    if (first !== undefined) main.set(type, first);
  }
  return main;
}

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html */
function resolverOf(vpcCidr: string): string {
  const [a, b, c, d] = (vpcCidr.split("/")[0] ?? "").split(".").map(Number);
  return [a, b, c, (d ?? 0) + 2].join(".");
}

function natOf(stack: Stack, { subnets }: ZoneSubnets): ZoneFacts["nat"] {
  const gateway = stack
    .of("aws_nat_gateway")
    .find((each) => Object.values(subnets).some(({ resource }) => each.target("subnet_id") === resource));
  return gateway && { isProtected: gateway.target("allocation_id")?.isProtected === true };
}

function listenersOf(stack: Stack): { hosts: string[]; redirects: boolean } {
  return {
    hosts: stack
      .of("aws_lb_listener_rule")
      .flatMap((rule) => rule.blocks("condition"))
      .flatMap((condition) => condition.blocks("host_header"))
      .flatMap((header) => listed(header, "values"))
      .sort(byNumber),
    redirects: stack
      .of("aws_lb_listener")
      .some((listener) => listener.blocks("default_action").some((action) => shown(action, "type") === "redirect")),
  };
}

function dnsOf(stack: Stack, loadBalancer: Resource | undefined, servers: readonly ServerFacts[]): DnsFacts {
  const records = stack.of("aws_route53_record").filter((record) => /^(A|AAAA|CNAME)$/.test(shown(record, "type")));
  const inZone = (isPrivate: boolean) => records.filter((record) => record.target("zone_id")?.has("vpc") === isPrivate);
  const zones = stack.of("aws_route53_zone");
  const zone = zones.find((each) => !each.has("vpc")) ?? zones[0];
  const domain = zone === undefined ? "" : shown(zone, "name");
  const leads = (record: Resource) => loadBalancer !== undefined && record.targets("alias").includes(loadBalancer);
  return {
    domain,
    publicNames: [
      ...new Set(
        inZone(false)
          .filter(leads)
          .map((record) => shown(record, "name")),
      ),
    ],
    privateNames: inZone(true)
      .map((record) => shown(record, "name").replace(`.${domain}`, ""))
      .filter((name) => name !== domain && name !== "*" && !servers.some((server) => server.name === name)),
  };
}

function endpointsOf(stack: Stack, type: "Interface" | "Gateway"): string[] {
  return stack
    .of("aws_vpc_endpoint")
    .filter((endpoint) => shown(endpoint, "vpc_endpoint_type") === type)
    .map((endpoint) => shown(endpoint, "service_name").split(".").at(-1) ?? "");
}

function regionalOf(stack: Stack): RegionalFacts {
  const secrets = stack.of("aws_secretsmanager_secret").map((secret) => shown(secret, "name").split("/").at(-1) ?? "");
  const managed = stack.of("aws_db_instance").some((database) => isTrue(database, "manage_master_user_password"));
  return {
    certificateNames: stack
      .of("aws_acm_certificate")
      .flatMap((each) => [shown(each, "domain_name"), ...listed(each, "subject_alternative_names")]),
    secrets: [...secrets, ...(managed ? ["database password"] : [])],
    keys: stack.of("aws_kms_key").length,
    logGroups: stack.of("aws_cloudwatch_log_group").length,
    alarms: stack.of("aws_cloudwatch_metric_alarm").length,
    buckets: stack.of("aws_s3_bucket").length,
    hasDatadog: secrets.some((name) => name.includes("datadog")),
  };
}
