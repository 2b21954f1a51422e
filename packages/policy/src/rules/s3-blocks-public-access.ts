import { every, type Rule } from "../rule";

const SETTINGS = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];

export const s3BlocksPublicAccess: Rule = {
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
    return SETTINGS.map((setting) => (block.flag(setting) === true ? undefined : `${setting} is off`));
  },
};
