import { type Rule, theStack } from "../rule";

export const terraformBackendEncryptionAndLocking: Rule = {
  id: "terraform-backend-encryption-and-locking",
  title: "Terraform state is stored in S3, encrypted with a KMS key and locked, in one object for each stack",
  reason: "State can hold secrets, and two runs that write it at the same time corrupt it.",
  remedy: "Derive the stack from EnvironmentStack, which sets the backend.",
  controls: { securityHub: ["S3.17"] },
  onlySynthesized: true,
  subjects: theStack,
  check: (settings, { name }) => {
    const s3 = settings.block("terraform")?.block("backend")?.block("s3");
    if (s3 === undefined) return "has no S3 backend";
    return [
      s3.flag("encrypt") === true ? undefined : "encrypt is off",
      s3.has("kms_key_id") ? undefined : "kms_key_id is not set",
      s3.flag("use_lockfile") === true ? undefined : "use_lockfile is off",
      s3.text("key") === `${name}.tfstate` ? undefined : `key is not ${name}.tfstate`,
    ];
  },
};
