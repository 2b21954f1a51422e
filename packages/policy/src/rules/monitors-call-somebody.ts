import { recipientsOf } from "../monitor-message";
import { every, type Rule } from "../rule";

export const monitorsCallSomebody: Rule = {
  id: "monitors-call-somebody",
  title: "Every monitor calls somebody when it alerts",
  reason: "An alert that nobody gets is none.",
  remedy: "Name recipients by @-handles inside {{#is_alert}}, or for all states.",
  controls: {},

  subjects: every("datadog_monitor"),
  judge: (monitor) => (recipientsOf(monitor).alert.length > 0 ? undefined : "its message calls nobody when it alerts"),
};
