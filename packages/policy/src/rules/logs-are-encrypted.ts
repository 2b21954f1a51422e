import { every, type Rule } from "../rule";

export const logsAreEncrypted: Rule = {
  id: "logs-are-encrypted",
  title: "Log groups and secrets are encrypted with the environment's key",
  reason: "Who may read them is then said in one place: the key.",
  remedy: "Set kms_key_id to the environment's key.",
  controls: { checkov: ["CKV_AWS_149", "CKV_AWS_158"] },

  subjects: every("aws_cloudwatch_log_group", "aws_secretsmanager_secret"),
  judge: (resource) => (resource.has("kms_key_id") ? undefined : "it is encrypted with Amazon's key, not ours"),
};
