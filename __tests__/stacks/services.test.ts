import { readUserData } from "@dev-one/terraform-json/user-data";

import { defineEnvironment } from "../../src/config";
import { sandbox } from "../fixtures/environment";
import { eachNameAService, withShop } from "../fixtures/variants";
import { statements } from "../support/policies";
import type { Resource, Stack } from "../support/stack";
import { synthesize } from "../support/synthesis";

const one = synthesize(sandbox).platform;

/** Resources of `other` by address, as far as they are not in `stack` with the same arguments. */
function changed(stack: Stack, other: Stack): string[] {
  const before = new Map(stack.resources().map(({ address, values }) => [address, JSON.stringify(values)]));
  return other
    .resources()
    .filter(({ address, values }) => before.get(address) !== JSON.stringify(values))
    .map(({ path }) => path)
    .sort();
}

const missing = (stack: Stack, other: Stack) => stack.paths().filter((path) => !other.paths().includes(path));

/** Host, priority and target of every listener rule. */
const rules = (stack: Stack) =>
  stack.resources("aws_lb_listener_rule").map(({ values }) => {
    const [condition] = values.condition as { host_header?: { values: string[] }; source_ip?: { values: string[] } }[];
    const [action] = values.action as { target_group_arn: string }[];
    const from = condition?.host_header?.values ?? condition?.source_ip?.values ?? [];
    return `${from.join()} -> ${String(stack.target(action?.target_group_arn).values.name)}`;
  });

const defaultAction = (stack: Stack) =>
  stack.resources("aws_lb_listener").find(({ values }) => values.port === 443)?.values.default_action;

describe("each name as a service", () => {
  const { platform } = synthesize(eachNameAService);

  test("keeps groups, addresses, target groups and host rules, and has no elastic group", () => {
    expect(missing(one, platform)).toEqual([
      "database-users/web/first-version",
      "database-users/web/secret",
      "servers/bundle-web",
      "servers/elastic/group",
      "servers/elastic/termination",
      "servers/role/database",
      "servers/roll-out/web/alarm",
      "servers/scaling/both-low-alarm",
      "servers/scaling/both-low-policy",
      "servers/scaling/connections-high-alarm",
      "servers/scaling/connections-high-policy",
      "servers/scaling/cpu-high-alarm",
      "servers/scaling/cpu-high-policy",
    ]);
    expect(rules(platform).filter((rule) => !rule.startsWith("127."))).toEqual(rules(one));
  });

  test("answers 404 to names that no service has", () => {
    expect(defaultAction(platform)).toMatchObject([{ type: "fixed-response", fixed_response: { status_code: "404" } }]);
  });

  test("keeps the health checks of the groups' target group by a rule that matches no request", () => {
    expect(rules(platform)).toContain("127.0.0.1/32 -> dev-one-sandbox-all");
    const groups = platform.resources("aws_autoscaling_group");
    expect(groups.map(({ values }) => [values.min_size, values.max_size])).toEqual([
      [3, 3],
      [3, 3],
    ]);
    for (const { values } of groups) {
      expect(platform.targets(values.target_group_arns)).toEqual([platform.at("edge/all-servers/group")]);
    }
  });

  test("tells every server its service by its address", () => {
    const { files } = readUserData(String(platform.only("aws_launch_template").values.user_data));
    const table = files.find(({ path }) => path === "/etc/dev-one/addresses")?.content ?? "";
    expect(table).toContain("10.20.5.41 web-2 zone-5 web-2\n");
    expect(table).toContain("10.20.6.43 web-3 zone-6 web-3\n");
  });
});

test("a service on some names may connect as its own user from its own addresses, where AWS tells the address", () => {
  const named = (name: string, ...names: string[]) =>
    [name, { owner: "acme", hosts: names, runsOn: { kind: "named-servers" as const, names }, database: {} }] as const;
  const { platform } = synthesize(
    defineEnvironment({
      ...sandbox,
      services: Object.fromEntries([named("web-1", "web-1"), named("site", "web-2"), named("blog", "web-3")]),
      releases: {},
    }),
  );
  const connects = statements(platform.at("servers/role/database").values.policy).map(({ Resource, Condition }) => [
    String(Resource).split("/").at(-1),
    Condition,
  ]);
  const from = (...addresses: string[]) => ({
    IpAddressIfExists: { "aws:EC2InstanceSourcePrivateIPv4": addresses },
  });
  expect(connects).toEqual([
    ["blog", from("10.20.5.43", "10.20.6.43")],
    ["site", from("10.20.5.41", "10.20.6.41")],
    ["web_1", from("10.20.5.40", "10.20.6.40")],
  ]);
});

