import { fixture, sandbox } from "../fixtures/environment";
import { threeZones } from "../fixtures/variants";
import type { Resource, Stack } from "../support/stack";
import { synthesize } from "../support/synthesis";

const configurations = [
  ["fixture", synthesize(fixture).platform],
  ["sandbox", synthesize(sandbox).platform],
  ["three zones", synthesize(threeZones).platform],
] as const;

/** The zone that a resource belongs to by its construct path, if to one. */
function zoneOf(resource: Resource): string | undefined {
  return /(?:^|\/)(zone-\d)(?:\/|$)/.exec(resource.path)?.[1];
}

function zonesIn(stack: Stack): string[] {
  return [...new Set(stack.resources().flatMap((each) => zoneOf(each) ?? []))].sort();
}

function routesOf(stack: Stack, table: Resource): Resource[] {
  return stack.resources("aws_route").filter((route) => stack.target(route.values.route_table_id) === table);
}

/** The table that a subnet is bound to; every subnet is bound to exactly one. */
function tableOf(stack: Stack, subnet: Resource): Resource {
  const bound = stack
    .resources("aws_route_table_association")
    .filter((each) => stack.target(each.values.subnet_id) === subnet);
  expect(bound).toHaveLength(1);
  return stack.target(bound[0]?.values.route_table_id);
}

describe.each(configurations)("the zones of %s", (name, stack) => {
  const zones = zonesIn(stack);

  test("each have their own default route, to a NAT gateway in their public subnet with its own Elastic IP", () => {
    const addresses = new Set<Resource>();
    for (const zone of zones) {
      const [route, ...others] = routesOf(stack, tableOf(stack, stack.at(`network/${zone}/servers-subnet`)));
      expect(others).toEqual([]);
      expect(route?.values.destination_cidr_block).toBe("0.0.0.0/0");
      const nat = stack.target(route?.values.nat_gateway_id);
      expect(nat.type).toBe("aws_nat_gateway");
      expect(stack.target(nat.values.subnet_id)).toBe(stack.at(`network/${zone}/public-subnet`));
      const address = stack.target(nat.values.allocation_id);
      expect([address.type, zoneOf(address)]).toEqual(["aws_eip", zone]);
      addresses.add(address);
    }
    expect(addresses.size).toBe(zones.length);
    expect(stack.resources("aws_nat_gateway")).toHaveLength(zones.length);
    expect(stack.resources("aws_eip")).toHaveLength(zones.length);
  });

  test("route elastic servers as named ones, public subnets to the internet gateway, and data subnets nowhere else", () => {
    for (const zone of zones) {
      const [servers, elastic, open, data] = ["servers", "elastic", "public", "data"].map((tier) =>
        tableOf(stack, stack.at(`network/${zone}/${tier}-subnet`)),
      ) as [Resource, Resource, Resource, Resource];
      expect(elastic).toBe(servers);
      const gateways = routesOf(stack, open).map((route) => stack.target(route.values.gateway_id));
      expect(gateways).toEqual([stack.only("aws_internet_gateway")]);
      expect(routesOf(stack, data)).toEqual([]);
      expect(data.values).not.toHaveProperty("route");
    }
  });

  test("reach S3 by a gateway endpoint, from the subnets of servers and data", () => {
    const gateways = stack.resources("aws_vpc_endpoint").filter((each) => each.values.vpc_endpoint_type === "Gateway");
    expect(gateways.map((each) => each.values.service_name)).toEqual([
      `com.amazonaws.${name === "sandbox" ? "us-east-1" : "us-east-2"}.s3`,
    ]);
    const tables = stack.targets(gateways[0]?.values.route_table_ids).map((table) => table.path);
    expect(tables.sort()).toEqual(
      zones.flatMap((zone) => [`network/${zone}/data-routes`, `network/${zone}/servers-routes`]),
    );
  });

  // However far back, not only directly: a zone that waits for something shared that waits for the other zone would hang
  // on it all the same when it is built, or built again, while the other is lost.
  test("depend on no resource of another zone, however far back", () => {
    const belonging = stack.resources().filter((each) => zoneOf(each) !== undefined);
    expect(belonging.length).toBeGreaterThan(20 * zones.length);
    for (const each of belonging) {
      const foreign = [...stack.allDependencies(each)].filter(
        (other) => ![undefined, zoneOf(each)].includes(zoneOf(other)),
      );
      expect([each.path, ...foreign.map((other) => other.path)]).toEqual([each.path]);
    }
  });

  test("are referred to by these shared resources, and by no other", () => {
    const shared = stack
      .resources()
      .filter(
        (each) => zoneOf(each) === undefined && stack.dependencies(each).some((other) => zoneOf(other) !== undefined),
      );
    const interfaceEndpoints = stack
      .resources("aws_vpc_endpoint")
      .filter((each) => each.values.vpc_endpoint_type === "Interface");
    expect(shared.map((each) => each.path).sort()).toEqual(
      [
        "database/subnets",
        "edge/load-balancer",
        ...interfaceEndpoints.map((each) => each.path),
        "network/endpoints/s3",
        "proxy/proxy",
        "servers/elastic/group",
        "servers/scaling/both-low-alarm",
        "servers/scaling/connections-high-alarm",
        "servers/scaling/cpu-high-alarm",
      ].sort(),
    );
  });
});

