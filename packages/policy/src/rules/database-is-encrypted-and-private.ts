import { every, type Rule } from "../rule";

export const databaseIsEncryptedAndPrivate: Rule = {
  id: "database-is-encrypted-and-private",
  title: "Databases are encrypted with our key, closed to the public, and take TLS only",
  reason: "The data is what all of this protects.",
  remedy: "Make the database with Postgres.",
  controls: {
    checkov: ["CKV_AWS_16", "CKV_AWS_17", "CKV2_AWS_69"],
    securityHub: ["RDS.2", "RDS.3"],
    cis: ["2.3.1", "2.3.3"],
  },

  subjects: every("aws_db_instance"),
  judge: (database) => {
    const parameters = database.targets("parameter_group_name").flatMap((group) => group.blocks("parameter"));
    const forced = parameters.find((parameter) => parameter.text("name") === "rds.force_ssl");
    return [
      database.flag("storage_encrypted") === true && database.has("kms_key_id")
        ? undefined
        : "it is not encrypted with our key",
      database.flag("publicly_accessible") === true ? "it is publicly accessible" : undefined,
      forced?.text("value") === "1" ? undefined : "rds.force_ssl is not 1",
    ];
  },
};
