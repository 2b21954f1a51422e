import { every, type Rule } from "../rule";

export const stateBucketSurvives: Rule = {
  id: "state-bucket-survives",
  title: "The state bucket cannot be destroyed, and gives back what it held before",
  reason: "Without its state, Terraform can change nothing that exists, and would build everything again.",
  remedy: "Make the bucket with StateBucket, in a stack of its own.",
  controls: { checkov: ["CKV_AWS_21"], securityHub: ["S3.14"] },
  onlySynthesized: true,
  subjects: (stack) =>
    every("aws_s3_bucket")(stack).filter((each) => /-terraform-state(-|$)/.test(each.text("bucket") ?? "")),
  judge: (bucket, stack) => {
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
      status === "Enabled" ? undefined : "old versions are not kept",
      algorithm === "aws:kms" ? undefined : "it is not encrypted with a key of ours",
    ];
  },
};
