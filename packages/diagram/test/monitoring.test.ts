import type { JsonObject } from "@dev-one/cli/json";

import { synthesize } from "../../../__tests__/support/synthesis";
import type { Environment } from "../../../src/config";
import { production, staging } from "../../../src/environments";
import { problemsOf } from "../src/drawing/geometry";
import { monitoringScene } from "../src/layout/monitoring";
import { platformOf } from "../src/source/model";
import { monitoringOf } from "../src/source/monitoring";
import { TerraformJson } from "../src/source/terraform-json";
import { faintIn } from "./contrast";
import { type Resources, stackOf } from "./support";

function monitoringStack(environment: Environment, change: (resources: Resources) => void = () => undefined) {
  const { monitoring } = synthesize(environment);
  const json = JSON.parse(monitoring.json) as JsonObject;
  change(json.resource as unknown as Resources);
  return new TerraformJson(monitoring.name, json);
}

test.each([staging, production])("$name: the picture is readable", (environment) => {
  const scene = monitoringScene(platformOf(stackOf(environment)), monitoringOf(monitoringStack(environment)));
  expect(problemsOf(scene)).toEqual([]);
  expect(faintIn(scene)).toEqual([]);
});

test("recipients are the handles in the monitors' messages, each with its number of monitors", () => {
  const stack = monitoringStack(production, (resources) => {
    const [first, second, ...others] = Object.values(resources.datadog_monitor ?? {});
    Object.assign(first ?? {}, {
      message: "{{#is_alert}}@opsgenie-dev-one @slack-dev-one-dev-one-production-alerts{{/is_alert}}",
    });
    Object.assign(second ?? {}, { message: "@slack-dev-one-dev-one-production-alerts, and @people@dev-one.it." });
    for (const monitor of others) Object.assign(monitor, { message: "nobody" });
  });
  expect(monitoringOf(stack).recipients).toEqual([
    { service: "Opsgenie", name: "dev-one", monitors: 1 },
    { service: "Slack", name: "#dev-one-production-alerts", monitors: 2 },
    { service: "Mail", name: "people@dev-one.it", monitors: 1 },
  ]);
});

test("refuses a resource type that is neither drawn nor left out", () => {
  const stack = monitoringStack(staging, (resources) => {
    resources.datadog_synthetics_test = { probe: { "//": { metadata: { path: "staging-monitoring/probe" } } } };
  });
  expect(() => monitoringOf(stack)).toThrow(/neither draws nor leaves out datadog_synthetics_test/);
});
