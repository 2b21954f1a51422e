import { fixture, sandbox } from "../../../__tests__/fixtures/environment";
import { problemsOf } from "../src/drawing/geometry";
import type { Scene } from "../src/drawing/scene";
import { picturesOf } from "../src/pictures";
import { add, type Change, drawn, type Resources, stacksOf, wordsOf } from "./support";

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
const namesOf = ({ items }: Scene) => items.flatMap((item) => (item.kind === "arrow" ? [item.name] : []));

describe("draws a rule of a security group from its ends and its port:", () => {
  const partner = { cidr_ipv4: "203.0.113.0/24", from_port: 8443, to_port: 8443 };
  const cases: readonly (readonly [string, Change, arrow: string, port: string])[] = [
    ["a CIDR", rule("egress", "servers", () => partner), "from servers to 203.0.113.0/24", "TCP 8443"],
    ["a CIDR of IPv6", rule("ingress", "edge", () => ({ cidr_ipv6: "2001:db8::/48", from_port: 8000, to_port: 9000 })), "from 2001:db8::/48 to load balancer", "TCP 8000 to 9000"],
    ["a prefix list, all traffic", rule("egress", "servers", () => ({ prefix_list_id: "pl-1", ip_protocol: "-1" })), "from servers to prefix list pl-1", "all traffic"],
    ["every port", rule("egress", "proxy", () => ({ cidr_ipv4: "10.0.0.0/8" })), "from proxy to 10.0.0.0/8", "all TCP"],
    ["a group of another account", rule("ingress", "servers", () => ({ referenced_security_group_id: "123/sg-1", ip_protocol: "icmp", from_port: 8, to_port: 0 })), "from 123/sg-1 to servers", "ICMP"],
    ["a pair of groups without an arrow", rule("egress", "edge", (resources) => ({ referenced_security_group_id: groupOf(resources, "database"), from_port: 5432, to_port: 5432 })), "from load balancer to database", "TCP 5432"],
    ["a rule in the group", (resources) => Object.assign(first(resources, "aws_security_group"), { egress: [{ protocol: "udp", from_port: 123, to_port: 123, cidr_blocks: ["192.0.2.0/24"] }] }), "from database to 192.0.2.0/24", "UDP 123"],
    ["a rule of the older type", (resources) => { add(resources, "aws_security_group_rule.old", "old", { type: "ingress", security_group_id: groupOf(resources, "servers"), protocol: "tcp", from_port: 22, to_port: 22, cidr_blocks: ["198.51.100.0/24"] }); }, "from 198.51.100.0/24 to servers", "TCP 22"],
  ]; // prettier-ignore
  test.each(cases)("%s", (_name, change, arrow, port) => {
    const { architecture } = drawn(fixture, change);
    expect(namesOf(architecture)).toContain(arrow);
    expect(wordsOf(architecture)).toContain(port);
    expect(problemsOf(architecture)).toEqual([]);
  });

  test("a new port of an arrow that is there", () => {
    const ports = () => ({ cidr_ipv6: "::/0", from_port: 8443, to_port: 8443 });
    expect(wordsOf(drawn(fixture, rule("egress", "servers", ports)).architecture)).toContain(
      "TCP 8443 out, HTTPS 443 out",
    );
  });

  test("a group of an unknown resource, with a note if only one end has the rule", () => {
    const { architecture, notes } = drawn(fixture, (resources) => {
      add(resources, "aws_security_group.cache", "cache/group");
      add(resources, "aws_elasticache_cluster.cache", "cache/cluster", { security_group_ids: ["${aws_security_group.cache.id}"] });
      const group = { referenced_security_group_id: groupOf(resources, "servers"), security_group_id: "${aws_security_group.cache.id}" };
      add(resources, "aws_vpc_security_group_ingress_rule.cache", "cache/from-servers", { ...group, ip_protocol: "tcp", from_port: 6379, to_port: 6379 });
    }); // prettier-ignore
    expect(namesOf(architecture)).toContain("from servers to aws_elasticache_cluster cache/cluster");
    expect(notes).toContain(
      "fixture: cache/from-servers allows TCP 6379 from the servers, which has no egress rule for it.",
    );
  });
});

describe("draws a generic tile, with a note, for", () => {
  const cases: readonly (readonly [string, Change, tile: string, note: RegExp])[] = [
    ["resources of an unknown type", (resources) => {
      add(resources, "aws_sqs_queue.jobs", "jobs/queue");
      add(resources, "aws_sqs_queue.dead", "jobs/dead-letters");
    }, "2 aws_sqs_queue", /aws_sqs_queue has no shape of its own .*\(jobs\/dead-letters, jobs\/queue\)\.$/],
    ["a second load balancer", (resources) => {
      resources.aws_lb = { ...resources.aws_lb, admin: { ...first(resources, "aws_lb"), "//": { metadata: { path: "fixture/admin/lb" } } } };
    }, "aws_lb", /aws_lb .*\(admin\/lb\)/],
    ["a second group that scales", (resources) => {
      add(resources, "aws_autoscaling_group.workers", "workers/group", { min_size: 1, max_size: 4 });
    }, "aws_autoscaling_group", /aws_autoscaling_group .*\(workers\/group\)/],
    ["a subnet of another tier", (resources) => {
      add(resources, "aws_subnet.guests", "guests/subnet", { vpc_id: `\${aws_vpc.${Object.keys(resources.aws_vpc ?? {}).join()}.id}`, tags: { tier: "guests" } });
    }, "aws_subnet", /aws_subnet .*\(guests\/subnet\)/],
  ]; // prettier-ignore
  test.each(cases)("%s", (_name, change, tile, note) => {
    const { architecture, notes } = drawn(fixture, change);
    expect(wordsOf(architecture)).toContain(tile);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(note);
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
      expect(namesOf(architecture)).toContain("from servers to database");
      expect(problemsOf(architecture)).toEqual([]);
    }
  });
});

test("notes a group of another size than the address table, a picture that is hard to read, and draws unknown characters", () => {
  const { notes } = drawn(fixture, (resources) => {
    for (const group of Object.values(resources.aws_autoscaling_group ?? {})) {
      if (group.max_size === 3) Object.assign(group, { max_size: 4 });
    }
    Object.assign(first(resources, "aws_db_instance"), { instance_class: "db.大" });
  });
  expect(notes).toContain("fixture: zone-5 names 3 servers, which are drawn, and its Auto Scaling group has 4.");
  const wide = new Set<string>();
  picturesOf(stacksOf(fixture, (resources) => {
    Object.assign(first(resources, "aws_vpc"), { cidr_block: "x".repeat(200) });
  }), wide); // prettier-ignore
  expect([...wide].join()).toMatch(/The picture architecture-fixture is hard to read: "/);
});

test("a synthesis without a VPC is an error", () => {
  expect(() => picturesOf([], new Set())).toThrow("nothing to draw");
});
