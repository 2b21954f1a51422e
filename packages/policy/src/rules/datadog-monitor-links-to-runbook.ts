import { every, type Rule } from "../rule";

export const datadogMonitorLinksToRunbook: Rule = {
  id: "datadog-monitor-links-to-runbook",
  title: "Every Datadog monitor links to a heading of a runbook",
  reason: "The person on call must not have to search for what to do.",
  remedy: "Write `Runbook: https://...#heading` into the message.",
  controls: {},

  subjects: every("datadog_monitor"),
  check: (monitor) =>
    /\bRunbook: https:\/\/\S+#[\w-]+/.test(monitor.text("message") ?? "")
      ? undefined
      : "its message links to no heading of a runbook",
};
