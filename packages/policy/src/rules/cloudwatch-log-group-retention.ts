import { every, type Rule } from "../rule";

export const cloudwatchLogGroupRetention: Rule = {
  id: "cloudwatch-log-group-retention",
  title: "CloudWatch log groups retain events for at least 30 days, in production for at least 365",
  reason: "An attack is often found months after it began.",
  remedy: "Set logRetentionDays of the environment.",
  controls: { checkov: ["CKV_AWS_66", "CKV_AWS_338"], securityHub: ["CloudWatch.16"] },

  subjects: every("aws_cloudwatch_log_group"),
  check: (group, { isProduction }) => {
    const required = isProduction ? 365 : 30;
    const days = group.number("retention_in_days") ?? 0;
    // 0 means that events never expire.
    if (days === 0) return "its events never expire";
    return days >= required ? undefined : `its events are retained for ${days} days, at least ${required} are required`;
  },
};
