import { every, type Rule } from "../rule";

export const bucketsAreEncryptedAndVersioned: Rule = {
  id: "buckets-are-encrypted-and-versioned",
  title: "Every bucket names its encryption and keeps old versions",
  reason: "An object that was overwritten or deleted by mistake is otherwise gone.",
  remedy: "Make the bucket with PrivateBucket.",
  controls: { checkov: ["CKV_AWS_19", "CKV_AWS_21"], securityHub: ["S3.14"] },

  subjects: every("aws_s3_bucket"),
  judge: (bucket, stack) => {
    const [encryption] = stack.referring("aws_s3_bucket_server_side_encryption_configuration", "bucket", bucket);
    const [versioning] = stack.referring("aws_s3_bucket_versioning", "bucket", bucket);
    const status = versioning?.block("versioning_configuration")?.text("status");
    return [
      encryption === undefined ? "its encryption is not written down" : undefined,
      status === "Enabled" ? undefined : "old versions are not kept",
    ];
  },
};
