import type { Block, Resource, Stack } from "@dev-one/terraform-json/resources";

import { type Notes, othersOf, platformCoverage } from "./coverage";
import { flowsOf } from "./flows";
import { isTrue, listed, numbered, shown } from "./resources";
import { byNumber, groupsIn, type ServerFacts, serversOf } from "./servers";
import { subnetsOf, zonesOf } from "./zones";

/** What the picture of an environment's platform shows: facts only, no geometry. */
export type Platform = ReturnType<typeof platformOf>;
export type ZoneFacts = Platform["zones"][number];

/** Types of which the picture has room for one resource. */
const SINGLE = ["aws_vpc", "aws_lb", "aws_db_proxy", "aws_db_instance"];

/** Reads the facts of an environment's platform from its synthesized JSON. */
export function platformOf(stack: Stack, notes: Notes) {
  const main = SINGLE.map((type) => mainOf(stack, type));
  const [vpc, loadBalancer, proxy, database] = main;
  const vpcCidr = shown(vpc, "cidr_block");
  const zones = zonesOf(stack, vpc);
  /** Names of the zones in which a resource can be, by its subnets. */
  const zonesWith = (targets: readonly Resource[] = []): string[] =>
    zones.filter((zone) => subnetsOf(zone).some((subnet) => targets.includes(subnet))).map(({ name }) => name);
  const servers = serversOf(stack, zones, notes);
  const elasticSubnets = zones.map(({ subnets }) => subnets.elastic?.resource);
  const groups = stack
    .of("aws_autoscaling_group")
    .filter((group) => numbered(group, "max_size") !== 0)
    .filter((group) => group.targets("vpc_zone_identifier").some((each) => elasticSubnets.includes(each)));
  const named = zones.flatMap((zone) => groupsIn(stack, zone));
  // The elastic group starts the same servers as the groups of the named servers; every other group has a launch template of its own.
  const elastic = groups.find((group) => named.some((other) => templateOf(other) === templateOf(group)));
  const namedServices = [...new Set(servers.flatMap(({ service }) => service ?? []))];
  const serviceGroups = groups
    .filter((group) => group !== elastic)
    .map((group) => ({ group, service: serviceOf(group) ?? shown(group, "name") }));
  const services = [...namedServices, ...serviceGroups.map(({ service }) => service)];
  const ofNamed = namedServices.length === 1 ? namedServices.join() : "named servers";
  const securityGroups = new Map([
    ...serviceGroups.flatMap(({ group, service }) => securityGroupsOf(group).map((each) => [each, service] as const)),
    ...named.flatMap((group) => securityGroupsOf(group).map((each) => [each, ofNamed] as const)),
  ]);
  const drawn = [...main, ...groups, ...zones.flatMap((zone) => [...groupsIn(stack, zone), ...subnetsOf(zone)])];
  const withoutRoom = stack
    .of(...SINGLE, "aws_autoscaling_group", "aws_subnet")
    .filter((each) => !drawn.includes(each) && numbered(each, "max_size") !== 0);
  const resolver = resolverOf(vpcCidr);
  const templates = stack.of("aws_launch_template").map((template) => shown(template, "instance_type"));
  return {
    environment: stack.name,
    region: stack.region ?? "",
    vpcCidr,
    zones: zones.map((zone) => {
      const gateway = stack
        .of("aws_nat_gateway")
        .find((each) => each.targets("subnet_id").some((subnet) => subnetsOf(zone).includes(subnet)));
      return {
        ...zone,
        servers: servers.filter((server) => server.zone === zone.name),
        /** Undefined for a zone without a NAT gateway. */
        nat: gateway && { isProtected: gateway.target("allocation_id")?.isProtected === true },
      };
    }),
    /** Undefined without one, as are the elastic group, the proxy and the database. */
    loadBalancer: loadBalancer && {
      zones: zonesWith(loadBalancer.targets("subnets")),
      ...listenersOf(stack, servers, services),
    },
    /** Such as `m3.xlarge`; of several launch templates all. */
    instanceTypes: [...new Set(templates)].filter((type) => type !== ""),
    elastic: elastic && { ...sizeOf(elastic, zonesWith), service: serviceOf(elastic) },
    /** The services that run on the named servers, in the order of the servers. */
    namedServices,
    /** Whose servers have a security group: the service of the named servers, or `named servers` where they have several, and others. */
    securityGroups: [...new Set(securityGroups.values())].sort(byNumber),
    /** Groups of services that have their own, in the subnets of the elastic servers. */
    serviceGroups: serviceGroups.map(({ group, service }) => ({
      ...sizeOf(group, zonesWith),
      service,
      instanceType: shown(templateOf(group), "instance_type"),
      /** Names of its scaling policies, such as `requests`. */
      policies: stack
        .referring("aws_autoscaling_policy", "autoscaling_group_name", group)
        .map((policy) => shown(policy, "name").replace(/^cpu$/, "CPU")),
    })),
    proxy: proxy && { zones: zonesWith(proxy.targets("vpc_subnet_ids")), requiresTls: isTrue(proxy, "require_tls") },
    database: database && {
      /** The zones in which it can run. */
      zones: zonesWith(database.target("db_subnet_group_name")?.targets("subnet_ids")),
      /** Such as `PostgreSQL 17`. */
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
    flows: flowsOf(stack, { withoutRoom, resolver, securityGroups }, notes),
    regional: regionalOf(stack),
    others: othersOf(stack, platformCoverage, withoutRoom, notes),
  };
}

function templateOf(group: Resource): Resource | undefined {
  return group.blocks("launch_template")[0]?.target("id");
}

/** The service of all servers of an Auto Scaling group; undefined where several share it. */
function serviceOf(group: Resource): string | undefined {
  const tag = group.blocks("tag").find((each) => shown(each, "key") === "service");
  return tag && shown(tag, "value");
}

function securityGroupsOf(group: Resource): readonly Resource[] {
  return templateOf(group)?.targets("vpc_security_group_ids") ?? [];
}

function sizeOf(group: Resource, zonesWith: (targets?: readonly Resource[]) => string[]) {
  return {
    zones: zonesWith(group.targets("vpc_zone_identifier")),
    minimum: numbered(group, "min_size") ?? 0,
    maximum: numbered(group, "max_size") ?? 0,
  };
}

/** Of the resources of a type, the one that most others refer to. */
function mainOf(stack: Stack, type: string): Resource | undefined {
  const references = (to: Resource) => stack.resources.filter((each) => each.targets().includes(to)).length;
  return stack.of(type).sort((a, b) => references(b) - references(a))[0];
}

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html */
function resolverOf(vpcCidr: string): string {
  const [a, b, c, d = 0] = (vpcCidr.split("/")[0] ?? "").split(".").map(Number);
  return [a, b, c, d + 2].join(".");
}

function listenersOf(stack: Stack, servers: readonly ServerFacts[], services: readonly string[]) {
  const actions = stack.of("aws_lb_listener").flatMap((listener) => listener.blocks("default_action"));
  const conditions = stack.of("aws_lb_listener_rule").flatMap((rule) => rule.blocks("condition"));
  const headers = conditions.flatMap((condition) => condition.blocks("host_header"));
  return {
    hosts: headers.flatMap((header) => listed(header, "values")).sort(byNumber),
    redirects: actions.some((action) => shown(action, "type") === "redirect"),
    /** What happens to requests to any other host. */
    otherwise: otherwiseOf(stack, actions, servers, services),
  };
}

/** @param services all services of the environment */
function otherwiseOf(
  stack: Stack,
  actions: readonly Block[],
  servers: readonly ServerFacts[],
  services: readonly string[],
): string {
  const target = actions.flatMap((action) => action.target("target_group_arn") ?? [])[0];
  const [response] = actions.flatMap((action) => action.blocks("fixed_response"));
  if (target === undefined) return response === undefined ? "" : `answered with ${shown(response, "status_code")}`;
  const groups = stack.of("aws_autoscaling_group").filter((group) => group.targets().includes(target));
  if (groups.length > 1 && services.length === 1) return "to every server";
  const addresses = stack
    .referring("aws_lb_target_group_attachment", "target_group_arn", target)
    .map((attachment) => shown(attachment, "target_id"));
  const behind = [
    ...groups.map(serviceOf),
    ...servers.filter(({ address }) => addresses.includes(address)).map(({ service }) => service),
  ];
  const names = new Set(behind.filter((service) => service !== undefined));
  return `to ${names.size === 0 ? shown(target, "name") : [...names].join(", ")}`;
}

function dnsOf(stack: Stack, loadBalancer: Resource | undefined, servers: readonly ServerFacts[]) {
  const records = stack.of("aws_route53_record").filter((record) => /^(A|AAAA|CNAME)$/.test(shown(record, "type")));
  const inZone = (isPrivate: boolean) => records.filter((record) => record.target("zone_id")?.has("vpc") === isPrivate);
  const zones = stack.of("aws_route53_zone");
  const domain = shown(zones.find((each) => !each.has("vpc")) ?? zones[0], "name");
  const balanced = inZone(false).filter((each) => each.targets("alias").some((target) => target === loadBalancer));
  const others = [domain, "*", ...servers.map(({ name }) => name)];
  return {
    domain,
    /** Names in the public hosted zone that resolve to the load balancer. */
    publicNames: [...new Set(balanced.map((record) => shown(record, "name")))],
    /** Names in the private hosted zone without the servers' names, such as `postgres`. */
    privateNames: inZone(true)
      .map((record) => shown(record, "name").replace(`.${domain}`, ""))
      .filter((name) => !others.includes(name)),
  };
}

function endpointsOf(stack: Stack, type: "Interface" | "Gateway"): string[] {
  const endpoints = stack.of("aws_vpc_endpoint").filter((endpoint) => shown(endpoint, "vpc_endpoint_type") === type);
  return endpoints.map((endpoint) => shown(endpoint, "service_name").split(".").at(-1) ?? "");
}

function regionalOf(stack: Stack) {
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
    scalingAlarms: stack.of("aws_cloudwatch_metric_alarm").filter((alarm) => alarm.has("alarm_actions")).length,
    // `services` for `dev-one-staging-services-111122223333`.
    buckets: stack
      .of("aws_s3_bucket")
      .map((bucket) =>
        shown(bucket, "bucket")
          .replace(`dev-one-${stack.name}-`, "")
          .replace(/-\d{12}$/, ""),
      )
      .map((name) => name.replaceAll("-", " ")),
    hasDatadog: secrets.some((name) => name.includes("datadog")),
  };
}
