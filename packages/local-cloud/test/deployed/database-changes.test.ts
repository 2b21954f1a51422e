import { type JsonObject, objectAt } from "@dev-one/cli/json";
import { driftOf } from "@dev-one/delivery/drift";
import { fromSynthesis } from "@dev-one/terraform-json/resources";

import { stagingWith } from "../../../../__tests__/support/environments";
import { synthesize } from "../../../../__tests__/support/synthesis";
import type { EnvironmentProps } from "../../../../src/config";
import { staging } from "../../../../src/environments";
import type { Deployment } from "../../src/deployment";
import { describeChanges } from "../../src/second-plan";
import { LocalCloud } from "./support/local-cloud";

// Real Terraform with the synthesized instance and parameter group alone. The provider waits more than a minute for each change.

jest.setTimeout(900_000);

let cloud: LocalCloud;

beforeAll(async () => {
  cloud = await LocalCloud.start();
  await (await open({})).apply();
});

afterAll(async () => {
  await cloud.stop();
});

test("a larger storage waits for the maintenance window, and drift says so until then", async () => {
  const larger = await open({ allocatedStorageGib: 50 });
  await larger.apply();

  const plan = await larger.plan();
  expect(describeChanges(plan)).toEqual(["update aws_db_instance.i: allocated_storage"]);
  expect(driftOf(plan)).toEqual([
    "aws_db_instance.i: a plan would update it; allocated_storage: if applied already, RDS changes it in the maintenance window sun:03:30-sun:04:30 UTC",
  ]);
});

test("PostgreSQL 18 is refused without the setting; with it, the old parameter group is removed and nothing is left to do", async () => {
  const refused = await open({ allocatedStorageGib: 50, majorVersion: 18 });
  await expect(refused.apply()).rejects.toThrow(/AllowMajorVersionUpgrade flag must be present/);

  const allowed = await open({ allocatedStorageGib: 50, majorVersion: 18, allowMajorVersionUpgrade: true });
  await allowed.apply();

  // The larger storage is applied with it.
  expect(describeChanges(await allowed.plan())).toEqual([]);
  expect(await allowed.countResources()).toBe(2);
  await expect(parameterGroups()).resolves.toEqual(["dev-one-staging-postgres-18"]);

  const afterwards = await open({ allocatedStorageGib: 50, majorVersion: 18 });
  expect(describeChanges(await afterwards.plan())).toEqual([
    "update aws_db_instance.i: allow_major_version_upgrade, apply_immediately",
  ]);
});

/** Names of the parameter groups of the environment that the API has. */
async function parameterGroups(): Promise<string[]> {
  const body = new URLSearchParams({ Action: "DescribeDBParameterGroups", Version: "2014-10-31" });
  const authorization =
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/rds/aws4_request, SignedHeaders=host, Signature=0";
  const response = await fetch(cloud.emulator.url, { method: "POST", headers: { authorization }, body });
  const names = (await response.text()).matchAll(/<DBParameterGroupName>(dev-one-[^<]*)</g);
  return [...names].map(([, name = ""]) => name);
}

function open(database: Partial<EnvironmentProps["database"]>): Promise<Deployment> {
  const { json } = synthesize(stagingWith({ database: { ...staging.database, ...database } })).platform;
  const whole = JSON.parse(json) as JsonObject;
  const { terraform = {}, provider = {} } = whole;
  const resource = {
    aws_db_parameter_group: objectAt(whole, "resource", "aws_db_parameter_group") ?? {},
    aws_db_instance: {
      i: {
        ...fromSynthesis("staging", whole).only("aws_db_instance").values,
        // This stack lacks the other resources that the instance refers to.
        depends_on: [],
        kms_key_id: null,
        master_user_secret_kms_key_id: null,
        performance_insights_kms_key_id: null,
        db_subnet_group_name: null,
        vpc_security_group_ids: null,
        monitoring_role_arn: "arn:aws:iam::111122223333:role/monitoring",
      },
    },
  };
  return cloud.openStack({ name: "staging", json: { terraform, provider, resource }, resources: 0 }, "stack");
}
