import "../support/matchers";

import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { DbProxy } from "@cdktf/provider-aws/lib/db-proxy";
import { DbProxyDefaultTargetGroup } from "@cdktf/provider-aws/lib/db-proxy-default-target-group";

import { production } from "../../src/environments/production";
import { staging } from "../../src/environments/staging";
import { stagingWith } from "../support/environments";
import { synthesize } from "../support/synthesis";

const both = [
  ["staging", synthesize(staging).platform],
  ["production", synthesize(production).platform],
] as const;

describe.each(both)("PostgreSQL of %s", (name, stack) => {
  const instance = stack.only("aws_db_instance");

  test("is of the configured major version, with minor ones by themselves", () => {
    expect(stack.json).toHaveResourceWithProperties(DbInstance, {
      engine: "postgres",
      engine_version: "17",
      auto_minor_version_upgrade: true,
      allow_major_version_upgrade: false,
      apply_immediately: false,
    });
  });

  test("takes encrypted connections only", () => {
    const group = stack.target(instance.values.parameter_group_name);
    expect(group.values.parameter).toContainEqual({ name: "rds.force_ssl", value: "1" });
  });

  test("lets people in by IAM, without a password of their own", () => {
    expect(instance.values.iam_database_authentication_enabled).toBe(true);
  });

  test("logs slow statements, and those that wait for a lock", () => {
    const { parameter } = stack.target(instance.values.parameter_group_name).values;
    expect(parameter).toContainEqual({ name: "log_min_duration_statement", value: "1000" });
    expect(parameter).toContainEqual({ name: "log_lock_waits", value: "1" });
  });

  test("has a parameter group named by version, made before its predecessor goes", () => {
    const group = stack.only("aws_db_parameter_group").values;
    expect(group).toMatchObject({
      name: `dev-one-${name}-postgres-17`,
      family: "postgres17",
      lifecycle: { create_before_destroy: true },
    });
  });

  test("is out of the world's reach, in the data subnets of all zones", () => {
    expect(instance.values.publicly_accessible).toBe(false);
    const subnets = stack.targets(stack.target(instance.values.db_subnet_group_name).values.subnet_ids);
    expect(subnets.map((subnet) => subnet.path)).toEqual(["network/zone-1/data-subnet", "network/zone-2/data-subnet"]);
  });

  test("has a master password that RDS makes and keeps", () => {
    expect(instance.values.manage_master_user_password).toBe(true);
    expect(Object.keys(instance.values).filter((key) => key.startsWith("password"))).toEqual([]);
  });

  test("is watched: performance, the system below, logs that exist before RDS writes", () => {
    expect(instance.values).toMatchObject({
      performance_insights_enabled: true,
      monitoring_interval: 60,
      enabled_cloudwatch_logs_exports: ["postgresql", "upgrade"],
    });
    expect(stack.target(instance.values.monitoring_role_arn)).toBe(stack.at("database/monitoring-role"));
    expect(stack.at("database/monitoring-role").values.assume_role_policy).toContain("monitoring.rds.amazonaws.com");
    const logs = stack.dependencies(instance).filter((each) => each.type === "aws_cloudwatch_log_group");
    expect(logs.map((each) => each.values.name)).toEqual([
      `/aws/rds/instance/dev-one-${name}-postgres/postgresql`,
      `/aws/rds/instance/dev-one-${name}-postgres/upgrade`,
    ]);
  });

  test("grows its storage by itself", () => {
    expect(instance.values.storage_type).toBe("gp3");
    expect(instance.values.max_allocated_storage).toBeGreaterThan(Number(instance.values.allocated_storage));
  });
});

describe.each(both)("the proxy of %s", (name, stack) => {
  const proxy = stack.only("aws_db_proxy");

  test("takes clients that speak TLS and prove who they are by IAM", () => {
    expect(stack.json).toHaveResourceWithProperties(DbProxy, {
      name: `dev-one-${name}`,
      engine_family: "POSTGRESQL",
      require_tls: true,
      auth: [expect.objectContaining({ auth_scheme: "SECRETS", iam_auth: "REQUIRED" }) as unknown],
    });
    expect(stack.targets(proxy.values.auth)).toEqual([stack.only("aws_db_instance")]);
  });

  test("leaves a tenth of the connections to others, and makes no client wait for long", () => {
    expect(stack.json).toHaveResourceWithProperties(DbProxyDefaultTargetGroup, {
      connection_pool_config: {
        max_connections_percent: 90,
        max_idle_connections_percent: 50,
        connection_borrow_timeout: 30,
      },
    });
  });

  test("gives up clients that are silent for half an hour, and logs into a group that is there before it", () => {
    expect(proxy.values.idle_client_timeout).toBe(1800);
    const logs = stack.dependencies(proxy).filter((each) => each.type === "aws_cloudwatch_log_group");
    expect(logs.map((each) => each.values.name)).toEqual([`/aws/rds/proxy/dev-one-${name}`]);
  });

  test("stands before the database", () => {
    const target = stack.only("aws_db_proxy_target");
    expect(stack.target(target.values.db_proxy_name)).toBe(proxy);
    expect(stack.target(target.values.db_instance_identifier)).toBe(stack.only("aws_db_instance"));
  });

  test("stands in the configured zones", () => {
    expect(stack.targets(proxy.values.vpc_subnet_ids).map((subnet) => subnet.path)).toEqual([
      "network/zone-1/data-subnet",
      "network/zone-2/data-subnet",
    ]);
  });

  test("is named in an output", () => {
    expect(stack.document.output?.proxy_endpoint?.value).toBe(`\${${proxy.address}.endpoint}`);
  });
});

test("production has a standby and larger machines than staging", () => {
  const [inStaging, inProduction] = both.map(([, stack]) => stack.only("aws_db_instance").values);
  expect(inProduction).toMatchObject({
    multi_az: true,
    instance_class: "db.m7g.large",
    allocated_storage: 100,
    max_allocated_storage: 1000,
    backup_retention_period: 35,
  });
  expect(inStaging).toMatchObject({
    multi_az: false,
    instance_class: "db.t4g.medium",
    allocated_storage: 20,
    max_allocated_storage: 100,
    backup_retention_period: 7,
  });
});

test("a new major version comes with a parameter group of its own", () => {
  const stack = synthesize(stagingWith({ database: { ...staging.database, majorVersion: 18 } })).platform;
  expect(stack.only("aws_db_instance").values.engine_version).toBe("18");
  expect(stack.only("aws_db_parameter_group").values).toMatchObject({
    name: "dev-one-staging-postgres-18",
    family: "postgres18",
  });
});
