import { every, type Rule } from "../rule";

export const stateBucketPreventsDestroy: Rule = {
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
      bucket.isProtected ? undefined : "prevent_destroy is off",
      bucket.flag("force_destroy") === true ? "force_destroy is on" : undefined,
      status === "Enabled" ? undefined : "versioning is not enabled",
      algorithm === "aws:kms" ? undefined : "it is not encrypted with a KMS key",
    ];
  },
};
