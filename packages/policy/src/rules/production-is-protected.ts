import { everyInProduction, type Rule } from "../rule";

export const productionIsProtected: Rule = {
  id: "production-is-protected",
  title: "Production's load balancer and database refuse to be deleted",
  reason: "One wrong command must not be able to take them.",
  remedy: "Leave protectFromDestruction on in production.",
  controls: { checkov: ["CKV_AWS_150", "CKV_AWS_293"], securityHub: ["ELB.6", "RDS.8"] },

  subjects: everyInProduction("aws_lb", "aws_db_instance"),
  judge: (resource) =>
    [resource.flag("enable_deletion_protection"), resource.flag("deletion_protection")].includes(true)
      ? undefined
      : "deletion protection is off",
};
