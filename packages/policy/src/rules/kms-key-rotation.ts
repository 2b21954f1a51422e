import { every, type Rule } from "../rule";

export const kmsKeyRotation: Rule = {
  id: "kms-key-rotation",
  title: "Every KMS key is rotated each year and has a deletion window of 30 days",
  reason: "What a deleted key encrypted is lost, and rotation limits how much data one key version protects.",
  remedy: "Create the key with EncryptionKey.",
  controls: { checkov: ["CKV_AWS_7"], securityHub: ["KMS.4"], cis: ["3.6"] },

  subjects: every("aws_kms_key"),
  check: (key) => [
    key.flag("enable_key_rotation") === true ? undefined : "enable_key_rotation is off",
    (key.number("deletion_window_in_days") ?? 30) >= 30 ? undefined : "deletion_window_in_days is less than 30",
  ],
};
