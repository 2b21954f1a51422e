import { resolve } from "node:path";

import type { JsonObject } from "@dev-one/cli/json";
import { scratchDirectory } from "@dev-one/cli/test/files";
import { editedStack } from "@dev-one/terraform-json/edited-stack";
import { stackNamed, synthesize } from "@dev-one/terraform-json/synthesis";

import { renderHostBasedAuthentication, renderPgBouncer } from "../../src/compile/database";
import { renderHaproxy } from "../../src/compile/haproxy";
import { renderZone } from "../../src/compile/hosted-zones";
import { contains, range } from "../../src/compile/ipv4";
import { shortened } from "../../src/compile/load-balancer";
import { compile, domainOf, type Model } from "../../src/compile/model";
import { allows, renderSecurityGroups } from "../../src/compile/security-groups";
import { aStack } from "./stack";

const model = compile("shop", aStack(), 2);
const hostNamed = ({ network }: Model, name: string) => {
  const host = network.hosts.find((each) => each.name === name);
  if (host === undefined) throw new Error(`no host ${name}`);
  return host;
};

describe("addresses", () => {
  test("are the free ones of a subnet, in AWS's order, and those of the table have its names", () => {
    expect(model.network.hosts.map(({ name, address, publicAddress }) => [name, address, publicAddress])).toEqual([
      ["web-zone-1", "10.0.1.5", undefined],
      ["elastic-2", "10.0.2.4", undefined],
      ["zone-1-1", "10.0.1.6", undefined],
      ["load-balancer-zone-1", "10.0.101.4", "203.0.113.10"],
      ["load-balancer-zone-2", "10.0.102.4", "203.0.113.11"],
      ["nat-zone-1", "10.0.101.5", "203.0.113.100"],
      ["nat-zone-2", "10.0.102.5", "203.0.113.101"],
      ["proxy-zone-1", "10.0.201.4", undefined],
      ["proxy-zone-2", "10.0.202.4", undefined],
      ["database-zone-1", "10.0.201.5", undefined],
      ["database-zone-2", "10.0.202.5", undefined],
      ["stranger", "10.0.101.6", undefined],
    ]);
    expect(model.network.resolver).toBe("10.0.0.2");
  });

  test("that AWS assigns are those that neither it nor a reservation keeps", () => {
    const [first] = model.network.subnets.filter(({ address }) => address === "aws_subnet.servers-1");
    expect(first?.assignable).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14].map((last) => `10.0.1.${last}`));
  });

  test("run out with a message that names subnet and group", () => {
    const full = editedStack(aStack(), "aws_subnet.servers-1", (subnet) => (subnet.cidr_block = "10.0.1.0/29"));
    expect(() => compile("shop", full, 20)).toThrow(
      "aws_subnet.servers-1: it has no free address for aws_autoscaling_group.elastic; make the subnet larger.",
    );
  });

  test.each([
    ["10.0.1.96/28", "10.0.1.111", true],
    ["10.0.1.96/28", "10.0.1.112", false],
    ["0.0.0.0/0", "203.0.113.9", true],
  ])("%s contains %s: %s", (cidr, address, expected) => {
    expect(contains(cidr, address)).toBe(expected);
  });

  test("a range starts at its network address", () => {
    expect(range("10.0.0.77/24")).toEqual(range("10.0.0.0/24"));
  });
});

test("routes of a subnet are those of its table: NAT gateway, internet gateway, none", () => {
  const routes = Object.fromEntries(model.routes.map((each) => [each.subnet, each.routes]));
  expect(routes["aws_subnet.servers-2"]).toEqual([{ destination: "0.0.0.0/0", nat: "nat-zone-2" }]);
  expect(routes["aws_subnet.public-1"]).toEqual([{ destination: "0.0.0.0/0" }]);
  expect(routes["aws_subnet.data-1"]).toEqual([]);
});

