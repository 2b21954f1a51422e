import { both } from "../fixtures/synthesized";

describe.each(both)("Terraform state of %s", (name, { state, stacks, environment: { accountId: account, region } }) => {
  const bucketName = `dev-one-${name}-terraform-state-${account}`;
  const alias = `alias/dev-one-${name}-terraform-state`;

  test("is in S3, encrypted, locked and bound to the account, for every stack", () => {
    expect(stacks.map((stack) => stack.document.terraform.backend)).toEqual(
      [`${name}-state`, name, `${name}-monitoring`].map((stack) => ({
        s3: {
          bucket: bucketName,
          key: `${stack}.tfstate`,
          region,
          encrypt: true,
          kms_key_id: `arn:aws:kms:${region}:${account}:${alias}`,
          use_lockfile: true,
          allowed_account_ids: [account],
        },
      })),
    );
  });

  test("is in the bucket and encrypted by the key that the state stack creates", () => {
    expect(state.only("aws_s3_bucket").values.bucket).toBe(bucketName);
    expect(state.only("aws_kms_alias").values.name).toBe(alias);
    expect(state.target(state.only("aws_kms_alias").values.target_key_id)).toBe(state.only("aws_kms_key"));
    expect(state.document.output?.state_bucket?.value).toBe(`\${${state.only("aws_s3_bucket").address}.bucket}`);
  });

  test("keeps noncurrent versions for 90 days, the last ten for longer, and plans for seven days", () => {
    expect(state.only("aws_s3_bucket_lifecycle_configuration").values.rule).toEqual([
      // The state itself never expires.
      {
        id: "expire",
        status: "Enabled",
        filter: [{ prefix: "" }],
        noncurrent_version_expiration: [{ noncurrent_days: 90, newer_noncurrent_versions: 10 }],
        abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
      },
      {
        id: "expire-plans",
        status: "Enabled",
        filter: [{ prefix: "plans/" }],
        expiration: [{ days: 7 }],
        noncurrent_version_expiration: [{ noncurrent_days: 1 }],
      },
    ]);
  });

  test("has a stack of its own without data sources and variables", () => {
    expect(state.document.data).toBeUndefined();
    expect(state.document.variable).toBeUndefined();
  });
});

describe.each(both)("every stack of %s", (name, { stacks, environment: { accountId: account, region } }) => {
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
