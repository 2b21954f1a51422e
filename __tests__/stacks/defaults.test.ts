import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack, Testing } from "cdktf";

import { addressTable, hostsOf, servicesOf } from "../../src/config";
import { Postgres, Proxy } from "../../src/database";
import { Certificate, PublicHostedZone } from "../../src/dns";
import { EnvironmentKey } from "../../src/kms";
import { AccessLogs, LoadBalancer } from "../../src/load-balancing";
import { Network } from "../../src/network";
import { sandbox } from "../fixtures/environment";
import { Stack } from "../support/stack";

/** Every construct with a default that protects or limits, made with its required props alone. */
function withDefaults(): Stack {
  const stack = new TerraformStack(Testing.app(), "defaults");
  const common = { accountId: "111122223333", region: "us-east-1", permissionsBoundaryArn: "arn:boundary" };
  const names = { name: "some", environmentName: "some", zoneName: "some.example", comment: "Some" };
  const { key } = new EnvironmentKey(stack, "encryption", { ...common, ...names, ciApplyRoleArn: "arn:apply" });
  const network = new Network(stack, "network", {
    ...common,
    ...names,
    cidrBlock: sandbox.vpcCidr,
    availabilityZones: sandbox.zones,
    flowLogGroupName: "flow-logs",
    key,
  });
  const { hostedZone } = new PublicHostedZone(stack, "dns", {
    ...common,
    ...names,
    securityContact: "security@some.example",
    queryLogProvider: new AwsProvider(stack, "aws", { region: common.region }),
    queryLogPolicyName: "query-log",
  });
  new LoadBalancer(stack, "edge", {
    ...names,
    network,
    servers: addressTable(sandbox),
    services: servicesOf(sandbox),
    hosts: hostsOf(sandbox),
    accessLogs: new AccessLogs(stack, "access-logs", { ...common, bucketName: "access-logs" }),
    certificate: new Certificate(stack, "certificate", { domainName: names.zoneName, hostedZone }),
  });
  const postgres = new Postgres(stack, "database", {
    ...common,
    ...names,
    identifier: "postgres",
    network,
    key,
    majorVersion: 17,
    instanceClass: "db.m7g.large",
    maxConnections: 811,
    allocatedStorageGib: 20,
    maxAllocatedStorageGib: 100,
  });
  new Proxy(stack, "proxy", { ...common, ...names, network, availabilityZoneNames: ["zone-1"], postgres, key });
  return new Stack("defaults", JSON.stringify(stack.toTerraform()));
}

describe("constructs with their required props alone", () => {
  const stack = withDefaults();

  test("refuse to be destroyed where they hold data, keys, public addresses or names", () => {
    const isProtected = (lifecycle: unknown) =>
      (lifecycle as { prevent_destroy?: boolean } | undefined)?.prevent_destroy === true;
    const paths = stack.resources().flatMap(({ path, values }) => (isProtected(values.lifecycle) ? [path] : []));
    expect(paths.sort()).toEqual([
      "access-logs/bucket/bucket",
      "database/instance",
      "dns/zone",
      "encryption/key/key",
      ...sandbox.zones.map(({ name }) => `network/${name}/nat-address`),
    ]);
    expect(stack.only("aws_s3_bucket").values.force_destroy).toBe(false);
    expect(stack.only("aws_lb").values.enable_deletion_protection).toBe(true);
    expect(stack.only("aws_db_instance").values).toMatchObject({
      allow_major_version_upgrade: false,
      apply_immediately: false,
      deletion_protection: true,
      skip_final_snapshot: false,
      multi_az: true,
      backup_retention_period: 35,
    });
  });

  test("keep logs for 90 days", () => {
    const days = stack
      .resources("aws_cloudwatch_log_group")
      .map(({ path, values }) => [path, values.retention_in_days]);
    expect(days.map(([path]) => path)).toEqual([
      "database/postgresql-log",
      "database/upgrade-log",
      "dns/query-log-group",
      "network/vpc/flow-log-group",
      "proxy/log",
    ]);
    expect(new Set(days.map(([, retention]) => retention))).toEqual(new Set([90]));
    expect(stack.at("access-logs/bucket/lifecycle").values.rule).toMatchObject([{ expiration: [{ days: 90 }] }]);
  });

  test("create no interface endpoints and no delegations", () => {
    expect(stack.resources("aws_vpc_endpoint").map(({ path }) => path)).toEqual(["network/endpoints/s3"]);
    expect(stack.resources("aws_route53_record").map(({ path }) => path)).toEqual([
      "certificate/proof",
      "dns/certificate-authorities",
    ]);
  });
});