test("load balancer, database and elastic group are in every zone", () => {
  for (const [, stack] of configurations) {
    const subnets = (tier: string) => zonesIn(stack).map((zone) => stack.at(`network/${zone}/${tier}-subnet`));
    expect(stack.targets(stack.only("aws_lb").values.subnets)).toEqual(subnets("public"));
    expect(stack.targets(stack.only("aws_db_subnet_group").values.subnet_ids)).toEqual(subnets("data"));
    const elastic = stack.at("servers/elastic/group");
    expect(stack.targets(elastic.values.vpc_zone_identifier)).toEqual(subnets("elastic"));
  }
});

test("interface endpoints are in the elastic subnets where they are configured, and absent elsewhere", () => {
  const endpoints = (stack: Stack) =>
    stack.resources("aws_vpc_endpoint").filter((each) => each.values.vpc_endpoint_type === "Interface");
  expect(endpoints(synthesize(sandbox).platform)).toEqual([]);
  const stack = synthesize(fixture).platform;
  expect(endpoints(stack).map((each) => each.values.service_name)).toEqual([
    "com.amazonaws.us-east-2.ec2messages",
    "com.amazonaws.us-east-2.logs",
    "com.amazonaws.us-east-2.secretsmanager",
    "com.amazonaws.us-east-2.ssm",
    "com.amazonaws.us-east-2.ssmmessages",
  ]);
  for (const each of endpoints(stack)) {
    expect(each.values.private_dns_enabled).toBe(true);
    expect(stack.targets(each.values.subnet_ids).map((subnet) => subnet.path)).toEqual([
      "network/zone-5/elastic-subnet",
      "network/zone-6/elastic-subnet",
    ]);
  }
});

test("flow logs record accepted and rejected traffic every minute", () => {
  for (const [, stack] of configurations) {
    expect(stack.only("aws_flow_log").values).toMatchObject({ traffic_type: "ALL", max_aggregation_interval: 60 });
    expect(stack.target(stack.only("aws_flow_log").values.vpc_id)).toBe(stack.only("aws_vpc"));
  }
});

test("an output names the public IP address of each zone's NAT gateway, for allow lists of partners", () => {
  const stack = synthesize(fixture).platform;
  const output = stack.document.output?.outgoing_addresses?.value as Record<string, string>;
  expect(Object.keys(output)).toEqual(["zone-5", "zone-6"]);
  for (const [zone, value] of Object.entries(output)) {
    expect(value).toBe(`\${${stack.at(`network/${zone}/nat-address`).address}.public_ip}`);
  }
});
