import { every, type Rule } from "../rule";

export const keysRotate: Rule = {
  id: "keys-rotate",
  title: "Every key of ours is rotated each year, and can be had back for thirty days",
  reason:
    "What a deleted key encrypted is lost with it, and a key that never changes is worth more to a thief every year.",
  remedy: "Make the key with EncryptionKey.",
  controls: { checkov: ["CKV_AWS_7"], securityHub: ["KMS.4"], cis: ["3.6"] },

  subjects: every("aws_kms_key"),
  judge: (key) => [
    key.flag("enable_key_rotation") === true ? undefined : "enable_key_rotation is off",
    (key.number("deletion_window_in_days") ?? 30) >= 30 ? undefined : "it is gone in less than 30 days",
  ],
};
