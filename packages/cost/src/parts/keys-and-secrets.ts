import type { Part } from "../context";

export const keysAndSecrets: Part = {
  name: "keys and secrets",
  types: ["aws_kms_key", "aws_secretsmanager_secret"],
  addLines(context) {
    const keys = context.count("aws_kms_key");
    if (keys > 0) {
      context.line("KMS keys", "kmsKey", { value: keys, label: "keys", one: "key" });
      context.line("Requests to KMS", "kmsRequests", context.assume("kmsRequests", "requests"));
    }
    // RDS creates a secret for each master password that it manages.
    const managed = context
      .each("aws_db_instance", (instance) => instance.flag("manage_master_user_password") === true)
      .filter(Boolean);
    const secrets = context.count("aws_secretsmanager_secret") + managed.length;
    if (secrets > 0) {
      context.line("Secrets", "secret", { value: secrets, label: "secrets", one: "secret" });
      context.line("Requests to Secrets Manager", "secretRequests", context.assume("secretRequests", "requests"));
    }
  },
};
