import { fixture } from "../fixtures/environment";
import { both } from "../fixtures/synthesized";
import { fixtureWith } from "../fixtures/variants";
import { synthesize } from "../support/synthesis";

describe.each(both)("PostgreSQL of %s", (name, { platform: stack }) => {
  const instance = stack.only("aws_db_instance");

  test("has the configured major version, and upgrades minor versions automatically", () => {
    expect(instance.values).toMatchObject({
      engine: "postgres",
      engine_version: "16",
      auto_minor_version_upgrade: true,
      allow_major_version_upgrade: false,
      apply_immediately: false,
    });
  });

  test("accepts IAM authentication", () => {
    expect(instance.values.iam_database_authentication_enabled).toBe(true);
  });

  test("requires TLS, and logs lock waits and statements slower than a second", () => {
    expect(stack.target(instance.values.parameter_group_name).values.parameter).toEqual(
      expect.arrayContaining([
        { name: "rds.force_ssl", value: "1" },
        { name: "log_lock_waits", value: "1" },
        { name: "log_min_duration_statement", value: "1000" },
        { name: "max_connections", value: { fixture: "3244", sandbox: "202" }[name], apply_method: "pending-reboot" },
      ]),
    );
  });

  test("has a parameter group named by version", () => {
    const group = stack.only("aws_db_parameter_group").values;
    expect(group).toMatchObject({ name: `dev-one-${name}-postgres-16`, family: "postgres16" });
  });

  // The data subnets of all zones: __tests__/network/zones.test.ts.
  test("is not publicly accessible, in the subnet group", () => {
    expect(instance.values.publicly_accessible).toBe(false);
    expect(stack.target(instance.values.db_subnet_group_name)).toBe(stack.only("aws_db_subnet_group"));
  });

  test("has a master password that RDS generates and stores", () => {
    expect(instance.values.manage_master_user_password).toBe(true);
    expect(Object.keys(instance.values).filter((key) => key.startsWith("password"))).toEqual([]);
  });

  test("has Performance Insights, enhanced monitoring, and log groups that exist before RDS writes", () => {
    expect(instance.values).toMatchObject({
      performance_insights_enabled: true,
      monitoring_interval: 60,
      enabled_cloudwatch_logs_exports: ["postgresql", "upgrade"],
    });
    expect(stack.target(instance.values.monitoring_role_arn)).toBe(stack.at("database/monitoring-role"));
    const logs = stack.dependencies(instance).filter((each) => each.type === "aws_cloudwatch_log_group");
    expect(logs.map((each) => each.values.name)).toEqual([
      `/aws/rds/instance/dev-one-${name}-postgres/postgresql`,
      `/aws/rds/instance/dev-one-${name}-postgres/upgrade`,
    ]);
  });

  test("has storage autoscaling", () => {
    expect(instance.values.storage_type).toBe("gp3");
    expect(instance.values.max_allocated_storage).toBeGreaterThan(Number(instance.values.allocated_storage));
  });
});

describe.each(both)("the proxy of %s", (name, { platform: stack }) => {
  const proxy = stack.only("aws_db_proxy");

  test("requires TLS and IAM authentication of clients", () => {
    expect(proxy.values).toMatchObject({
      name: `dev-one-${name}`,
      engine_family: "POSTGRESQL",
      require_tls: true,
      auth: [
        { auth_scheme: "SECRETS", iam_auth: "REQUIRED" },
        { auth_scheme: "SECRETS", iam_auth: "REQUIRED" },
      ],
    });
  });

  test("logs in with the secrets of the master user and of the service's user, which have a value before it", () => {
    const secret = stack.at("database-users/web/secret");
    expect(stack.targets(proxy.values.auth)).toEqual([stack.only("aws_db_instance"), secret]);
    expect(stack.dependencies(proxy)).toContain(stack.at("database-users/web/first-version"));
    expect(secret.values).toMatchObject({ name: `dev-one/${name}/database-user-web` });
  });

  test("gets a random first password that is neither in the plan nor written again", () => {
    const { values } = stack.at("database-users/web/first-version");
    expect(values).toMatchObject({
      secret_string_wo: '${jsonencode({"username" = "web", "password" = uuid()})}',
      secret_string_wo_version: 1,
      version_stages: ["AWSCURRENT", "INITIAL"],
      lifecycle: { ignore_changes: ["version_stages"] },
    });
  });

  test("uses 90 % of the database's connections at most, and a client waits 30 seconds for one at most", () => {
    expect(stack.only("aws_db_proxy_default_target_group").values.connection_pool_config).toEqual({
      max_connections_percent: 90,
      max_idle_connections_percent: 50,
      connection_borrow_timeout: 30,
    });
  });

  test("disconnects clients after 30 idle minutes, and writes to a log group that is created before it", () => {
    expect(proxy.values.idle_client_timeout).toBe(1800);
    const logs = stack.dependencies(proxy).filter((each) => each.type === "aws_cloudwatch_log_group");
    expect(logs.map((each) => each.values.name)).toEqual([`/aws/rds/proxy/dev-one-${name}`]);
  });

  test("has the database as its target", () => {
    const target = stack.only("aws_db_proxy_target");
    expect(stack.target(target.values.db_proxy_name)).toBe(proxy);
    expect(stack.target(target.values.db_instance_identifier)).toBe(stack.only("aws_db_instance"));
  });

  test("is in the configured zones", () => {
    expect(stack.targets(proxy.values.vpc_subnet_ids).map((subnet) => subnet.path)).toEqual([
      "network/zone-5/data-subnet",
      "network/zone-6/data-subnet",
    ]);
  });

  test("has its endpoint in an output", () => {
    expect(stack.document.output?.proxy_endpoint?.value).toBe(`\${${proxy.address}.endpoint}`);
  });
});

test("standby, instance class, storage and backups are those of the configuration", () => {
  const [inFixture, inSandbox] = both.map(([, { platform }]) => platform.only("aws_db_instance").values);
  expect(inFixture).toMatchObject({
    multi_az: true,
    instance_class: "db.r7g.xlarge",
    allocated_storage: 200,
    max_allocated_storage: 2000,
    backup_retention_period: 28,
  });
  expect(inSandbox).toMatchObject({
    multi_az: false,
    instance_class: "db.t4g.small",
    allocated_storage: 30,
    max_allocated_storage: 60,
    backup_retention_period: 3,
  });
});

test("an allowed major version is applied immediately, with a parameter group that is created before the old one is deleted", () => {
  const database = { ...fixture.database, majorVersion: 18, allowMajorVersionUpgrade: true };
  const stack = synthesize(fixtureWith({ database })).platform;
  expect(stack.only("aws_db_instance").values).toMatchObject({
    engine_version: "18",
    allow_major_version_upgrade: true,
    apply_immediately: true,
  });
  expect(stack.only("aws_db_parameter_group").values).toMatchObject({
    name: "dev-one-fixture-postgres-18",
    family: "postgres18",
    lifecycle: { create_before_destroy: true },
  });
});
