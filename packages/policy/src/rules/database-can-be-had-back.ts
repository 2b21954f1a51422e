import { every, type Rule } from "../rule";

export const databaseCanBeHadBack: Rule = {
  id: "database-can-be-had-back",
  title: "Databases are backed up for a week; in production for a month, with a standby and a last snapshot",
  reason: "Mistakes are noticed days later, and a zone can be lost.",
  remedy:
    "Set database.backupRetentionDays and multiAz of the environment, and leave protectFromDestruction on in production.",
  controls: { checkov: ["CKV_AWS_133", "CKV_AWS_157"], securityHub: ["RDS.5", "RDS.11"] },

  subjects: every("aws_db_instance"),
  judge: (database, { isProduction }) => {
    const days = database.number("backup_retention_period") ?? 0;
    const wanted = isProduction ? 30 : 7;
    return [
      days >= wanted ? undefined : `backups are kept for ${days} days, not ${wanted}`,
      isProduction && database.flag("multi_az") !== true ? "it has no standby in another zone" : undefined,
      isProduction && database.flag("skip_final_snapshot") === true ? "it leaves no last snapshot" : undefined,
    ];
  },
};
