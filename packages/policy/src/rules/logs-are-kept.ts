import { every, type Rule } from "../rule";

export const logsAreKept: Rule = {
  id: "logs-are-kept",
  title: "Log groups keep their entries for a month; in production for a year",
  reason: "An attack is often found months after it began.",
  remedy: "Set logRetentionDays of the environment.",
  controls: { checkov: ["CKV_AWS_66", "CKV_AWS_338"], securityHub: ["CloudWatch.16"] },

  subjects: every("aws_cloudwatch_log_group"),
  judge: (group, { isProduction }) => {
    const wanted = isProduction ? 365 : 30;
    const days = group.number("retention_in_days") ?? 0;
    // 0 is Amazon's word for ever.
    if (days === 0) return "its entries are never deleted";
    return days >= wanted ? undefined : `its entries are kept for ${days} days, not ${wanted}`;
  },
};
