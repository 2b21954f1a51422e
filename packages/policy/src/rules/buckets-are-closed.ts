import { every, type Rule } from "../rule";

const WAYS = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];

export const bucketsAreClosed: Rule = {
  id: "buckets-are-closed",
  title: "Every bucket blocks public access, in all four ways",
  reason: "One wrong policy or ACL on an open bucket shows its content to the world.",
  remedy: "Make the bucket with PrivateBucket.",
  controls: {
    checkov: ["CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56", "CKV2_AWS_6"],
    securityHub: ["S3.8"],
    cis: ["2.1.4"],
  },

  subjects: every("aws_s3_bucket"),
  judge: (bucket, stack) => {
    const [block] = stack.referring("aws_s3_bucket_public_access_block", "bucket", bucket);
    if (block === undefined) return "has no public access block";
    return WAYS.map((way) => (block.flag(way) === true ? undefined : `${way} is off`));
  },
};
