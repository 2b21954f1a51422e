import { fixture } from "../fixtures/environment";
import { both } from "../fixtures/synthesized";
import { fixtureWith, IMAGE, withImage } from "../fixtures/variants";
import { synthesize } from "../support/synthesis";

describe.each(both)("the Auto Scaling groups of %s", (name, { platform: stack }) => {
  const groups = stack.resources("aws_autoscaling_group");
  const template = stack.only("aws_launch_template").address;

  test("keep three named servers in each zone, and replace them one at a time, terminating the old one first", () => {
    for (const zone of ["zone-5", "zone-6"]) {
      expect(stack.at(`servers/${zone}/group`).values).toMatchObject({
        min_size: 3,
        max_size: 3,
        desired_capacity: 3,
        instance_maintenance_policy: { min_healthy_percentage: 66, max_healthy_percentage: 100 },
      });
    }
  });

  test("are one for the named servers of each zone, and one for elastic servers, in the subnets of their zone and kind", () => {
    const subnets = groups.map(({ values }) => [
      values.name,
      ...stack.targets(values.vpc_zone_identifier).map(({ path }) => path),
    ]);
    expect(subnets).toEqual([
      [`dev-one-${name}-elastic`, "network/zone-5/elastic-subnet", "network/zone-6/elastic-subnet"],
      [`dev-one-${name}-zone-5`, "network/zone-5/servers-subnet"],
      [`dev-one-${name}-zone-6`, "network/zone-6/servers-subnet"],
    ]);
  });

  test("launch a new elastic server before the old one is terminated", () => {
    const elastic = stack.at("servers/elastic/group").values;
    expect(elastic.instance_maintenance_policy).toEqual({ min_healthy_percentage: 100, max_healthy_percentage: 110 });
  });

  test.each<[string, object]>([
    [
      "use the health checks of the load balancer, after a grace period",
      { health_check_type: "ELB", health_check_grace_period: 240, default_instance_warmup: 240 },
    ],
    // Seen with real Terraform in packages/local-cloud/test/deployed/failing-launches.test.ts.
    [
      "fail no apply when a launch fails, and are not waited for by Terraform",
      { ignore_failed_scaling_activities: true, wait_for_capacity_timeout: "0" },
    ],
    [
      "report their sizes every minute, for the scaling alarms",
      {
        metrics_granularity: "1Minute",
        enabled_metrics: expect.arrayContaining(["GroupInServiceInstances"]) as unknown,
      },
    ],
    [
      "are created with the newest version of the launch template, and keep theirs at an apply: the roll-out changes it",
      {
        launch_template: { id: `\${${template}.id}`, version: `\${${template}.latest_version}` },
        lifecycle: { ignore_changes: ["launch_template[0].version"] },
      },
    ],
  ])("%s", (_, expected) => {
    for (const { values } of groups) expect(values).toMatchObject(expected);
  });

  test("start no instance refresh by Terraform", () => {
    for (const { values } of groups) expect(values).not.toHaveProperty("instance_refresh");
  });

  test("tag their servers with name, environment, role and service", () => {
    const roles = groups.map((group) => {
      const tags = group.values.tag as { key: string; value: string; propagate_at_launch: boolean }[];
      expect(tags.every((tag) => tag.propagate_at_launch)).toBe(true);
      return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
    });
    const web = { service: "web", team: "acme-web" };
    expect(roles).toEqual([
      { Name: `dev-one-${name}-elastic`, env: name, role: "elastic", ...web },
      { Name: `dev-one-${name}-zone-5`, env: name, role: "named", ...web },
      { Name: `dev-one-${name}-zone-6`, env: name, role: "named", ...web },
    ]);
  });

  test("launch servers after their permissions for SSM and the agent's API key, without waiting for the database", () => {
    for (const group of groups) {
      const before = [...stack.allDependencies(group)].map((each) => each.path);
      expect(before).toEqual(
        expect.arrayContaining(["servers/role/ssm", "servers/role/agent-key", "servers/datadog-api-key/version"]),
      );
      expect(before).not.toContain("database/instance");
      expect(before).not.toContain("proxy/proxy");
    }
  });

  test("use the KMS key through a service-linked role that the key policy names", () => {
    const role = stack.only("aws_iam_service_linked_role");
    for (const group of groups) expect(stack.target(group.values.service_linked_role_arn)).toBe(role);
    expect(stack.dependencies(stack.at("encryption/key/key"))).toContain(role);
  });
});

describe.each(both)("the launch template of %s", (name, { platform: stack }) => {
  const template = stack.only("aws_launch_template");

  test("has the configured instance type, with detailed monitoring, and is the default of servers started by hand", () => {
    expect(template.values).toMatchObject({
      instance_type: "m7i.xlarge",
      monitoring: { enabled: true },
      update_default_version: true,
    });
  });

  test("requires IMDSv2, with a hop limit of one", () => {
    expect(template.values.metadata_options).toEqual({
      http_endpoint: "enabled",
      http_tokens: "required",
      http_put_response_hop_limit: 1,
      instance_metadata_tags: "enabled",
    });
  });

  test("has no key pair and no public address", () => {
    expect(Object.keys(template.values)).not.toContain("key_name");
    expect(Object.keys(template.values)).not.toContain("network_interfaces");
    expect(stack.resources("aws_key_pair")).toEqual([]);
    expect(stack.resources("aws_instance")).toEqual([]);
  });

  test("tags instance, volume and network interface", () => {
    const tags = { Name: `dev-one-${name}`, env: name, project: "dev-one" };
    expect(template.values.tag_specifications).toEqual([
      { resource_type: "instance", tags },
      { resource_type: "volume", tags },
      { resource_type: "network-interface", tags },
    ]);
  });
});

describe("the image", () => {
  const onArm = fixtureWith({ servers: { ...fixture.servers, instanceType: "m7g.xlarge" } });

  test.each([
    ["m7i.xlarge", "x86_64", fixture],
    ["m7g.xlarge", "arm64", onArm],
  ])("is the newest Amazon Linux 2023, for %s that of %s", (_instanceType, architecture, environment) => {
    const stack = synthesize(environment).platform;
    expect(stack.target(stack.only("aws_launch_template").values.image_id).values.name).toBe(
      `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}`,
    );
  });

  test("has a root volume of the configured size", () => {
    const stack = synthesize(fixture).platform;
    expect(stack.only("aws_launch_template").values.block_device_mappings).toMatchObject([
      { ebs: { volume_size: 40 } },
    ]);
  });

  test("is the pinned one, where one is pinned", () => {
    const stack = synthesize(withImage).platform;
    expect(stack.only("aws_launch_template").values.image_id).toBe(IMAGE);
    expect(stack.document.data).toBeUndefined();
  });
});
