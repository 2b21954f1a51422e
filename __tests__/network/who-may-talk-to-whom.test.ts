import { both } from "../fixtures/environment";
import { EGRESS, INGRESS, matrix, roleOf } from "../support/matrix";
import { synthesize } from "../support/synthesis";

// All connections, with and without interface endpoints: __tests__/golden.
describe.each(both)("security groups of %s", (_name, environment) => {
  const stack = synthesize(environment).platform;
  const groups = stack.resources("aws_security_group");

  test("open every connection between two groups at both ends", () => {
    const rules = matrix(stack);
    const between = rules.filter((rule) => !/\d\.\d/.test(rule) && rule.includes(" out to "));
    expect(between).toHaveLength(3);
    for (const rule of between) {
      const [, from, to, rest] = /^(\w+) out to (\w+) (.*)$/.exec(rule) ?? [];
      expect(rules).toContain(`${to} in from ${from} ${rest}`);
    }
  });

  test("have their rules as resources of their own, not inline", () => {
    const inline = groups.filter(({ values }) => "ingress" in values || "egress" in values);
    expect(inline.map(({ path }) => path)).toEqual([]);
    expect(stack.resources("aws_security_group_rule")).toEqual([]);
  });

  test("revoke all rules when they are deleted, also those that were added by hand", () => {
    expect(groups.map(({ values }) => values.revoke_rules_on_delete)).toEqual(groups.map(() => true));
  });

  test("have a description each, and so have their rules", () => {
    const described = ["aws_security_group", INGRESS, EGRESS].flatMap((type) => stack.resources(type));
    expect(described.length).toBeGreaterThanOrEqual(15);
    const offenders = described.filter(({ values }) => !/^[A-Z][\w ,./-]{7,}$/.test(String(values.description)));
    expect(offenders.map(({ path }) => path)).toEqual([]);
  });

  test("include the default one of the VPC, which allows nothing", () => {
    const group = stack.only("aws_default_security_group");
    expect(group.values).toMatchObject({ ingress: [], egress: [] });
    expect(stack.target(group.values.vpc_id)).toBe(stack.only("aws_vpc"));
  });

  test("are attached by role, one to each resource", () => {
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
    expect(groups.map(({ values }) => stack.target(values.vpc_id))).toEqual(groups.map(() => stack.only("aws_vpc")));
  });
});
