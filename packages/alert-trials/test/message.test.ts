import { checkMessage, handlesIn, recipientsOf } from "../src/evaluator/message";
import type { Status } from "../src/evaluator/status";

const MESSAGE = [
  "{{#is_alert}}**It is wrong**: {{value}} %.{{/is_alert}}",
  "{{#is_alert}}@opsgenie-x @slack-x-alerts{{/is_alert}}",
  "{{#is_alert_recovery}}@opsgenie-x @slack-x-alerts{{/is_alert_recovery}}",
  "{{#is_alert_to_warning}}@slack-x-alerts{{/is_alert_to_warning}}",
  "{{#is_warning}}@slack-x-warnings{{/is_warning}}",
  "{{#is_warning_recovery}}@slack-x-warnings{{/is_warning_recovery}}",
  "{{#is_no_data}}@people@dev-one.it.{{/is_no_data}}",
  "{{#is_recovery}}@slack-x-all{{/is_recovery}}",
].join("\n");

const to = (from: Status, become: Status) => recipientsOf(MESSAGE, { kind: "transition", from, to: become });

test("a message notifies the handles of the conditional blocks that apply", () => {
  expect(to("OK", "Alert")).toEqual(["@opsgenie-x", "@slack-x-alerts"]);
  expect(to("OK", "Warn")).toEqual(["@slack-x-warnings"]);
  expect(to("OK", "No Data")).toEqual(["@people@dev-one.it"]);
  expect(to("Alert", "OK")).toEqual(["@opsgenie-x", "@slack-x-alerts", "@slack-x-all"]);
});

test("an alert that falls back to a warning recovers as a warning, without notifying the recipients of alert recoveries", () => {
  expect(to("Alert", "Warn")).toEqual(["@slack-x-alerts", "@slack-x-warnings"]);
  expect(to("Warn", "OK")).toEqual(["@slack-x-warnings", "@slack-x-all"]);
});

test("handles outside of blocks are always notified, and those of an escalation message only by it", () => {
  expect(recipientsOf("@slack-x-y", { kind: "transition", from: "OK", to: "Warn" })).toEqual(["@slack-x-y"]);
  expect(recipientsOf(MESSAGE, { kind: "renotification", status: "Alert" })).toEqual([
    "@opsgenie-x",
    "@slack-x-alerts",
  ]);
  expect(handlesIn("Still wrong. @opsgenie-x @opsgenie-x")).toEqual(["@opsgenie-x"]);
});

test.each(['{{#is_match "host.name" "a"}}@x{{/is_match}}', "{{^is_alert}}@x{{/is_alert}}"])(
  "a block whose condition has no model is named: %s",
  (message) => {
    expect(() => {
      checkMessage(message);
    }).toThrow(/^the block \{\{[#^]is_\w+\}\} of its message has no model$/);
  },
);
