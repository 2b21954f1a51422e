import { fromSynthesis } from "@dev-one/terraform-json/resources";

import { fixture } from "../../../__tests__/fixtures/environment";
import { monitoringOf } from "../src/source/monitoring";
import { stacksOf } from "./support";

test("recipients are the handles in the monitors' messages, each with its number of monitors", () => {
  const [, monitoring] = stacksOf(fixture, (_platform, resources) => {
    const [first, second, ...others] = Object.values(resources.datadog_monitor ?? {});
    Object.assign(first ?? {}, { message: "{{#is_alert}}@opsgenie-acme @slack-acme-fixture-alerts{{/is_alert}}" });
    Object.assign(second ?? {}, { message: "@slack-acme-fixture-alerts, and @people@example.net." });
    for (const monitor of others) Object.assign(monitor, { message: "nobody" });
    const [channel] = Object.values(resources.datadog_integration_slack_channel ?? {});
    Object.assign(channel ?? {}, { account_name: "acme", channel_name: "#fixture-alerts" });
  });
  const stack = fromSynthesis(monitoring?.name ?? "", monitoring?.json ?? {});
  const about = { services: ["web"], shared: false };
  expect(monitoringOf(stack, new Set()).recipients).toEqual([
    { service: "Opsgenie", name: "acme", monitors: 1, about },
    { service: "Slack", name: "#fixture-alerts", monitors: 2, about },
    { service: "Mail", name: "people@example.net", monitors: 1, about },
  ]);
});
