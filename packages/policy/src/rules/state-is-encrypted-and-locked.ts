import { type Rule, theStack } from "../rule";

export const stateIsEncryptedAndLocked: Rule = {
  id: "state-is-encrypted-and-locked",
  title: "State lives in S3: encrypted with a key of ours, locked, one object for each stack",
  reason: "State holds what Terraform knows, secrets included, and two runs that write it at once destroy it.",
  remedy: "Build the stack on EnvironmentStack, which sets the backend.",
  controls: { securityHub: ["S3.17"] },
  onlySynthesized: true,
  subjects: theStack,
  judge: (settings, { name }) => {
    const s3 = settings.block("terraform")?.block("backend")?.block("s3");
    if (s3 === undefined) return "has no S3 backend";
    return [
      s3.flag("encrypt") === true ? undefined : "encrypt is off",
      s3.has("kms_key_id") ? undefined : "no key is named",
      s3.flag("use_lockfile") === true ? undefined : "use_lockfile is off",
      s3.text("key") === `${name}.tfstate` ? undefined : `the object is not ${name}.tfstate`,
    ];
  },
};
