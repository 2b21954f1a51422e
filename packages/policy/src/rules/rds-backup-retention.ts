import { every, type Rule } from "../rule";

export const rdsBackupRetention: Rule = {
  id: "rds-backup-retention",
  title:
    "RDS backups are retained for at least 7 days; in production for at least 30, with Multi-AZ and a final snapshot",
  reason: "Mistakes are noticed days later, and an Availability Zone can fail.",
  remedy:
    "Set database.backupRetentionDays and multiAz of the environment, and leave protectFromDestruction on in production.",
  controls: { checkov: ["CKV_AWS_133", "CKV_AWS_157"], securityHub: ["RDS.5", "RDS.11"] },

  subjects: every("aws_db_instance"),
  check: (database, { isProduction }) => {
    const days = database.number("backup_retention_period") ?? 0;
    const required = isProduction ? 30 : 7;
    return [
      days >= required ? undefined : `backup_retention_period is ${days}, at least ${required} is required`,
      isProduction && database.flag("multi_az") !== true ? "multi_az is off" : undefined,
      isProduction && database.flag("skip_final_snapshot") === true ? "skip_final_snapshot is on" : undefined,
    ];
  },
};