describe("security groups", () => {
  const { securityGroups, network } = model;

  test("become stateful chains that drop what no rule allows", () => {
    expect(renderSecurityGroups(securityGroups, network, hostNamed(model, "web-zone-1")))
      .toBe(`table ip security_groups {
  chain ingress {
    type filter hook input priority 0; policy drop;
    iif "lo" accept
    ct state established,related accept
    ip saddr { 10.0.101.4, 10.0.102.4 } tcp dport 80-80 accept
  }
  chain egress {
    type filter hook output priority 0; policy drop;
    oif "lo" accept
    ct state established,related accept
    ip daddr { 10.0.0.2/32 } udp dport 53-53 accept
    ip daddr { 10.0.201.4, 10.0.202.4 } tcp dport 5432-5432 accept
  }
}
`);
  });

  test("a reference to a group without members allows no traffic", () => {
    const withoutNodes = { ...network, hosts: network.hosts.filter(({ kind }) => kind !== "load-balancer") };
    expect(renderSecurityGroups(securityGroups, withoutNodes, hostNamed(model, "web-zone-1"))).not.toContain(
      "dport 80",
    );
  });

  test.each([
    ["database-zone-1", "ingress", "10.0.201.4", "tcp", 5432, true],
    ["database-zone-1", "ingress", "10.0.1.5", "tcp", 5432, false],
    ["database-zone-1", "ingress", "10.0.201.4", "udp", 5432, false],
    ["load-balancer-zone-1", "ingress", "198.51.100.1", "tcp", 443, true],
    ["load-balancer-zone-1", "egress", "198.51.100.1", "tcp", 443, false],
    ["nat-zone-1", "ingress", "10.0.1.5", "tcp", 443, false],
  ] as const)("%s, %s with %s, %s %i: %s", (name, direction, peer, protocol, port, expected) => {
    const host = hostNamed(model, name);
    expect(allows(securityGroups, network, { host, direction }, { peer, protocol, port })).toBe(expected);
  });
});

describe("load balancer", () => {
  const place = { certificateFile: "/lab/both.pem", socket: "/lab/haproxy.sock", maxConnections: 9500 };
  const haproxy = renderHaproxy(model.loadBalancer, { address: "10.0.101.4", zone: "zone-1" }, place);

  test("listeners: TLS with the policy's version, redirect, fixed answer, rules by priority", () => {
    expect(haproxy).toContain("bind 10.0.101.4:443 ssl crt /lab/both.pem ssl-min-ver TLSv1.2");
    expect(haproxy).toContain("http-request redirect code 301 location https://");
    expect(haproxy).toContain("http-request return status 404");
    const rules = [...haproxy.matchAll(/use_backend (\S+) if \{ req\.hdr\(host\),field\(1,:\),lower (.*?) \}/g)];
    expect(rules.map(([, backend, match]) => [backend, match])).toEqual([
      ["web-fail-open", "-m str web.shop.example"],
      ["web", "-m str web.shop.example"],
      ["all-fail-open", String.raw`-m reg ^.*\.shop\.example$`],
      ["all", String.raw`-m reg ^.*\.shop\.example$`],
    ]);
  });

  test("a group has its health check, and without cross-zone the targets of the node's zone", () => {
    expect(haproxy).toContain(`backend all
  balance leastconn
  option httpchk GET /healthz
  http-check expect status 200
  timeout check 5s
  server web-zone-1 10.0.1.5:80 check inter 10s rise 2 fall 3
  server zone-1-1 10.0.1.6:80 check inter 10s rise 2 fall 3
`);
    const other = renderHaproxy(model.loadBalancer, { address: "10.0.102.4", zone: "zone-2" }, place);
    expect(other).toMatch(/backend web\n(?: {2}.*\n)*? {2}server web-zone-1 /);
    expect(other).not.toMatch(/backend all\n(?: {2}.*\n)*? {2}server web-zone-1 /);
  });

  test("a rule on the address of the client, as environments with services on some names have it", () => {
    const json = editedStack(aStack(), "aws_lb_listener_rule.early", (rule) => {
      rule.condition = [{ source_ip: { values: ["127.0.0.1/32", "10.0.0.0/8"] } }];
    });
    const { loadBalancer } = compile("shop", json, 2);
    const text = renderHaproxy(loadBalancer, { address: "10.0.101.4", zone: "zone-1" }, place);
    expect(text).toContain("use_backend web if { src 127.0.0.1/32 10.0.0.0/8 }\n");
  });

  test("has shorter times for quick runs", () => {
    const short = shortened(model.loadBalancer, 4);
    expect(short).toMatchObject({ clientKeepAlive: 75, idleTimeout: 15, groups: [{ deregistrationDelay: 15 }, {}] });
    const text = renderHaproxy(short, { address: "10.0.101.4", zone: "zone-1" }, place);
    expect(text).toContain("timeout check 1250ms\n");
    expect(text).toContain(" check inter 2500ms rise 2 fall 3\n");
    expect(text).toContain("{ date(),sub(sess.opened) -m int ge 75 }");
  });

  test("keeps what zone loss and draining need", () => {
    expect(model.loadBalancer).toMatchObject({
      clientKeepAlive: 300,
      certificateNames: ["shop.example", "*.shop.example"],
    });
    expect(model.loadBalancer.groups[0]).toMatchObject({
      deregistrationDelay: 60,
      dnsFailover: { count: 1, percentage: 0 },
    });
  });
});

