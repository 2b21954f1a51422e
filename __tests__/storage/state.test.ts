import "../support/matchers";

import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";

import { production } from "../../src/environments/production";
import { staging } from "../../src/environments/staging";
import { statements } from "../support/policies";
import { synthesize, synthesizeTogether } from "../support/synthesis";

const both = [
  ["staging", "111122223333", synthesize(staging)],
  ["production", "444455556666", synthesize(production)],
] as const;

describe.each(both)("state of %s", (name, account, { state, stacks }) => {
  const bucketName = `dev-one-${name}-terraform-state-${account}`;
  const alias = `alias/dev-one-${name}-terraform-state`;

  test.each(stacks.map((stack) => [stack.name, stack] as const))(
    "%s keeps it in S3: encrypted, locked, in the right account",
    (_stack, stack) => {
      expect(stack.document.terraform.backend).toEqual({
        s3: {
          bucket: bucketName,
          key: `${stack.name}.tfstate`,
          region: "us-east-1",
          encrypt: true,
          kms_key_id: `arn:aws:kms:us-east-1:${account}:${alias}`,
          use_lockfile: true,
          allowed_account_ids: [account],
        },
      });
    },
  );

  test("the stacks are the state's own, the platform and its monitoring", () => {
    expect(stacks.map((stack) => stack.name)).toEqual([`${name}-state`, name, `${name}-monitoring`]);
  });

  test("bucket and alias are those that the state stack makes", () => {
    expect(state.json).toHaveResourceWithProperties(S3Bucket, { bucket: bucketName });
    expect(state.json).toHaveResourceWithProperties(KmsAlias, { name: alias });
    expect(state.target(state.only("aws_kms_alias").values.target_key_id)).toBe(state.only("aws_kms_key"));
    expect(state.document.output?.state_bucket?.value).toBe(`\${${state.only("aws_s3_bucket").address}.bucket}`);
  });

  test("old versions can be brought back for a quarter of a year, and the last ten for longer", () => {
    expect(state.only("aws_s3_bucket_versioning").values.versioning_configuration).toEqual({ status: "Enabled" });
    const rules = state.only("aws_s3_bucket_lifecycle_configuration").values.rule as Record<string, unknown>[];
    expect(rules).toHaveLength(2);
    expect(rules[0]).toMatchObject({
      status: "Enabled",
      noncurrent_version_expiration: [{ noncurrent_days: 90, newer_noncurrent_versions: 10 }],
    });
    // The state itself never expires.
    expect(rules[0]).not.toHaveProperty("expiration");
  });

  test("plans are gone after a week, and for good a day later; no state lies where they do", () => {
    const rules = state.only("aws_s3_bucket_lifecycle_configuration").values.rule as Record<string, unknown>[];
    expect(rules[1]).toEqual({
      id: "expire-plans",
      status: "Enabled",
      filter: [{ prefix: "plans/" }],
      expiration: [{ days: 7 }],
      noncurrent_version_expiration: [{ noncurrent_days: 1 }],
    });
    for (const stack of stacks) expect(String(stack.document.terraform.backend?.s3?.key)).not.toMatch(/^plans\//);
  });

  test("the bucket speaks TLS only, and is closed to the public", () => {
    expect(statements(state.only("aws_s3_bucket_policy").values.policy)).toEqual([
      expect.objectContaining({
        Effect: "Deny",
        Principal: "*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
    ]);
    expect(state.only("aws_s3_bucket_public_access_block").values).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
  });

  test("bucket and key cannot be destroyed by a plan, in no environment", () => {
    for (const type of ["aws_s3_bucket", "aws_kms_key"]) {
      expect(state.only(type).values.lifecycle).toEqual({ prevent_destroy: true });
    }
    expect(state.only("aws_s3_bucket").values.force_destroy).toBe(false);
  });

  test("the stack of the state needs nothing of any other, and no variable", () => {
    expect(state.document.data).toBeUndefined();
    expect(state.document.variable).toBeUndefined();
  });
});

test("no two stacks share a place", () => {
  const places = synthesizeTogether([staging, production]).flatMap(({ stacks }) =>
    stacks.map(
      ({ document }) =>
        `${String(document.terraform.backend?.s3?.bucket)}/${String(document.terraform.backend?.s3?.key)}`,
    ),
  );
  expect(new Set(places).size).toBe(places.length);
  expect(places.length).toBeGreaterThanOrEqual(4);
});

describe.each(both)("every stack of %s", (name, account, { stacks }) => {
  test("fails against the wrong account, and says whose its resources are", () => {
    for (const stack of stacks) {
      expect(stack.document.provider?.aws).toEqual([
        {
          region: "us-east-1",
          allowed_account_ids: [account],
          default_tags: [{ tags: { env: name, project: "dev-one", "managed-by": "terraform" } }],
        },
      ]);
    }
  });

  test("pins the provider, and asks for a Terraform that locks in S3 and forgets secrets", () => {
    for (const stack of stacks) {
      expect(stack.document.terraform.required_version).toBe(">= 1.11.0");
      expect(stack.document.terraform.required_providers).toMatchObject({ aws: { version: "6.25.0" } });
    }
  });

  test("reads no other stack's state", () => {
    for (const stack of stacks) {
      expect(stack.all().filter((each) => each.type === "terraform_remote_state")).toEqual([]);
    }
  });
});