test("a service on two names has a target group with their four addresses, and each name still has its own", () => {
  const { platform } = synthesize(
    defineEnvironment({
      ...sandbox,
      services: {
        blog: { owner: "acme", wildcard: true, runsOn: { kind: "named-servers", names: ["web-3"] } },
        site: { owner: "acme", apex: true, runsOn: { kind: "named-servers", names: ["web-1", "web-2"] } },
      },
      releases: {},
    }),
  );
  const addresses = platform
    .resources("aws_lb_target_group_attachment")
    .filter(({ values }) => platform.target(values.target_group_arn).values.name === "dev-one-sandbox-site")
    .map(({ values }) => values.target_id);
  expect(addresses.sort()).toEqual(["10.20.5.40", "10.20.5.41", "10.20.6.40", "10.20.6.41"]);
  expect(rules(platform)).toEqual([
    "127.0.0.1/32 -> dev-one-sandbox-all",
    "sandbox.example.net -> dev-one-sandbox-site",
    "web-1.sandbox.example.net -> dev-one-sandbox-web-1",
    "web-2.sandbox.example.net -> dev-one-sandbox-web-2",
    "web-3.sandbox.example.net -> dev-one-sandbox-web-3",
  ]);
  const [action] = defaultAction(platform) as { target_group_arn: string }[];
  expect(platform.target(action?.target_group_arn).values.name).toBe("dev-one-sandbox-blog");
});

test("a service with the name of its server, but another host, shares its target group with the host of the server", () => {
  const { "web-1": first, ...others } = eachNameAService.services;
  if (first === undefined) throw new Error("There is no service web-1");
  const { platform } = synthesize(
    defineEnvironment({ ...eachNameAService, services: { ...others, "web-1": { ...first, hosts: ["site"] } } }),
  );
  expect(rules(platform).filter((rule) => rule.endsWith("-web-1"))).toEqual([
    "web-1.sandbox.example.net -> dev-one-sandbox-web-1",
    "site.sandbox.example.net -> dev-one-sandbox-web-1",
  ]);
});

