import { fixture } from "../fixtures/environment";
import { both } from "../fixtures/synthesized";
import { synthesize } from "../support/synthesis";

describe.each(both)("encryption of %s", (_name, { platform, stacks }) => {
  const key = platform.at("encryption/key/key");

  test("uses keys with rotation", () => {
    const keys = stacks.flatMap((stack) => stack.resources("aws_kms_key"));
    expect(keys.map(({ path }) => path)).toEqual(expect.arrayContaining(["encryption/key/key", "state/key/key"]));
    for (const { values } of keys) {
      expect(values).toMatchObject({ enable_key_rotation: true, deletion_window_in_days: 30 });
    }
  });

  test("covers the disks of servers", () => {
    const disks = platform.only("aws_launch_template").values.block_device_mappings;
    expect(disks).toMatchObject([{ ebs: { volume_type: "gp3", encrypted: "true", delete_on_termination: "true" } }]);
    expect(platform.target(disks)).toBe(key);
  });

  test("covers storage, performance data and master password of the database", () => {
    const { values } = platform.only("aws_db_instance");
    expect(values.storage_encrypted).toBe(true);
    for (const argument of ["kms_key_id", "performance_insights_kms_key_id", "master_user_secret_kms_key_id"]) {
      expect(platform.target(values[argument])).toBe(key);
    }
  });

  test("covers secrets", () => {
    const secrets = platform.resources("aws_secretsmanager_secret");
    expect(secrets.length).toBeGreaterThan(0);
    for (const { values } of secrets) expect(platform.target(values.kms_key_id)).toBe(key);
  });

  test("covers every log group but that of DNS queries, which Route 53 keeps in us-east-1, where the key may not be", () => {
    const groups = platform.resources("aws_cloudwatch_log_group");
    const withoutKey = groups.filter((group) => group.values.kms_key_id === undefined);
    expect(withoutKey.map((group) => group.path)).toEqual(["dns/query-log-group"]);
    const withKey = groups.filter((each) => !withoutKey.includes(each));
    expect(withKey.length).toBeGreaterThan(0);
    for (const group of withKey) {
      expect(platform.target(group.values.kms_key_id)).toBe(key);
    }
  });

  test("covers every bucket, by a KMS key where the writer can use one", () => {
    const encrypted = stacks.flatMap((stack) =>
      stack.resources("aws_s3_bucket_server_side_encryption_configuration").map(({ values }) => {
        const [rule] = values.rule as { apply_server_side_encryption_by_default: Record<string, unknown> }[];
        const byDefault = rule?.apply_server_side_encryption_by_default ?? {};
        const keys = stack.targets(byDefault.kms_master_key_id).map((each) => each.path);
        return [stack.target(values.bucket).path, byDefault.sse_algorithm, ...keys].join(" ");
      }),
    );
    const known = [
      "access-logs/bucket/bucket AES256",
      "servers/files/bucket/bucket AES256",
      "state/bucket/bucket aws:kms state/key/key",
    ];
    expect(encrypted).toEqual(expect.arrayContaining(known));
    expect(encrypted).toHaveLength(stacks.flatMap((stack) => stack.resources("aws_s3_bucket")).length);
  });
});

describe.each(both)("buckets of %s", (_name, { stacks }) => {
  test.each<[string, object]>([
    ["aws_s3_bucket_versioning", { versioning_configuration: { status: "Enabled" } }],
    ["aws_s3_bucket_ownership_controls", { rule: { object_ownership: "BucketOwnerEnforced" } }],
    [
      "aws_s3_bucket_public_access_block",
      { block_public_acls: true, block_public_policy: true, ignore_public_acls: true, restrict_public_buckets: true },
    ],
    ["aws_s3_bucket_policy", {}],
    ["aws_s3_bucket_lifecycle_configuration", {}],
  ])("each have %s", (type, expected) => {
    for (const stack of stacks) {
      const guarded = stack.resources(type).map((each) => stack.target(each.values.bucket));
      expect(guarded).toEqual(stack.resources("aws_s3_bucket"));
      for (const each of stack.resources(type)) expect(each.values).toMatchObject(expected);
    }
  });
});

test("resources in a region other than the key's do not refer to it", () => {
  const { platform } = synthesize(fixture);
  const outside = platform.resources().filter((each) => "provider" in each.values);
  expect(outside).toHaveLength(2);
  for (const each of outside)
    expect(platform.dependencies(each).map((other) => other.type)).not.toContain("aws_kms_key");
});
