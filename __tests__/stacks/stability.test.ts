import { defineEnvironment, type Environment } from "../../src/config";
import { both, fixture, sandbox } from "../fixtures/environment";
import { delegating, fixtureWith, fixtureWithServers, thirdZone, threeZones } from "../fixtures/variants";
import type { Resource, Stack } from "../support/stack";
import { synthesize, synthesizeTogether } from "../support/synthesis";

const before = synthesize(fixture).platform;

/** How a plan would differ, by address and argument. What is only an order of work (`depends_on`) changes nothing. */
function differences(from: Stack, to: Stack): { gone: string[]; changed: string[]; added: number } {
  const addresses = new Map(to.resources().map((resource) => [resource.address, resource]));
  const gone = from.resources().filter((each) => !addresses.has(each.address));
  const changed = from.resources().flatMap((each) => changedArguments(each, addresses.get(each.address)));
  return {
    gone: gone.map((each) => each.path).sort(),
    changed: changed.sort(),
    added: to.resources().length - (from.resources().length - gone.length),
  };
}

function changedArguments(from: Resource, to: Resource | undefined): string[] {
  if (to === undefined) return [];
  return [...new Set([...Object.keys(from.values), ...Object.keys(to.values)])]
    .filter((argument) => argument !== "depends_on")
    .filter((argument) => JSON.stringify(from.values[argument]) !== JSON.stringify(to.values[argument]))
    .map((argument) => `${from.path} ${argument}`);
}

// The lists below are complete. Everything in them is changed in place by AWS's provider: no subnet, address, NAT gateway,
// proxy, database or load balancer is ever replaced.

describe("adding a zone", () => {
  const inThree = synthesize(threeZones).platform;

  test("deletes nothing and changes only what spans the zones", () => {
    const { gone, changed, added } = differences(before, inThree);
    expect(gone).toEqual([]);
    expect(changed).toEqual(
      [
        "database/subnets subnet_ids",
        "edge/load-balancer subnets",
        ...["ec2messages", "logs", "secretsmanager", "ssm", "ssmmessages"].map(
          (service) => `network/endpoints/${service} subnet_ids`,
        ),
        "network/endpoints/s3 route_table_ids",
        "private-dns/servers/web-1 records",
        "private-dns/servers/web-2 records",
        "private-dns/servers/web-3 records",
        "servers/elastic/group max_size",
        "servers/elastic/group vpc_zone_identifier",
        "servers/scaling/both-low-alarm metric_query",
        "servers/scaling/both-low-policy scaling_adjustment",
        "servers/scaling/connections-high-alarm metric_query",
        "servers/scaling/connections-high-policy step_adjustment",
        "servers/scaling/cpu-high-alarm metric_query",
        "servers/scaling/cpu-high-policy step_adjustment",
        "servers/template/template user_data",
      ].sort(),
    );
    expect(added).toBeGreaterThan(20);
  });

  test("leaves RDS Proxy in its zones, because AWS replaces a proxy whose subnets change", () => {
    const proxy = inThree.only("aws_db_proxy");
    expect(proxy.values).toEqual(before.only("aws_db_proxy").values);
    expect(inThree.targets(proxy.values.vpc_subnet_ids).map((subnet) => subnet.path)).toEqual([
      "network/zone-5/data-subnet",
      "network/zone-6/data-subnet",
    ]);
  });

  test("that sorts before the others changes the same as one that sorts after them", () => {
    const zones = [{ ...thirdZone, name: "zone-0" }, ...fixture.zones];
    const infront = differences(before, synthesize(fixtureWith({ zones })).platform);
    const behind = differences(before, inThree);
    expect(infront).toEqual(behind);
  });
});