test("hosted zones: an alias answers with the nodes, the proxy's endpoint with its own addresses", () => {
  const zones = model.hostedZones.map((zone) => renderZone(zone, ["203.0.113.10"], 7));
  expect(zones[1]).toContain("shop.example. 60 A 203.0.113.10\n");
  expect(zones[1]).toContain("SOA ns.shop.example. hostmaster.shop.example. 7 ");
  expect(zones[0]).toContain("postgres.shop.example. 60 CNAME shop.proxy.rds.amazonaws.com.\n");
  expect(zones[2]).toContain("shop.proxy.rds.amazonaws.com. 5 A 10.0.202.4\n");
  expect(domainOf(model)).toBe("shop.example");
});

test("database: TLS on both sides, the pool of the stack, and PostgreSQL's own parameters", () => {
  const [proxy] = model.database.proxy.hosts;
  const files = { directory: "/lab", key: "/lab/key.pem", certificate: "/lab/certificate.pem" };
  const pgbouncer = renderPgBouncer(model.database, proxy ?? { address: "" }, "10.0.201.5", files);
  for (const line of [
    "listen_addr = 10.0.201.4",
    "client_tls_sslmode = require",
    "max_db_connections = 90",
    "query_wait_timeout = 30",
  ]) {
    expect(pgbouncer.split("\n")).toContain(line);
  }
  expect(renderHostBasedAuthentication(model.database)).toContain("hostssl all all");
  expect(model.database.parameters).toEqual([["log_lock_waits", "1"]]);
});

describe("refuses what it does not understand", () => {
  const edited = (address: string, values: JsonObject): JsonObject =>
    editedStack(aStack(), address, (resource) => Object.assign(resource, values));
  const withType = (): JsonObject => {
    const stack = aStack();
    Object.assign(stack.resource as JsonObject, {
      aws_vpn_gateway: { vpn: {} },
      aws_networkfirewall_firewall: { wall: {} },
    });
    return stack;
  };

  test.each<[string, JsonObject, RegExp]>([
    [
      "types, all at once",
      withType(),
      /^aws_networkfirewall_firewall\.wall: the lab does not know the type .*\naws_vpn_gateway\.vpn: the lab does not know the type /,
    ],
    [
      "an argument",
      edited("aws_lb.balancer", { enable_http2: false }),
      /^aws_lb\.balancer: the lab does not know the argument enable_http2;/,
    ],
    [
      "an argument of a block",
      edited("aws_lb_target_group.web", { health_check: { path: "/", port: 81 } }),
      /^aws_lb_target_group\.web: the lab does not know the argument health_check\.port;/,
    ],
    [
      "a value",
      edited("aws_nat_gateway.nat-1", { connectivity_type: "private" }),
      /^aws_nat_gateway\.nat-1: connectivity_type is "private", and the lab builds public only\.$/,
    ],
    [
      "a reference that leads nowhere",
      edited("aws_route.servers-1", { nat_gateway_id: "nat-0123" }),
      /^aws_route\.servers-1: nat_gateway_id is "nat-0123", and the lab builds from a reference to aws_nat_gateway only\.$/,
    ],
    [
      "an Elastic IP of two NAT gateways",
      edited("aws_nat_gateway.nat-2", { allocation_id: "${aws_eip.nat-1.allocation_id}" }),
      /^aws_nat_gateway\.nat-2: allocation_id is that of aws_nat_gateway\.nat-1, and an Elastic IP has one NAT gateway\.$/,
    ],
    [
      "a target that is no server",
      edited("aws_lb_target_group_attachment.web", { target_id: "10.0.9.9" }),
      /^aws_lb_target_group_attachment\.web: target_id 10\.0\.9\.9 is no address of a server of the stack\.$/,
    ],
    [
      "a rule with two conditions",
      edited("aws_lb_listener_rule.early", {
        condition: [{ host_header: { values: ["a.shop.example"] } }, { source_ip: { values: ["10.0.0.0/8"] } }],
      }),
      /^aws_lb_listener_rule\.early: condition is \[.*\], and the lab builds one condition, on host_header or source_ip\.$/,
    ],
    [
      "a value that is known after the apply",
      edited("aws_vpc_security_group_ingress_rule.edge", { cidr_ipv4: "${aws_eip.nat-1.public_ip}/32" }),
      /^Stack shop: cidr_ipv4 is not known yet, /,
    ],
  ])("%s", (_what, json, sentence) => {
    expect(() => compile("shop", json, 2)).toThrow(sentence);
  });
});

test("compiles every environment, with ten servers for the service of the named ones", async () => {
  const stacks = await synthesize(resolve(__dirname, "../../../.."), scratchDirectory());
  for (const name of ["staging", "production"]) {
    const compiled = compile(name, stackNamed(stacks, name).json, 2);
    const all = compiled.loadBalancer.groups.find((group) => group.targets.length === 10);
    expect(all?.targets.map(({ address }) => address)).toEqual(
      expect.arrayContaining(["172.31.1.101", "172.31.2.104"]),
    );
    expect(compiled.network.hosts.filter(({ kind }) => kind === "nat")).toHaveLength(2);
  }
});
