import { isJsonObject, type JsonObject, objectAt } from "@dev-one/cli/json";
import { changesOf } from "@dev-one/terraform-json/read-plan";
import { fromSynthesis } from "@dev-one/terraform-json/resources";
import type { SynthesizedStack } from "@dev-one/terraform-json/synthesis";

import { productionWith } from "../../../../__tests__/support/environments";
import type { Environment } from "../../../../src/config";
import { describeChanges } from "../../src/second-plan";
import { MonitoringCloud } from "./support/datadog";
import { describeWithDatadog } from "./support/datadog-provider";

// The Datadog resources of staging's monitoring stack, with real Terraform and Datadog's provider, against a stand-in for Datadog's
// API.
jest.setTimeout(600_000);

let cloud: MonitoringCloud;

/** Every object that the stack creates at Datadog, except the external id, which cannot be deleted. */
const objectsOf = ({ name, json }: SynthesizedStack): number =>
  fromSynthesis(name, json).resources.filter(
    ({ type }) => type.startsWith("datadog_") && type !== "datadog_integration_aws_external_id",
  ).length;

/** The stack with another monitor, and that monitor's address. */
function withChangedMonitor(change: (monitor: JsonObject) => void): { stack: SynthesizedStack; address: string } {
  const stack = structuredClone(cloud.stack);
  const [[name, monitor] = []] = Object.entries(objectAt(stack.json, "resource", "datadog_monitor") ?? {});
  if (name === undefined || !isJsonObject(monitor)) throw new Error("the stack has no monitor");
  change(monitor);
  return { stack, address: `datadog_monitor.${name}` };
}

const describeIfThere = describeWithDatadog();

describeIfThere("staging's monitoring", () => {
  beforeAll(async () => {
    cloud = await MonitoringCloud.start();
  });

  afterAll(async () => {
    await cloud.stop();
  });

  test("is applied, and a second plan is empty", async () => {
    const deployment = await cloud.open("one");

    await deployment.apply();

    expect(cloud.organization.inventory()).toHaveLength(objectsOf(cloud.stack));
    expect(describeChanges(await deployment.plan())).toEqual([]);
  });

  test("plans only the one monitor that changed", async () => {
    const { stack, address } = withChangedMonitor((monitor) => {
      monitor.message = "Another message.";
    });

    const plan = await (await cloud.open("one", stack)).plan();

    expect(changesOf(plan).map((each) => [each.address, each.change.actions])).toEqual([[address, ["update"]]]);
  });

  test("the plan reports Datadog's error for an invalid monitor", async () => {
    const { stack, address } = withChangedMonitor((monitor) => {
      monitor.message = "{{#is_alert}}nobody closes this";
    });
    const deployment = await cloud.open("one", stack);

    await expect(deployment.plan()).rejects.toThrow(
      new RegExp(`${address.replaceAll(".", "\\.")}.*{{#is_alert}} is not closed`),
    );
  });

  test("retries after temporary errors of the API", async () => {
    cloud.api.faults.add({ answer: 429, method: "GET", times: 2 });
    cloud.api.faults.add({ answer: 503, method: "GET", times: 1 });

    expect(describeChanges(await (await cloud.open("one")).plan())).toEqual([]);
    cloud.api.faults.clear();
  });

  test("is destroyed completely", async () => {
    await (await cloud.open("one")).destroy();

    expect(cloud.organization.inventory()).toEqual([]);
  });

  test("after an API failure during an apply, the state keeps created objects, and the next apply creates the rest once", async () => {
    const { api } = cloud;
    const { port } = api;
    const deployment = await cloud.open("two");
    let made = 0;
    api.onAnswer(({ method, path, status }) => {
      if (method === "POST" && status < 300 && !path.endsWith("/validate")) made += 1;
      if (made === 12) api.faults.add({ answer: "disconnect" });
    });

    await expect(deployment.apply()).rejects.toThrow(/^terraform apply failed: /);
    await api.stop();

    const survivors = cloud.organization.inventory();
    expect(survivors.length).toBeGreaterThanOrEqual(10);
    expect(survivors.length).toBeLessThan(objectsOf(cloud.stack));
    expect(await deployment.countResources()).toBeGreaterThanOrEqual(survivors.length);

    await cloud.restartApi(port);
    const again = await cloud.open("two");
    // Objects that were created but could not be read are tainted, and Terraform replaces them; the others are unchanged.
    const replaced = changesOf(await again.plan()).filter(({ change }) => change.actions.includes("delete"));
    await again.apply();

    expect(cloud.organization.inventory()).toHaveLength(objectsOf(cloud.stack));
    const ids = new Set(cloud.organization.inventory().map(({ id }) => id));
    expect(survivors.filter(({ id }) => !ids.has(id))).toHaveLength(replaced.length);
    expect(describeChanges(await again.plan())).toEqual([]);
    await again.destroy();
    expect(cloud.organization.inventory()).toEqual([]);
  });
});

/** Settings that staging lacks: a pager, and maintenance windows of both kinds, a year from now. */
function productionWithEverything(): Environment {
  const moment = (hour: number) => `${new Date().getUTCFullYear() + 1}-06-06T0${hour}:00:00Z`;
  return productionWith({
    maintenance: {
      upgrade: { reason: "PostgreSQL restarts", window: { kind: "once", start: moment(1), end: moment(2) } },
      updates: { reason: "Minor versions", tiers: ["data"], window: { kind: "weekly", first: moment(3), minutes: 60 } },
    },
  });
}

describeIfThere("production's monitoring, with Opsgenie and planned work", () => {
  let everything: MonitoringCloud;

  beforeAll(async () => {
    everything = await MonitoringCloud.start(productionWithEverything());
  });

  afterAll(async () => {
    await everything.stop();
  });

  test("is applied, has an empty second plan, and is destroyed completely", async () => {
    const deployment = await everything.open("one");

    await deployment.apply();

    const kinds = new Set(everything.organization.inventory().map(({ kind }) => kind));
    expect([...kinds]).toEqual(expect.arrayContaining(["Opsgenie service", "downtime"]));
    expect(everything.organization.inventory()).toHaveLength(objectsOf(everything.stack));
    expect(describeChanges(await deployment.plan())).toEqual([]);

    await deployment.destroy();
    expect(everything.organization.inventory()).toEqual([]);
  });
});