describe("a service with a group of its own", () => {
  const { platform } = synthesize(withShop());
  const at = (path: string): Resource => platform.at(`servers/services/shop/${path}`);

  const isOf = (service: string) => (path: string) =>
    [
      `servers/services/${service}/`,
      `edge/hosts/${service}/`,
      `servers/roll-out/${service}/`,
      `database-users/${service}/`,
    ].some((start) => path.startsWith(start)) || new RegExp(`^network/security-groups/.*${service}`).test(path);

  test("lets the only other service scale by its own connections, and replaces no server of it", () => {
    expect(changed(one, platform).filter((path) => !isOf("shop")(path))).toEqual([
      "proxy/proxy",
      "proxy/role-policy",
      "servers/scaling/both-low-alarm",
      "servers/scaling/connections-high-alarm",
      "servers/scaling/connections-high-policy",
    ]);
    expect(missing(one, platform)).toEqual([]);
  });

  test("changes no resource of two other services: no server of them is replaced", () => {
    const { shop } = withShop().services;
    if (shop === undefined) throw new Error("There is no service shop");
    const three = defineEnvironment({
      ...withShop(),
      services: { ...withShop().services, blog: { ...shop, hosts: ["blog"], database: undefined } },
    });
    const other = synthesize(three).platform;
    expect(changed(platform, other).filter((path) => !isOf("blog")(path))).toEqual([]);
    expect(missing(platform, other)).toEqual([]);
  });

  test("keeps its launch template when the services of named servers change", () => {
    const { web, shop } = withShop().services;
    if (web === undefined || shop === undefined) throw new Error("There is no service web or shop");
    const runsOn = (...names: string[]) => ({ kind: "named-servers" as const, names });
    const split = defineEnvironment({
      ...withShop(),
      services: {
        shop,
        web: { ...web, runsOn: runsOn("web-1") },
        site: { owner: "acme", hosts: ["site"], runsOn: runsOn("web-2", "web-3") },
      },
      releases: { shop: withShop().releases.shop ?? { version: "1.0.0", image: "ami-0" } },
    });
    const template = "servers/services/shop/template/template";
    expect(synthesize(split).platform.at(template).values).toEqual(platform.at(template).values);
  });

  test("is reached by its hosts, and by nothing else", () => {
    expect(rules(platform).filter((rule) => rule.endsWith("-shop"))).toEqual([
      "shop.sandbox.example.net -> dev-one-sandbox-shop",
      "basket.sandbox.example.net -> dev-one-sandbox-shop",
    ]);
    expect(defaultAction(platform)).toEqual(defaultAction(one));
  });

  test("has group, template, role and security group of its own, in the elastic subnets of all zones", () => {
    const { values } = at("fleet/group");
    expect(values).toMatchObject({ name: "dev-one-sandbox-shop", min_size: 2, max_size: 6 });
    expect(platform.targets(values.vpc_zone_identifier).map(({ path }) => path)).toEqual([
      "network/zone-5/elastic-subnet",
      "network/zone-6/elastic-subnet",
    ]);
    const tags = values.tag as { key: string; value: string }[];
    expect(Object.fromEntries(tags.map(({ key, value }) => [key, value]))).toEqual({
      Name: "dev-one-sandbox-shop",
      env: "sandbox",
      role: "own-group",
      service: "shop",
      team: "acme-shop",
    });
    const template = at("template/template").values;
    expect(template).toMatchObject({ name: "dev-one-sandbox-shop", instance_type: "m7i.large" });
    expect(platform.targets(template.vpc_security_group_ids)).toEqual([platform.at("network/security-groups/shop")]);
    expect(at("role/role").values.name).toBe("dev-one-sandbox-shop");
    const table = JSON.parse(String(at("table").values.content)) as { services: object };
    expect([at("table").values.key, Object.keys(table.services)]).toEqual(["tables/shop.json", ["shop"]]);
    expect(at("bundle-shop").values.key).toBe("bundles/shop.tar.gz");
  });

  test("takes no zone out of DNS, which would be out for all services, while another zone has a healthy server of it", () => {
    expect(platform.at("edge/hosts/shop/targets/group").values).toMatchObject({
      load_balancing_cross_zone_enabled: "true",
      target_group_health: {
        dns_failover: { minimum_healthy_targets_count: "1", minimum_healthy_targets_percentage: "off" },
      },
    });
  });

  test("scales by its own CPU, and by the requests of each server once its listener rules exist", () => {
    const policies = ["cpu", "requests"].map((metric) => at(`fleet/${metric}-policy`));
    expect(policies.map(({ values }) => values.target_tracking_configuration)).toEqual([
      { predefined_metric_specification: { predefined_metric_type: "ASGAverageCPUUtilization" }, target_value: 55 },
      {
        predefined_metric_specification: {
          predefined_metric_type: "ALBRequestCountPerTarget",
          resource_label: expect.stringMatching(
            /^\$\{aws_lb\.\S+\.arn_suffix\}\/\$\{aws_lb_target_group\.\S+\.arn_suffix\}$/,
          ) as string,
        },
        target_value: 6300,
      },
    ]);
    expect(platform.dependencies(at("fleet/requests-policy")).map(({ path }) => path)).toEqual(
      expect.arrayContaining(["edge/hosts/shop/rule", "edge/hosts/shop/rule-basket"]),
    );
  });

  test("may connect to the database, as a service without one may not", () => {
    const toProxy = "network/security-groups/shop-to-proxy-tcp-5432";
    expect(platform.paths()).toEqual(expect.arrayContaining([toProxy, "servers/services/shop/role/database"]));
    const without = synthesize(withShop({ database: undefined })).platform.paths();
    expect(without).not.toContain(toProxy);
    expect(without).not.toContain("servers/services/shop/role/database");
  });
});
