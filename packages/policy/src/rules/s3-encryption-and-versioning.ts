import { every, type Rule } from "../rule";

export const s3EncryptionAndVersioning: Rule = {
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
      encryption === undefined ? "it has no encryption configuration" : undefined,
      status === "Enabled" ? undefined : "versioning is not enabled",
    ];
  },
};
