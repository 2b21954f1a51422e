import { statementsOf } from "../facts/statements";
import { every, type Rule } from "../rule";

export const s3RequiresTls: Rule = {
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
    return denies ? undefined : "no statement denies requests without TLS to the bucket and its objects";
  },
};
