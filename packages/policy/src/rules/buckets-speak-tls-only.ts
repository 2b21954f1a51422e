import { every, type Rule } from "../rule";
import { statementsOf } from "../statements";

export const bucketsSpeakTlsOnly: Rule = {
  id: "buckets-speak-tls-only",
  title: "Every bucket refuses requests without TLS",
  reason: "S3 answers plain HTTP to whoever asks so; what is read that way can be read by others.",
  remedy: "Make the bucket with PrivateBucket, whose policy denies such requests.",
  controls: { securityHub: ["S3.5"], cis: ["2.1.1"] },

  subjects: every("aws_s3_bucket"),
  judge: (bucket, stack) => {
    const policies = stack.referring("aws_s3_bucket_policy", "bucket", bucket);
    const refuses = policies
      .flatMap((policy) => statementsOf(policy, "policy"))
      .some(
        (statement) =>
          statement.effect === "Deny" &&
          statement.principals.AWS?.includes("*") === true &&
          statement.actions.includes("s3:*") &&
          statement.resources.length >= 2 &&
          statement.conditions.Bool?.["aws:SecureTransport"]?.join() === "false",
      );
    return refuses ? undefined : "no statement denies requests without TLS to the bucket and what is in it";
  },
};
