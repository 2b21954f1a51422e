import { production, servicesWithGroup, sharesLoadBalancer, staging } from "../../src/environments";
import { synthesize } from "../support/synthesis";

describe.each([
  ["staging", synthesize(staging)],
  ["production", synthesize(production)],
] as const)("sizes of %s", (name, { environment, platform }) => {
  test("an m3.xlarge for ten thousand connections, with a root volume of 30 GiB", () => {
    const template = platform.at("servers/template/template").values;
    expect(template.instance_type).toBe("m3.xlarge");
    expect(template.block_device_mappings).toMatchObject([{ ebs: { volume_size: 30 } }]);
    expect(environment.servers).toMatchObject({ connectionsPerServer: 10_000, peakConnections: 100_000 });
  });

  test("four named servers in each zone, up to twelve elastic ones, and groups of single services", () => {
    const sizes = platform
      .resources("aws_autoscaling_group")
      .map(({ values }) => [values.name, values.min_size, values.max_size]);
    const groups = servicesWithGroup(environment).map((service) => [
      `dev-one-${name}-${service.name}`,
      service.placement.minimum,
      service.placement.maximum,
    ]);
    expect(sizes.sort()).toEqual(
      [
        [`dev-one-${name}-elastic`, 0, 12],
        ...groups,
        [`dev-one-${name}-zone-1`, 4, 4],
        [`dev-one-${name}-zone-2`, 4, 4],
      ].sort(),
    );
  });

  test("scales out at 60 % CPU or 7,000 connections per server, and in below 30 % and 3,500", () => {
    // Where services share the load balancer, which counts each connection twice, servers publish their own.
    const counted = sharesLoadBalancer(environment) ? 1 : 2;
    const thresholds = ["cpu-high", "connections-high"].map(
      (alarm) => platform.at(`servers/scaling/${alarm}-alarm`).values.threshold,
    );
    expect(thresholds).toEqual([60, 7_000 * counted]);
    expect(JSON.stringify(platform.at("servers/scaling/both-low-alarm").values.metric_query)).toMatch(
      new RegExp(`< 30\\b.*< ${3500 * counted}\\b`),
    );
  });
});

test("the database of production has a standby and larger sizes than that of staging", () => {
  const [inStaging, inProduction] = [staging, production].map(
    (environment) => synthesize(environment).platform.only("aws_db_instance").values,
  );
  expect(inProduction).toMatchObject({
    engine_version: "17",
    multi_az: true,
    instance_class: "db.m7g.large",
    allocated_storage: 100,
    max_allocated_storage: 1000,
    backup_retention_period: 35,
  });
  expect(inStaging).toMatchObject({
    engine_version: "17",
    multi_az: false,
    instance_class: "db.t4g.medium",
    allocated_storage: 20,
    max_allocated_storage: 100,
    backup_retention_period: 7,
  });
});

test("production is protected from destruction and has interface endpoints, staging neither", () => {
  expect([staging, production].map((each) => [each.protectFromDestruction, each.interfaceEndpoints])).toEqual([
    [false, false],
    [true, true],
  ]);
  const deletionProtection = [staging, production].map(
    (environment) => synthesize(environment).platform.only("aws_lb").values.enable_deletion_protection,
  );
  expect(deletionProtection).toEqual([false, true]);
});

test("logs are kept for 30 days in staging and a year in production", () => {
  const days = [staging, production].map((environment) =>
    synthesize(environment)
      .platform.resources("aws_cloudwatch_log_group")
      .map(({ values }) => values.retention_in_days),
  );
  expect(days.map((each) => [...new Set(each)])).toEqual([[30], [365]]);
});
