import "../support/matchers";

import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";

import { production } from "../../src/environments/production";
import { staging } from "../../src/environments/staging";
import type { Resource, Stack } from "../support/stack";
import { synthesize } from "../support/synthesis";

const INGRESS = "aws_vpc_security_group_ingress_rule";
const EGRESS = "aws_vpc_security_group_egress_rule";
const both = [
  [staging.name, synthesize(staging).platform],
  [production.name, synthesize(production).platform],
] as const;

/** A security group by its role, such as `servers`. */
function roleOf(group: Resource): string {
  return group.path.replace("network/security-groups/", "");
}

/** Every rule in one line, such as `servers in from edge tcp 80`. */
function matrix(stack: Stack): string[] {
  return [INGRESS, EGRESS]
    .flatMap((type) =>
      stack.resources(type).map(({ values }) => {
        const peers = [
          ...stack.targets(values.referenced_security_group_id).map(roleOf),
          ...["cidr_ipv4", "cidr_ipv6", "prefix_list_id"].flatMap((key) =>
            key in values ? [String(values[key])] : [],
          ),
        ];
        const ports = [...new Set([values.from_port, values.to_port])].join("-");
        return [
          roleOf(stack.target(values.security_group_id)),
          type === INGRESS ? "in from" : "out to",
          peers.join(" and "),
          String(values.ip_protocol),
          ports,
        ].join(" ");
      }),
    )
    .sort();
}

const everywhere = [
  "database in from proxy tcp 5432",
  "edge in from 0.0.0.0/0 tcp 443",
  "edge in from 0.0.0.0/0 tcp 80",
  "edge out to servers tcp 80",
  "proxy in from servers tcp 5432",
  "proxy out to database tcp 5432",
  "servers in from edge tcp 80",
  "servers out to 0.0.0.0/0 tcp 443",
  "servers out to 172.31.0.2/32 tcp 53",
  "servers out to 172.31.0.2/32 udp 53",
  "servers out to proxy tcp 5432",
];

test("in staging exactly these may talk to each other", () => {
  expect(matrix(synthesize(staging).platform)).toEqual(everywhere);
});

test("in production, so may servers and the interface endpoints", () => {
  expect(matrix(synthesize(production).platform)).toEqual([...everywhere, "endpoints in from servers tcp 443"].sort());
});

describe.each(both)("security groups of %s", (_name, stack) => {
  test("every connection between two groups is open at both ends", () => {
    const rules = matrix(stack);
    const between = rules.filter((rule) => !/\d\.\d/.test(rule) && rule.includes(" out to "));
    expect(between).toHaveLength(3);
    for (const rule of between) {
      const [, from, to, rest] = /^(\w+) out to (\w+) (.*)$/.exec(rule) ?? [];
      expect(rules).toContain(`${to} in from ${from} ${rest}`);
    }
  });

  test("rules are resources of their own: no group carries any inside", () => {
    for (const group of stack.resources("aws_security_group")) {
      expect(Object.keys(group.values)).not.toContain("ingress");
      expect(Object.keys(group.values)).not.toContain("egress");
    }
    expect(stack.resources("aws_security_group_rule")).toEqual([]);
  });

  test("a group takes its rules with it when it goes, also those that were added by hand", () => {
    for (const group of stack.resources("aws_security_group")) {
      expect(group.values.revoke_rules_on_delete).toBe(true);
    }
  });

  test("every rule and every group says what it is for", () => {
    const described = ["aws_security_group", INGRESS, EGRESS].flatMap((type) => stack.resources(type));
    expect(described.length).toBeGreaterThanOrEqual(15);
    for (const each of described) expect(each.values.description).toMatch(/^[A-Z][\w ,/-]{7,}$/);
  });

  test("the default security group of the VPC lets nothing through", () => {
    expect(stack.json).toHaveResourceWithProperties(DefaultSecurityGroup, { ingress: [], egress: [] });
    const group = stack.only("aws_default_security_group");
    expect(stack.target(group.values.vpc_id)).toBe(stack.only("aws_vpc"));
  });

  test("everything carries the group of its role, and that one only", () => {
    const attached = stack.resources().flatMap((each) => {
      const value = each.values.security_groups ?? each.values.vpc_security_group_ids ?? each.values.security_group_ids;
      return value === undefined ? [] : [`${each.type}: ${stack.targets(value).map(roleOf).join(", ")}`];
    });
    const endpoints = stack
      .resources("aws_vpc_endpoint")
      .filter((each) => each.values.vpc_endpoint_type === "Interface");
    expect(attached.sort()).toEqual(
      [
        "aws_db_instance: database",
        "aws_db_proxy: proxy",
        "aws_launch_template: servers",
        "aws_lb: edge",
        ...endpoints.map(() => "aws_vpc_endpoint: endpoints"),
      ].sort(),
    );
    for (const group of stack.resources("aws_security_group")) {
      expect(stack.target(group.values.vpc_id)).toBe(stack.only("aws_vpc"));
    }
  });
});

test("servers name their group in the launch template only, so that no network interface adds another", () => {
  for (const [, stack] of both) {
    expect(stack.only("aws_launch_template").values).not.toHaveProperty("network_interfaces");
  }
});
