import { recipientsOf } from "../facts/monitor-message";
import { every, type Rule } from "../rule";

export const datadogMonitorHasRecipient: Rule = {
  id: "datadog-monitor-has-recipient",
  title: "Every Datadog monitor notifies a recipient when it alerts",
  reason: "Nobody sees an alert without a recipient.",
  remedy: "Write an @-handle into the message, inside {{#is_alert}} or outside of every condition.",
  controls: {},

  subjects: every("datadog_monitor"),
  check: (monitor) =>
    recipientsOf(monitor).alert.length > 0 ? undefined : "its message names no recipient for an alert",
};
