import { every, type Rule } from "../rule";

export const rdsEncryptionAndNoPublicAccess: Rule = {
  id: "rds-encryption-and-no-public-access",
  title: "RDS instances are encrypted with the environment's KMS key, are not publicly accessible and accept TLS only",
  reason: "The database holds the data that must stay confidential.",
  remedy: "Create the database with Postgres.",
  controls: {
    checkov: ["CKV_AWS_16", "CKV_AWS_17", "CKV2_AWS_69"],
    securityHub: ["RDS.2", "RDS.3"],
    cis: ["2.3.1", "2.3.3"],
  },

  subjects: every("aws_db_instance"),
  check: (database) => {
    const parameters = database.targets("parameter_group_name").flatMap((group) => group.blocks("parameter"));
    const forceSsl = parameters.find((parameter) => parameter.text("name") === "rds.force_ssl");
    return [
      database.flag("storage_encrypted") === true && database.has("kms_key_id")
        ? undefined
        : "it is not encrypted with the environment's KMS key",
      database.flag("publicly_accessible") === true ? "it is publicly accessible" : undefined,
      forceSsl?.text("value") === "1" ? undefined : "rds.force_ssl is not 1",
    ];
  },
};
