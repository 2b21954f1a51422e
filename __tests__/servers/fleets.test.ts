import "../support/matchers";

import { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template";

import { production } from "../../src/environments/production";
import { staging } from "../../src/environments/staging";
import { IMAGE, stagingWith, stagingWithProgram } from "../support/environments";
import { synthesize } from "../support/synthesis";

const both = [
  [staging.name, synthesize(staging).platform],
  [production.name, synthesize(production).platform],
] as const;

describe.each(both)("the groups of %s", (name, stack) => {
  const groups = stack.resources("aws_autoscaling_group");

  test("are one for the named servers of each zone, and an elastic one", () => {
    expect(groups.map((each) => each.values.name)).toEqual([
      `dev-one-${name}-elastic`,
      `dev-one-${name}-zone-1`,
      `dev-one-${name}-zone-2`,
    ]);
  });

  test("keep four named servers in each zone, and replace them one at a time, the old one first", () => {
    for (const zone of ["zone-1", "zone-2"]) {
      expect(stack.json).toHaveResourceWithProperties(AutoscalingGroup, {
        name: `dev-one-${name}-${zone}`,
        min_size: 4,
        max_size: 4,
        desired_capacity: 4,
        instance_maintenance_policy: { min_healthy_percentage: 75, max_healthy_percentage: 100 },
        instance_refresh: {
          strategy: "Rolling",
          preferences: expect.objectContaining({ min_healthy_percentage: 75, max_healthy_percentage: 100 }) as unknown,
        },
      });
    }
  });

  test("stand in the subnets of their zone and kind", () => {
    const subnets = groups.map((group) => stack.targets(group.values.vpc_zone_identifier).map((subnet) => subnet.path));
    expect(subnets).toEqual([
      ["network/zone-1/elastic-subnet", "network/zone-2/elastic-subnet"],
      ["network/zone-1/servers-subnet"],
      ["network/zone-2/servers-subnet"],
    ]);
  });

  test("bring a new elastic server before the old one goes", () => {
    const elastic = stack.at("servers/elastic/group").values;
    expect(elastic.instance_maintenance_policy).toEqual({ min_healthy_percentage: 100, max_healthy_percentage: 110 });
  });

  test("ask the load balancer who is healthy, after a grace period", () => {
    for (const group of groups) {
      expect(group.values).toMatchObject({
        health_check_type: "ELB",
        health_check_grace_period: 240,
        default_instance_warmup: 240,
      });
      expect(stack.targets(group.values.target_group_arns).map((each) => each.path)).toEqual([
        "edge/all-servers/group",
      ]);
    }
  });

  test("roll out every change of the launch template by themselves", () => {
    const template = stack.only("aws_launch_template");
    // Whoever starts a server by hand gets what the groups start.
    expect(template.values.update_default_version).toBe(true);
    for (const group of groups) {
      expect(group.values.launch_template).toEqual({
        id: `\${${template.address}.id}`,
        version: `\${${template.address}.latest_version}`,
      });
      expect(group.values).toHaveProperty("instance_refresh.preferences.auto_rollback", true);
    }
  });

  // Seen with real Terraform in packages/local-cloud/test/deployed/failing-launches.test.ts.
  test("end no apply when a launch fails, and are not waited for by Terraform", () => {
    for (const group of groups) {
      expect(group.values).toMatchObject({ ignore_failed_scaling_activities: true, wait_for_capacity_timeout: "0" });
    }
  });

  test("report their sizes every minute, which the scaling signals read", () => {
    for (const group of groups) {
      expect(group.values.metrics_granularity).toBe("1Minute");
      expect(group.values.enabled_metrics).toContain("GroupInServiceInstances");
    }
  });

  test("tag their servers with what boot and monitoring ask for", () => {
    const roles = groups.map((group) => {
      const tags = group.values.tag as { key: string; value: string; propagate_at_launch: boolean }[];
      expect(tags.every((tag) => tag.propagate_at_launch)).toBe(true);
      return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
    });
    expect(roles).toEqual([
      { Name: `dev-one-${name}-elastic`, env: name, role: "elastic" },
      { Name: `dev-one-${name}-zone-1`, env: name, role: "named" },
      { Name: `dev-one-${name}-zone-2`, env: name, role: "named" },
    ]);
  });

  test("start no named server before its zone's other addresses are reserved and its way out leads out", () => {
    for (const zone of ["zone-1", "zone-2"]) {
      const before = [...stack.allDependencies(stack.at(`servers/${zone}/group`))].map((each) => each.path);
      const reservations = stack.paths().filter((path) => path.startsWith(`network/${zone}/reserved-`));
      expect(reservations).toHaveLength(5);
      expect(before).toEqual(
        expect.arrayContaining([
          ...reservations,
          `network/${zone}/servers-subnet-routes`,
          `network/${zone}/servers-default-route`,
          `network/${zone}/nat`,
          `network/${zone}/nat-address`,
          `network/${zone}/public-subnet-routes`,
          `network/${zone}/public-default-route`,
          "network/vpc/internet-gateway",
        ]),
      );
    }
  });

  test("start no elastic server before the way out of every zone leads out", () => {
    const before = [...stack.allDependencies(stack.at("servers/elastic/group"))].map((each) => each.path);
    for (const zone of ["zone-1", "zone-2"]) {
      expect(before).toEqual(
        expect.arrayContaining([
          `network/${zone}/elastic-subnet-routes`,
          `network/${zone}/servers-default-route`,
          `network/${zone}/public-subnet-routes`,
          `network/${zone}/public-default-route`,
        ]),
      );
    }
  });

  test("start no server before it may read the agent's key and be managed, but do not wait for the database", () => {
    for (const group of groups) {
      const before = [...stack.allDependencies(group)].map((each) => each.path);
      expect(before).toEqual(
        expect.arrayContaining(["servers/role/ssm", "servers/role/agent-key", "servers/datadog-api-key/version"]),
      );
      expect(before).not.toContain("database/instance");
      expect(before).not.toContain("proxy/proxy");
    }
  });

  test("use the environment's key through a service-linked role that the key knows", () => {
    const role = stack.only("aws_iam_service_linked_role");
    for (const group of groups) expect(stack.target(group.values.service_linked_role_arn)).toBe(role);
    expect(stack.dependencies(stack.only("aws_kms_key"))).toContain(role);
  });
});

describe.each(both)("every server of %s", (name, stack) => {
  const template = stack.only("aws_launch_template");

  test("is an m3.xlarge with detailed monitoring", () => {
    expect(stack.json).toHaveResourceWithProperties(LaunchTemplate, {
      instance_type: "m3.xlarge",
      monitoring: { enabled: true },
    });
  });

  test("answers metadata to those who hold a token, on the server itself only", () => {
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

  test("tags itself, its volume and its network interface", () => {
    const tags = { Name: `dev-one-${name}`, env: name, project: "dev-one" };
    expect(template.values.tag_specifications).toEqual([
      { resource_type: "instance", tags },
      { resource_type: "volume", tags },
      { resource_type: "network-interface", tags },
    ]);
  });
});

describe("the image", () => {
  test.each([
    ["m3.xlarge", "x86_64"],
    ["m7g.xlarge", "arm64"],
  ])("is the newest Amazon Linux 2023, for %s that of %s", (instanceType, architecture) => {
    const stack = synthesize(stagingWithProgram("none", { instanceType })).platform;
    expect(stack.target(stack.only("aws_launch_template").values.image_id).values.name).toBe(
      `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}`,
    );
  });

  test("starts on a root volume of the configured size", () => {
    const stack = synthesize(stagingWith({ servers: { ...staging.servers, rootVolumeGib: 77 } })).platform;
    expect(stack.only("aws_launch_template").values.block_device_mappings).toMatchObject([
      { ebs: { volume_size: 77 } },
    ]);
  });

  test("is the pinned one, where one is pinned", () => {
    const stack = synthesize(stagingWithProgram("image")).platform;
    expect(stack.only("aws_launch_template").values.image_id).toBe(IMAGE);
    expect(stack.document.data).toBeUndefined();
  });
});
