import { everyInProduction, type Rule } from "../rule";

export const productionDeletionProtection: Rule = {
  id: "production-deletion-protection",
  title: "Production's load balancer and database have deletion protection",
  reason: "One wrong command must not delete them.",
  remedy: "Leave protectFromDestruction on in production.",
  controls: { checkov: ["CKV_AWS_150", "CKV_AWS_293"], securityHub: ["ELB.6", "RDS.8"] },

  subjects: everyInProduction("aws_lb", "aws_db_instance"),
  check: (resource) =>
    [resource.flag("enable_deletion_protection"), resource.flag("deletion_protection")].includes(true)
      ? undefined
      : "deletion protection is off",
};