describe("adding a server to every zone", () => {
  const withFourth = (last: number) =>
    synthesize(fixtureWithServers((servers, subnet) => ({ ...servers, "web-4": `${subnet}.${last}` }))).platform;

  const grown = (zone: string) =>
    ["desired_capacity", "instance_maintenance_policy", "max_size", "min_size"].map(
      (argument) => `servers/${zone}/group ${argument}`,
    );

  test("at .42 deletes the reservation of that address, and changes no other", () => {
    const { gone, changed, added } = differences(before, withFourth(42));
    expect(gone).toEqual(["network/zone-5/reserved-10-20-5-42-32", "network/zone-6/reserved-10-20-6-42-32"]);
    expect(changed).toEqual(
      [
        ...grown("zone-5"),
        ...grown("zone-6"),
        "network/zone-5/address-table triggers_replace",
        "network/zone-6/address-table triggers_replace",
        "servers/elastic/group max_size",
        "servers/template/template user_data",
      ].sort(),
    );
    // Target group, host rule, two targets, a name.
    expect(added).toBe(5);
  });

  test("at .45, within a reservation of two addresses, replaces that one only", () => {
    const { gone, changed } = differences(before, withFourth(45));
    const reservations = [...gone, ...changed].filter((each) => each.includes("reserved"));
    expect(reservations.length).toBeGreaterThan(0);
    for (const each of reservations) expect(each).toMatch(/reserved-10-20-[56]-44-31/);
  });

  test("that sorts before the others changes none of their records, rules and targets", () => {
    const between = synthesize(
      fixtureWithServers((servers, subnet) => ({ ...servers, "web-0": `${subnet}.42` })),
    ).platform;
    const { gone, changed } = differences(before, between);
    expect([...gone, ...changed].filter((each) => /^(edge|private-dns|names|dns)\//.test(each))).toEqual([]);
  });
});

test.each([
  ["adding a delegation adds one record", fixture, delegating, 1],
  [
    "switching interface endpoints on adds them, their group and its rule",
    sandbox,
    defineEnvironment({ ...sandbox, interfaceEndpoints: true }),
    7,
  ],
])("%s, and changes nothing else", (_, from, to, added) => {
  const found = differences(synthesize(from).platform, synthesize(to).platform);
  expect(found).toEqual({ gone: [], changed: [], added });
});

/** The same configuration with every list and record reversed; of the zones' servers only one, so that they differ. */
function shuffled(environment: Environment): Environment {
  const turned = <V>(record: Record<string, V>) => Object.fromEntries(Object.entries(record).reverse());
  const [first, ...others] = environment.zones.map((zone) => ({
    ...zone,
    subnets: turned(zone.subnets) as typeof zone.subnets,
  }));
  if (first === undefined) throw new Error(`${environment.name} has no zones`);
  return defineEnvironment({
    ...environment,
    zones: [...others.reverse(), { ...first, servers: turned(first.servers) }],
    delegations: turned(
      Object.fromEntries(
        Object.entries(environment.delegations).map(([label, servers]) => [label, [...servers].reverse()]),
      ),
    ),
    database: { ...environment.database, proxyZones: [...environment.database.proxyZones].reverse() },
  });
}

describe("the order of zones, servers and delegations in the configuration", () => {
  const delegations = {
    one: ["ns-1.awsdns-01.com", "ns-2.awsdns-02.net"],
    two: ["ns-3.awsdns-03.com", "ns-4.awsdns-04.net"],
  };

  test.each([
    ["a fixture with delegations", fixtureWith({ delegations })],
    ["three zones", threeZones],
  ])("changes nothing in %s", (_name, environment) => {
    const original = synthesize(environment).stacks.map((stack) => stack.json);
    // Afresh: `synthesize` would find the two values equal and not look at the second.
    const again = synthesizeTogether([shuffled(environment)]).flatMap(({ stacks }) =>
      stacks.map((stack) => stack.json),
    );
    expect(again).toEqual(original);
  });
});

// Terraform makes whatever such a resource depends on create_before_destroy as well. A reservation that is made before its
// predecessor is gone overlaps it, which AWS refuses; a proxy, a NAT gateway or a subnet cannot exist twice either.
describe.each([...both, ["three zones", threeZones]] as const)("create_before_destroy in %s", (_name, environment) => {
  const stack = synthesize(environment).platform;
  const declared = stack
    .resources()
    .filter(
      (each) => (each.values.lifecycle as { create_before_destroy?: boolean } | undefined)?.create_before_destroy,
    );

  test("is declared for the certificate and the parameter group", () => {
    expect(declared.map((each) => each.path).sort()).toEqual(["certificate/certificate", "database/parameters"]);
  });

  test("spreads to nothing else", () => {
    expect([...stack.allDependencies(...declared)].map((each) => each.path)).toEqual([]);
  });
});
