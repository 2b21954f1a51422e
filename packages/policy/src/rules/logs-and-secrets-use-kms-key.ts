import { every, type Rule } from "../rule";

export const logsAndSecretsUseKmsKey: Rule = {
  id: "logs-and-secrets-use-kms-key",
  title: "Log groups and secrets are encrypted with the environment's KMS key",
  reason: "The key policy then controls in one place who may read them.",
  remedy: "Set kms_key_id to the ARN of the environment's key.",
  controls: { checkov: ["CKV_AWS_149", "CKV_AWS_158"] },

  subjects: every("aws_cloudwatch_log_group", "aws_secretsmanager_secret"),
  check: (resource) =>
    resource.has("kms_key_id") ? undefined : "it is encrypted with an AWS owned key, not with the environment's",
};
