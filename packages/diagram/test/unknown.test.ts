import { fixture, sandbox } from "../../../__tests__/fixtures/environment";
import { problemsOf } from "../src/drawing/geometry";
import type { Scene } from "../src/drawing/scene";
import { add, type Change, drawn, picturesOf, type Resources, stacksOf, wordsOf } from "./support";

/** Terraform's reference to the security group of a part, such as `servers`. */
const groupOf = (resources: Resources, part: string) => {
  const groups = Object.entries(resources.aws_security_group ?? {});
  const [id = ""] =
    groups.find(([, values]) => JSON.stringify(values["//"]).includes(`security-groups/${part}"`)) ?? [];
  return `\${aws_security_group.${id}.id}`;
};
const rule = (direction: "ingress" | "egress", group: string, values: (resources: Resources) => object): Change => {
  return (resources) => {
    const own = { security_group_id: groupOf(resources, group), ip_protocol: "tcp", ...values(resources) };
    add(resources, `aws_vpc_security_group_${direction}_rule.added`, "rules/added", own);
  };
};
const without =
  (pattern: RegExp): Change =>
  (resources) => {
    for (const [type, all] of Object.entries(resources)) {
      for (const [id, values] of Object.entries(all)) {
        if (pattern.test(`${type} ${JSON.stringify(values)}`)) Reflect.deleteProperty(all, id);
      }
    }
  };
const first = (resources: Resources, type: string) => Object.values(resources[type] ?? {})[0] ?? {};
const arrowsOf = ({ items }: Scene) => items.flatMap((item) => (item.kind === "arrow" ? [item.name] : []));

describe("draws a rule of a security group from its ends and its port:", () => {
  const everything = { prefix_list_id: "pl-1", ip_protocol: "-1" };
  const foreign = { referenced_security_group_id: "123/sg-1", ip_protocol: "icmp", from_port: 8, to_port: 0 };
  const cases = [
    ["servers > 203.0.113.0/24", "TCP 8443", { cidr_ipv4: "203.0.113.0/24", from_port: 8443, to_port: 8443 }],
    ["servers > 2001:db8::/48", "TCP 8000 to 9000", { cidr_ipv6: "2001:db8::/48", from_port: 8000, to_port: 9000 }],
    ["servers > prefix list pl-1", "all traffic", everything],
    ["proxy > 10.0.0.0/8", "all TCP", { cidr_ipv4: "10.0.0.0/8" }],
    ["load balancer > 123/sg-1", "ICMP", foreign],
    ["load balancer > database", "TCP 5432", { to: "database", from_port: 5432, to_port: 5432 }],
    ["servers > servers", "UDP 53", { to: "servers", ip_protocol: "udp", from_port: 53, to_port: 53 }],
  ] as const;
  test.each(cases)("%s, %s", (flow, port, { ...values }) => {
    const [from = "", to = ""] = flow.split(" > ");
    const { architecture } = drawn(
      fixture,
      rule("egress", from === "load balancer" ? "edge" : from, (resources) => ({
        ...values,
        ...("to" in values ? { referenced_security_group_id: groupOf(resources, values.to) } : {}),
      })),
    );
    expect(arrowsOf(architecture)).toContain(`from ${from} to ${to}`);
    expect(wordsOf(architecture)).toContain(port);
    expect(problemsOf(architecture)).toEqual([]);
  });

  test("rules within a group, and of the older type", () => {
    const { architecture } = drawn(fixture, (resources) => {
      const ports = { protocol: "udp", from_port: 123, to_port: 123, cidr_blocks: ["192.0.2.0/24"] };
      const older = { ...ports, type: "ingress", security_group_id: groupOf(resources, "servers") };
      Object.assign(first(resources, "aws_security_group"), { egress: [ports] });
      add(resources, "aws_security_group_rule.old", "old", older);
    });
    const arrows = ["from database to 192.0.2.0/24", "from 192.0.2.0/24 to servers"];
    expect(arrowsOf(architecture)).toEqual(expect.arrayContaining(arrows));
  });

  test("a new port of an arrow that is there", () => {
    const ports = () => ({ cidr_ipv6: "::/0", from_port: 8443, to_port: 8443 });
    const words = wordsOf(drawn(fixture, rule("egress", "servers", ports)).architecture);
    expect(words).toEqual(expect.arrayContaining(["TCP 8443 out", "HTTPS 443 out"]));
  });

  test("a group of an unknown resource, with a note if only one end has the rule", () => {
    const cache = "${aws_security_group.cache.id}";
    const { architecture, notes } = drawn(fixture, (resources, monitoring) => {
      add(resources, "aws_security_group.cache", "cache/group");
      add(resources, "aws_elasticache_cluster.cache", "cache/cluster", { security_group_ids: [cache] });
      rule("egress", "servers", () => ({ from_port: 6379, to_port: 6379, referenced_security_group_id: cache }))(
        resources,
        monitoring,
      );
    });
    expect(arrowsOf(architecture)).toContain("from servers to aws_elasticache_cluster cache/cluster");
    expect(notes).toContainEqual(expect.stringMatching(/rules\/added allows TCP 6379 to the aws_elasticache_cluster/));
  });
});

