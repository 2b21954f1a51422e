import { fixture, sandbox } from "../fixtures/environment";
import { statements } from "../support/policies";
import { synthesize, synthesizeTogether } from "../support/synthesis";

const both = [
  ["fixture", "210987654321", "us-east-2", synthesize(fixture)],
  ["sandbox", "109876543210", "us-east-1", synthesize(sandbox)],
] as const;

describe.each(both)("Terraform state of %s", (name, account, region, { state, stacks }) => {
  const bucketName = `dev-one-${name}-terraform-state-${account}`;
  const alias = `alias/dev-one-${name}-terraform-state`;

  test("is in S3, encrypted, locked and bound to the account, for every stack", () => {
    expect(stacks.map((stack) => stack.document.terraform.backend)).toEqual(
      stacks.map((stack) => ({
        s3: {
          bucket: bucketName,
          key: `${stack.name}.tfstate`,
          region,
          encrypt: true,
          kms_key_id: `arn:aws:kms:${region}:${account}:${alias}`,
          use_lockfile: true,
          allowed_account_ids: [account],
        },
      })),
    );
  });

  test("belongs to three stacks: state, platform and monitoring", () => {
    expect(stacks.map((stack) => stack.name)).toEqual([`${name}-state`, name, `${name}-monitoring`]);
  });

  test("is in the bucket and encrypted by the key that the state stack creates", () => {
    expect(state.only("aws_s3_bucket").values.bucket).toBe(bucketName);
    expect(state.only("aws_kms_alias").values.name).toBe(alias);
    expect(state.target(state.only("aws_kms_alias").values.target_key_id)).toBe(state.only("aws_kms_key"));
    expect(state.document.output?.state_bucket?.value).toBe(`\${${state.only("aws_s3_bucket").address}.bucket}`);
  });

  test("keeps noncurrent versions for 90 days, and the last ten for longer", () => {
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

  test("lies outside the prefix of plans, which expire after seven days and are deleted a day later", () => {
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

  test("is in a bucket that denies plain HTTP and public access", () => {
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

  test("is protected by prevent_destroy of bucket and key, in every environment", () => {
    for (const type of ["aws_s3_bucket", "aws_kms_key"]) {
      expect(state.only(type).values.lifecycle).toEqual({ prevent_destroy: true });
    }
    expect(state.only("aws_s3_bucket").values.force_destroy).toBe(false);
  });

  test("has a stack of its own without data sources and variables", () => {
    expect(state.document.data).toBeUndefined();
    expect(state.document.variable).toBeUndefined();
  });
});

test("no two stacks have the same bucket and key of their state", () => {
  const places = synthesizeTogether([fixture, sandbox]).flatMap(({ stacks }) =>
    stacks.map(
      ({ document }) =>
        `${String(document.terraform.backend?.s3?.bucket)}/${String(document.terraform.backend?.s3?.key)}`,
    ),
  );
  expect(new Set(places).size).toBe(places.length);
  expect(places.length).toBeGreaterThanOrEqual(4);
});

describe.each(both)("every stack of %s", (name, account, region, { stacks }) => {
  test("refuses other accounts, and tags its resources", () => {
    for (const stack of stacks) {
      const provider = {
        allowed_account_ids: [account],
        default_tags: [{ tags: { env: name, project: "dev-one", "managed-by": "terraform" } }],
      };
      // Route 53 takes query logs of us-east-1 only (__tests__/dns).
      const forQueryLog =
        region === "us-east-1" || stack.name !== name ? [] : [{ alias: "query-log", region: "us-east-1" }];
      expect(stack.document.provider?.aws).toEqual(
        [{ region }, ...forQueryLog].map((each) => ({ ...each, ...provider })),
      );
    }
  });

  test("pins the provider, and requires a Terraform with S3 locks and ephemeral values", () => {
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
