import { recipientsOf } from "../facts/monitor-message";
import { every, type Rule } from "../rule";

const PAGES = /^@(opsgenie|oncall|pagerduty|victorops|splunk|sms|team-oncall)-/;

export const datadogMonitorPagesForProductionOnly: Rule = {
  id: "datadog-monitor-pages-for-production-only",
  title: "Only monitors of production page a person",
  reason: "A page for staging at night costs the attention that production needs.",
  remedy: "Send the alert to a channel; use paging handles in production only.",
  controls: {},

  subjects: every("datadog_monitor"),
  check: (monitor, { isProduction }) => {
    if (isProduction) return undefined;
    const { all } = recipientsOf(monitor);
    return all.filter((handle) => PAGES.test(handle)).map((handle) => `it pages ${handle}`);
  },
};
