import { objectAt } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";

import { addressTableOf, byNumber, type ServerFact } from "./addresses";
import { checkCoverage, platformDrawn, platformLeftOut } from "./coverage";
import { type Flow, flowsOf } from "./flows";
import { blocksOf, numberOf, type Resource, type TerraformJson, textOf, textsOf } from "./terraform-json";
import { type Tier, zonesOf, type ZoneSubnets } from "./zones";

/** What the picture of an environment's platform shows: facts only, no geometry. */
export interface Platform {
  readonly environment: string;
  readonly region: string;
  readonly vpcCidr: string;
  /** Sorted by name. */
  readonly zones: readonly ZoneFacts[];
  readonly loadBalancer: SpanFacts & { readonly hosts: readonly string[]; readonly redirects: boolean };
  readonly instanceType: string;
  /** Undefined without an elastic group, or if its maximum size is 0. */
  readonly elastic: (SpanFacts & { readonly minimum: number; readonly maximum: number }) | undefined;
  readonly proxy: SpanFacts & { readonly requiresTls: boolean };
  readonly database: { readonly engine: string; readonly instanceClass: string; readonly multiAz: boolean };
  /** Zones in which the database can run. */
  readonly databaseZones: readonly string[];
  readonly dns: DnsFacts;
  readonly resolver: string;
  readonly interfaceEndpoints: readonly string[];
  readonly gatewayEndpoints: readonly string[];
  readonly hasInternetGateway: boolean;
  readonly flows: readonly Flow[];
  readonly regional: RegionalFacts;
}

export interface ZoneFacts extends ZoneSubnets {
  readonly servers: readonly ServerFact[];
  /** The zone's NAT gateway; undefined when it has none. */
  readonly nat: { readonly isProtected: boolean } | undefined;
}

export type { ServerFact, Tier };

