import { statementsOf } from "../facts/statements";
import { every, type Rule, theStack } from "../rule";

const SETTINGS = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];

export const state: readonly Rule[] = [
  {
    id: "aws-provider-allowed-account-and-default-tags",
    title: "The AWS provider is limited to one account and sets default tags",
    reason:
      "With the credentials of another account, Terraform would create the environment a second time in that account.",
    remedy: "Derive the stack from EnvironmentStack, which sets allowed_account_ids and default_tags.",
    onlySynthesized: true,
    subjects: theStack,
    check: (settings) =>
      settings.blocks("aws").flatMap((provider) => {
        const tags = provider.block("default_tags")?.block("tags");
        return [
          provider.texts("allowed_account_ids").length !== 1 && "allowed_account_ids does not name exactly one account",
          ...["env", "project", "managed-by"].map(
            (tag) => tags?.has(tag) !== true && `the default tag ${tag} is missing`,
          ),
        ];
      }),
  },
  {
    id: "cloudwatch-log-group-retention",
    title: "CloudWatch log groups retain events for at least 30 days, in production for at least 365",
    reason: "An attack is often found months after it began.",
    remedy: "Set logRetentionDays of the environment.",
    controls: { checkov: ["CKV_AWS_66", "CKV_AWS_338"], securityHub: ["CloudWatch.16"] },
    subjects: every("aws_cloudwatch_log_group"),
    check: (group, { isProduction }) => {
      const required = isProduction ? 365 : 30;
      const days = group.number("retention_in_days") ?? 0;
      // 0 means that events never expire.
      if (days === 0) return "its events never expire";
      return days < required && `its events are retained for ${days} days, at least ${required} are required`;
    },
  },
  {
    id: "kms-key-rotation",
    title: "Every KMS key is rotated each year and has a deletion window of 30 days",
    reason: "What a deleted key encrypted is lost, and rotation limits how much data one key version protects.",
    remedy: "Create the key with EncryptionKey.",
    controls: { checkov: ["CKV_AWS_7"], securityHub: ["KMS.4"], cis: ["3.6"] },
    subjects: every("aws_kms_key"),
    check: (key) => [
      key.flag("enable_key_rotation") !== true && "enable_key_rotation is off",
      (key.number("deletion_window_in_days") ?? 30) < 30 && "deletion_window_in_days is less than 30",
    ],
  },
  {
    id: "logs-and-secrets-use-kms-key",
    title: "Log groups and secrets are encrypted with the environment's KMS key",
    reason: "The key policy then controls in one place who may read them.",
    remedy: "Set kms_key_id to the ARN of the environment's key.",
    controls: { checkov: ["CKV_AWS_149", "CKV_AWS_158"] },
    subjects: every("aws_cloudwatch_log_group", "aws_secretsmanager_secret"),
    check: (resource) =>
      !resource.has("kms_key_id") && "it is encrypted with an AWS owned key, not with the environment's",
  },
  {
    id: "s3-blocks-public-access",
    title: "Every S3 bucket has all four public access block settings",
    reason: "Otherwise one wrong policy or ACL publishes the bucket's objects.",
    remedy: "Create the bucket with PrivateBucket.",
    controls: {
      checkov: ["CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56", "CKV2_AWS_6"],
      securityHub: ["S3.8"],
      cis: ["2.1.4"],
    },
    subjects: every("aws_s3_bucket"),
    check: (bucket, stack) => {
      const [block] = stack.referring("aws_s3_bucket_public_access_block", "bucket", bucket);
      if (block === undefined) return "has no public access block";
      return SETTINGS.map((setting) => block.flag(setting) !== true && `${setting} is off`);
    },
  },
  {
    id: "s3-encryption-and-versioning",
    title: "Every S3 bucket has an encryption configuration and versioning",
    reason: "Without versioning, an object that is overwritten or deleted by mistake is lost.",
    remedy: "Create the bucket with PrivateBucket.",
    controls: { checkov: ["CKV_AWS_19", "CKV_AWS_21"], securityHub: ["S3.14"] },
    subjects: every("aws_s3_bucket"),
    check: (bucket, stack) => {
      const [encryption] = stack.referring("aws_s3_bucket_server_side_encryption_configuration", "bucket", bucket);
      const [versioning] = stack.referring("aws_s3_bucket_versioning", "bucket", bucket);
      const status = versioning?.block("versioning_configuration")?.text("status");
      return [
        encryption === undefined && "it has no encryption configuration",
        status !== "Enabled" && "versioning is not enabled",
      ];
    },
  },
  {
    id: "s3-requires-tls",
    title: "Every S3 bucket denies requests without TLS",
    reason: "S3 accepts plain HTTP, which others on the network path can read.",
    remedy: "Create the bucket with PrivateBucket, whose policy denies such requests.",
    controls: { securityHub: ["S3.5"], cis: ["2.1.1"] },
    subjects: every("aws_s3_bucket"),
    check: (bucket, stack) => {
      const policies = stack.referring("aws_s3_bucket_policy", "bucket", bucket);
      const denies = policies
        .flatMap((policy) => statementsOf(policy, "policy"))
        .some(
          (statement) =>
            statement.effect === "Deny" &&
            statement.principals.AWS?.includes("*") === true &&
            statement.actions.includes("s3:*") &&
            statement.resources.length >= 2 &&
            statement.conditions.Bool?.["aws:SecureTransport"]?.join() === "false",
        );
      return !denies && "no statement denies requests without TLS to the bucket and its objects";
    },
  },
  {
    id: "state-bucket-prevents-destroy",
    title: "The state bucket has prevent_destroy, versioning and encryption with a KMS key",
    reason: "Without its state, Terraform cannot change existing resources and plans to create all of them again.",
    remedy: "Create the bucket with StateBucket, in a stack of its own.",
    controls: { checkov: ["CKV_AWS_21"], securityHub: ["S3.14"] },
    onlySynthesized: true,
    subjects: (stack) =>
      every("aws_s3_bucket")(stack).filter((each) => /-terraform-state(-|$)/.test(each.text("bucket") ?? "")),
    check: (bucket, stack) => {
      const [versioning] = stack.referring("aws_s3_bucket_versioning", "bucket", bucket);
      const [encryption] = stack.referring("aws_s3_bucket_server_side_encryption_configuration", "bucket", bucket);
      const algorithm = encryption
        ?.block("rule")
        ?.block("apply_server_side_encryption_by_default")
        ?.text("sse_algorithm");
      const status = versioning?.block("versioning_configuration")?.text("status");
      return [
        !bucket.isProtected && "prevent_destroy is off",
        bucket.flag("force_destroy") === true && "force_destroy is on",
        status !== "Enabled" && "versioning is not enabled",
        algorithm !== "aws:kms" && "it is not encrypted with a KMS key",
      ];
    },
  },
  {
    id: "terraform-backend-encryption-and-locking",
    title: "Terraform state is stored in S3, encrypted with a KMS key and locked, in one object for each stack",
    reason: "State can hold secrets, and two runs that write it at the same time corrupt it.",
    remedy: "Derive the stack from EnvironmentStack, which sets the backend.",
    controls: { securityHub: ["S3.17"] },
    onlySynthesized: true,
    subjects: theStack,
    check: (settings, { name }) => {
      const s3 = settings.block("terraform")?.block("backend")?.block("s3");
      if (s3 === undefined) return "has no S3 backend";
      return [
        s3.flag("encrypt") !== true && "encrypt is off",
        !s3.has("kms_key_id") && "kms_key_id is not set",
        s3.flag("use_lockfile") !== true && "use_lockfile is off",
        s3.text("key") !== `${name}.tfstate` && `key is not ${name}.tfstate`,
      ];
    },
  },
  {
    id: "terraform-state-has-no-secret",
    title: "No password or secret value is stored in Terraform's state",
    reason: "Everyone who may plan can read the state.",
    remedy: "Let RDS manage the master password, and write secrets by secret_string_wo.",
    subjects: every("aws_db_instance", "aws_secretsmanager_secret_version"),
    check: (resource) => [
      ...["password", "secret_string", "secret_binary"].map(
        (argument) => resource.has(argument) && `${argument} is stored in the state`,
      ),
      resource.type === "aws_db_instance" &&
        resource.flag("manage_master_user_password") !== true &&
        "manage_master_user_password is off",
    ],
  },
  {
    id: "terraform-versions-pinned",
    title: "Terraform has a minimum version and every provider an exact one",
    reason: "Another version of a provider can plan other changes than those that were reviewed.",
    remedy: "Write the version into src/config/catalog/versions.ts, and put it into required_providers.",
    onlySynthesized: true,
    subjects: theStack,
    check: (settings) => {
      const terraform = settings.block("terraform");
      const providers = terraform?.block("required_providers");
      return [
        terraform?.has("required_version") !== true && "required_version is missing",
        ...(providers?.names() ?? []).map((name) => {
          const version = providers?.block(name)?.text("version") ?? "none";
          return (
            !/^\d+\.\d+\.\d+$/.test(version) && `the version of provider ${name} is "${version}", not an exact one`
          );
        }),
      ];
    },
  },
];
