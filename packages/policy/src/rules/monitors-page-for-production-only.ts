import { recipientsOf } from "../monitor-message";
import { every, type Rule } from "../rule";

const PAGES = /^@(opsgenie|oncall|pagerduty|victorops|splunk|sms|team-oncall)-/;

export const monitorsPageForProductionOnly: Rule = {
  id: "monitors-page-for-production-only",
  title: "Only production's monitors ring somebody's telephone",
  reason: "Who is woken for staging sleeps through production.",
  remedy: "Send it to a channel; paging handles belong to production.",
  controls: {},

  subjects: every("datadog_monitor"),
  judge: (monitor, { isProduction }) => {
    if (isProduction) return undefined;
    const { all } = recipientsOf(monitor);
    return all.filter((handle) => PAGES.test(handle)).map((handle) => `it pages ${handle}`);
  },
};