/** A resource in several zones. */
export interface SpanFacts {
  /** Names of the zones. */
  readonly zones: readonly string[];
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

const POSTGRES = "postgres";

/**
 * Reads the facts of an environment's platform from its synthesized JSON.
 * @throws UserError when a resource is missing, contradicts another one, or has no place in the picture
 */
export function platformOf(stack: TerraformJson): Platform {
  checkCoverage(stack, platformDrawn, platformLeftOut);
  const vpc = stack.only("aws_vpc");
  const vpcCidr = textOf(vpc, "cidr_block");
  const subnets = zonesOf(stack);
  const zonesWith = (value: Parameters<TerraformJson["targets"]>[0]): string[] => {
    const targets = stack.targets(value);
    return subnets.filter((zone) => zone.resources.some((subnet) => targets.includes(subnet))).map(({ name }) => name);
  };
  const servers = addressTableOf(stack, subnets);
  const database = stack.only("aws_db_instance");
  const resolver = resolverOf(vpcCidr);
  const loadBalancer = stack.only("aws_lb");
  const proxy = stack.only("aws_db_proxy");
  const elastic = elasticGroup(stack);
  return {
    environment: stack.name,
    region: regionOf(stack),
    vpcCidr,
    zones: subnets.map((zone) => ({
      ...zone,
      servers: servers.filter((server) => server.zone === zone.name),
      nat: natOf(stack, zone),
    })),
    loadBalancer: { zones: zonesWith(loadBalancer.values.subnets), ...listenersOf(stack) },
    instanceType: textOf(stack.only("aws_launch_template"), "instance_type"),
    elastic: elastic && {
      zones: zonesWith(elastic.values.vpc_zone_identifier),
      minimum: numberOf(elastic, "min_size"),
      maximum: numberOf(elastic, "max_size"),
    },
    proxy: { zones: zonesWith(proxy.values.vpc_subnet_ids), requiresTls: proxy.values.require_tls === true },
    database: {
      engine: engineOf(database),
      instanceClass: textOf(database, "instance_class"),
      multiAz: database.values.multi_az === true,
    },
    databaseZones: zonesWith(stack.only("aws_db_subnet_group").values.subnet_ids),
    dns: dnsOf(stack, loadBalancer, servers),
    resolver,
    interfaceEndpoints: endpointsOf(stack, "Interface"),
    gatewayEndpoints: endpointsOf(stack, "Gateway"),
    hasInternetGateway: stack.all("aws_internet_gateway").length > 0,
    flows: flowsOf(stack, `${resolver}/32`),
    regional: regionalOf(stack),
  };
}

function regionOf(stack: TerraformJson): string {
  const providers = blocksOf(objectAt(stack.json, "provider") ?? {}, "aws");
  const region = providers.find((provider) => provider.alias === undefined)?.region;
  if (typeof region !== "string") throw new UserError(`Stack ${stack.name} has no AWS provider with a region.`);
  return region;
}

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html */
function resolverOf(vpcCidr: string): string {
  const [a, b, c, d] = (vpcCidr.split("/")[0] ?? "").split(".").map(Number);
  return [a, b, c, (d ?? 0) + 2].join(".");
}

/** The group without a fixed size. */
function elasticGroup(stack: TerraformJson): Resource | undefined {
  return stack
    .all("aws_autoscaling_group")
    .find((group) => numberOf(group, "min_size") !== numberOf(group, "max_size"));
}

function natOf(stack: TerraformJson, zone: ZoneSubnets): ZoneFacts["nat"] {
  const gateway = stack
    .all("aws_nat_gateway")
    .find(({ values }) => zone.resources.some((subnet) => stack.refers(values.subnet_id, subnet)));
  if (gateway === undefined) return undefined;
  const address = stack.targets(gateway.values.allocation_id)[0];
  return {
    isProtected: blocksOf(address?.values ?? {}, "lifecycle").some((block) => block.prevent_destroy === true),
  };
}

function listenersOf(stack: TerraformJson): { hosts: string[]; redirects: boolean } {
  const hosts = stack
    .all("aws_lb_listener_rule")
    .flatMap(({ values }) => blocksOf(values, "condition"))
    .flatMap((condition) => blocksOf(condition, "host_header"))
    .flatMap((header) => textsOf(header.values))
    .sort(byNumber);
  const redirects = stack
    .all("aws_lb_listener")
    .some(({ values }) => blocksOf(values, "default_action").some((action) => action.type === "redirect"));
  return { hosts, redirects };
}

function engineOf(database: Resource): string {
  const engine = textOf(database, "engine");
  const version = textOf(database, "engine_version");
  return `${engine === POSTGRES ? "PostgreSQL" : engine} ${version}`;
}

function dnsOf(stack: TerraformJson, loadBalancer: Resource, servers: readonly ServerFact[]): DnsFacts {
  const zones = stack.all("aws_route53_zone");
  const records = stack.all("aws_route53_record");
  const names = (isPrivate: boolean) =>
    records
      .filter(({ values }) =>
        zones.some((zone) => stack.refers(values.zone_id, zone) && "vpc" in zone.values === isPrivate),
      )
      .filter(({ values }) => values.type === "A" || values.type === "CNAME")
      .map((record) => ({ name: textOf(record, "name"), leads: stack.refers(record.values.alias, loadBalancer) }));
  const domain = textOf(zones.find((zone) => !("vpc" in zone.values)) ?? stack.only("aws_route53_zone"), "name");
  return {
    domain,
    publicNames: names(false).flatMap(({ name, leads }) => (leads ? [name] : [])),
    privateNames: names(true)
      .map(({ name }) => name.replace(`.${domain}`, ""))
      .filter((name) => name !== domain && name !== "*" && !servers.some((server) => server.name === name)),
  };
}

function endpointsOf(stack: TerraformJson, type: "Interface" | "Gateway"): string[] {
  return stack
    .all("aws_vpc_endpoint")
    .filter(({ values }) => values.vpc_endpoint_type === type)
    .map((endpoint) => textOf(endpoint, "service_name").split(".").at(-1) ?? "");
}

function regionalOf(stack: TerraformJson): RegionalFacts {
  const secrets = stack
    .all("aws_secretsmanager_secret")
    .map((secret) => textOf(secret, "name").split("/").at(-1) ?? "");
  const managed = stack.all("aws_db_instance").some(({ values }) => values.manage_master_user_password === true);
  return {
    certificateNames: stack
      .all("aws_acm_certificate")
      .flatMap((each) => [textOf(each, "domain_name"), ...textsOf(each.values.subject_alternative_names)]),
    secrets: [...secrets, ...(managed ? ["database password"] : [])],
    keys: stack.all("aws_kms_key").length,
    logGroups: stack.all("aws_cloudwatch_log_group").length,
    alarms: stack.all("aws_cloudwatch_metric_alarm").length,
    buckets: stack.all("aws_s3_bucket").length,
    hasDatadog: secrets.some((name) => name.includes("datadog")),
  };
}
