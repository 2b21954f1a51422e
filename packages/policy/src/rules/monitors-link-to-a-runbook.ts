import { every, type Rule } from "../rule";

export const monitorsLinkToARunbook: Rule = {
  id: "monitors-link-to-a-runbook",
  title: "Every monitor says what to do: it links to a heading of a runbook",
  reason: "Whoever is woken at three reads, and does not search.",
  remedy: "Write `Runbook: https://...#heading` into the message.",
  controls: {},

  subjects: every("datadog_monitor"),
  judge: (monitor) =>
    /\bRunbook: https:\/\/\S+#[\w-]+/.test(monitor.text("message") ?? "")
      ? undefined
      : "its message links to no heading of a runbook",
};
