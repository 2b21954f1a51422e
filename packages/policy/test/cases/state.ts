import { type Case, type Document, set, without } from "../support";

const backend = { bucket: "states", key: "staging.tfstate", encrypt: true, kms_key_id: "arn", use_lockfile: true };
const terraform = (s3: object, version = "6.25.0"): Document => ({
  resource: {},
  terraform: {
    backend: { s3 },
    required_version: ">= 1.11.0",
    required_providers: { aws: { source: "aws", version } },
  },
});
const tags = { env: "staging", project: "dev-one", "managed-by": "terraform" };
const provider = (settings: object): Document => ({
  resource: {},
  provider: { aws: [{ allowed_account_ids: ["111122223333"], default_tags: [{ tags }], ...settings }] },
});
const bucket = { bucket: "${aws_s3_bucket.b.id}" };
const stateBucket = (algorithm: string, prevent_destroy: boolean) => ({
  aws_s3_bucket: { b: { bucket: "dev-one-staging-terraform-state-111122223333", lifecycle: { prevent_destroy } } },
  aws_s3_bucket_versioning: { v: { ...bucket, versioning_configuration: { status: "Enabled" } } },
  aws_s3_bucket_server_side_encryption_configuration: {
    e: { ...bucket, rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: algorithm } }] },
  },
});

export const state: readonly Case[] = [
  {
    rule: "terraform-backend-encryption-and-locking",
    fails: terraform({ ...backend, use_lockfile: false }),
    says: "use_lockfile is off",
    passes: terraform(backend),
    breaks: ({ terraform: settings }) => {
      (settings?.backend as { s3: { key: string } }).s3.key = "other.tfstate";
    },
  },
  {
    rule: "aws-provider-allowed-account-and-default-tags",
    fails: provider({ allowed_account_ids: [] }),
    says: "allowed_account_ids does not name exactly one account",
    passes: provider({}),
    breaks: ({ provider: providers }) => {
      delete providers?.aws?.[0]?.default_tags;
    },
  },
  {
    rule: "terraform-versions-pinned",
    fails: terraform(backend, "~> 6.25"),
    says: 'the version of provider aws is "~> 6.25", not an exact one',
    passes: terraform(backend),
    breaks: ({ terraform: settings }) => {
      delete settings?.required_version;
    },
  },
  {
    rule: "state-bucket-prevents-destroy",
    fails: stateBucket("AES256", true),
    says: "it is not encrypted with a KMS key",
    passes: stateBucket("aws:kms", true),
    stack: "staging-state",
    breaks: set("aws_s3_bucket", { lifecycle: { prevent_destroy: false } }),
  },
  {
    rule: "s3-blocks-public-access",
    fails: { aws_s3_bucket: { b: {} } },
    says: "has no public access block",
    passes: {
      aws_s3_bucket: { b: {} },
      aws_s3_bucket_public_access_block: {
        p: {
          ...bucket,
          block_public_acls: true,
          block_public_policy: true,
          ignore_public_acls: true,
          restrict_public_buckets: true,
        },
      },
    },
    breaks: set("aws_s3_bucket_public_access_block", { restrict_public_buckets: false }),
  },
  {
    rule: "s3-encryption-and-versioning",
    fails: {
      ...stateBucket("AES256", true),
      aws_s3_bucket_versioning: { v: { ...bucket, versioning_configuration: { status: "Suspended" } } },
    },
    says: "versioning is not enabled",
    passes: stateBucket("AES256", false),
    breaks: without("aws_s3_bucket_server_side_encryption_configuration"),
  },
  {
    rule: "kms-key-rotation",
    fails: { aws_kms_key: { k: { enable_key_rotation: true, deletion_window_in_days: 7 } } },
    says: "deletion_window_in_days is less than 30",
    passes: { aws_kms_key: { k: { enable_key_rotation: true } } },
    stack: "staging-state",
    breaks: set("aws_kms_key", { enable_key_rotation: false }),
  },
];