describe("draws a generic tile, with a note, for", () => {
  const addedBy = (type: string, path: string, values: (resources: Resources) => object): Change => {
    return (resources) => {
      add(resources, `${type}.added`, path, values(resources));
    };
  };
  const inVpc = ({ aws_vpc }: Resources) => ({ vpc_id: `\${aws_vpc.${Object.keys(aws_vpc ?? {}).join()}.id}` });
  test.each([
    ["aws_sqs_queue", addedBy("aws_sqs_queue", "extra", () => ({}))],
    ["aws_lb", addedBy("aws_lb", "extra", (resources) => ({ ...first(resources, "aws_lb"), "//": undefined }))],
    ["aws_autoscaling_group", addedBy("aws_autoscaling_group", "extra", () => ({ min_size: 1, max_size: 4 }))],
    ["aws_subnet", addedBy("aws_subnet", "extra", (resources) => ({ ...inVpc(resources), tags: { tier: "guests" } }))],
  ])("%s", (type, change) => {
    const { architecture, notes } = drawn(fixture, change);
    expect(wordsOf(architecture)).toEqual(expect.arrayContaining([type, "extra"]));
    expect(notes).toEqual([`fixture: ${type} has no shape of its own and is drawn as a generic tile (extra).`]);
    expect(problemsOf(architecture)).toEqual([]);
  });

  test("an unknown type of the monitoring stack", () => {
    const { monitoring, notes } = drawn(fixture, (_platform, resources) => {
      add(resources, "datadog_synthetics_test.probe", "probe");
    });
    expect(wordsOf(monitoring)).toContain("1 synthetics_test");
    expect(notes).toEqual([expect.stringContaining("datadog_synthetics_test has no shape of its own")]);
    expect(problemsOf(monitoring)).toEqual([]);
  });
});

describe("draws a stack without", () => {
  test.each([
    ["a proxy", /^aws_db_proxy|security-groups\/(proxy|database-from-proxy|servers-to-proxy)/],
    ["a load balancer", /^aws_lb/],
    ["a database", /^aws_db/],
    ["a key", /^aws_kms/],
    ["NAT gateways", /^aws_nat_gateway/],
    ["DNS", /^aws_route53/],
    ["one of its zones", /\/zone-6/],
    ["anything but its network", /^aws_(?!vpc |subnet|internet_gateway|security_group )/],
    ["subnets", /^aws_subnet/],
    ["a region", /^never/],
  ])("%s", (name, pattern) => {
    const stacks = stacksOf(fixture, without(pattern));
    if (name === "a region") for (const { json } of stacks) Reflect.deleteProperty(json, "provider");
    const notes = new Set<string>();
    expect(picturesOf(stacks, notes).map((picture) => picture.name)).toContain("architecture-fixture");
    expect([...notes].filter((note) => note.includes("hard to read"))).toEqual([]);
  });

  test("a proxy: the servers reach the database", () => {
    const direct: Change = (resources, monitoring) => {
      without(/^aws_db_proxy/)(resources, monitoring);
      const ports = { from_port: 5432, to_port: 5432, referenced_security_group_id: groupOf(resources, "database") };
      rule("egress", "servers", () => ports)(resources, monitoring);
    };
    for (const environment of [fixture, sandbox]) {
      const { architecture } = drawn(environment, direct);
      expect(arrowsOf(architecture)).toContain("from servers to database");
      expect(problemsOf(architecture)).toEqual([]);
    }
  });
});

test("notes a group of another size than its addresses, and a picture that is hard to read; draws any character", () => {
  const { notes } = drawn(fixture, (resources) => {
    for (const group of Object.values(resources.aws_autoscaling_group ?? {})) {
      if (group.max_size === 3) Object.assign(group, { max_size: 4 });
    }
    Object.assign(first(resources, "aws_db_instance"), { instance_class: "db.大" });
  });
  expect(notes).toContain("fixture: zone-5 names 3 servers, which are drawn, and its Auto Scaling group has 4.");
  const wide = new Set<string>();
  const stacks = stacksOf(fixture, (resources) => {
    Object.assign(first(resources, "aws_vpc"), { cidr_block: "x".repeat(200) });
  });
  picturesOf(stacks, wide);
  expect([...wide].join()).toMatch(/The picture architecture-fixture is hard to read: "/);
});

test("a synthesis without a VPC is an error", () => {
  expect(() => picturesOf([])).toThrow("nothing to draw");
});
