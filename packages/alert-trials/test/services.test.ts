import type { JsonObject } from "@dev-one/cli/json";
import { fromSynthesis } from "@dev-one/terraform-json/resources";

import { fixture } from "../../../__tests__/fixtures/environment";
import { besideShop, eachName } from "../../../__tests__/fixtures/variants";
import { synthesize } from "../../../__tests__/support/synthesis";
import { evaluate } from "../src/evaluator/evaluate";
import { readMonitors } from "../src/evaluator/monitor";
import { courseOf, failures } from "../src/failures";
import { designOf } from "../src/platform/design";
import { simulate } from "../src/platform/platform";
import { monitorsOf, trialsOf } from "../src/trials";
import { telemetryOf, times, told } from "./support";

const stacksOf = ({ platform, monitoring }: ReturnType<typeof synthesize>) =>
  [platform, monitoring].map(({ name, json }) => ({ name, json: JSON.parse(json) as JsonObject, resources: 0 }));

const { monitoring } = synthesize(besideShop);
const stack = fromSynthesis(monitoring.name, JSON.parse(monitoring.json) as JsonObject);

test("a service with 1 % of the requests that is wholly down pages its owner, and not the platform", () => {
  const of = (service: string, category: string) => ({
    env: "fixture",
    project: "dev-one",
    service,
    status_category: category,
  });
  const requests = [
    [of("web", "ok"), times(60, 9900), () => 9900],
    [of("shop", "ok"), [...times(30, 100), ...times(30, 0)], () => 100],
    [of("shop", "error"), [...times(30, 0), ...times(30, 100)], () => 0],
  ] as const;
  const name = "dev_one.fixture.http.requests";
  const { notifications } = evaluate(readMonitors(stack), telemetryOf({ metrics: { [name]: requests } }));
  const ofPages = notifications.filter(({ monitor }) => /^(page|availability-fast-burn)/.test(monitor.id));
  const shown = ofPages.map((each) => `${each.monitor.id} ${told(each)}`).filter((line) => line.includes("Alert"));
  expect(shown.filter((line) => !line.includes("shop"))).toEqual([]);
  // A minute's failures are 1.7 % of the hour's requests: 16.7 times what 99.9 % allows. Of all requests they are 0.02 %.
  expect(shown.slice(0, 2)).toEqual(["availability-fast-burn-shop 30 OK>Alert", "page-shop 30 OK>Alert"]);
});

test("monitors of a service with a group of its own are not simulated, and are named with the reason", () => {
  const { all, notSimulated } = monitorsOf(besideShop, stack);
  expect(all.filter(({ id }) => id.endsWith("-shop"))).toEqual([]);
  expect(new Set(notSimulated.map(({ reason }) => reason))).toEqual(
    new Set(["the model of the platform has no servers of the service shop"]),
  );
  expect(notSimulated.length).toBeGreaterThan(20);
});

test("scales a service beside another one by the connections that its servers publish, as much as alone", () => {
  const [beside, alone] = [besideShop, fixture].map((environment) => {
    const { platform } = synthesize(environment);
    const design = designOf(environment, fromSynthesis(platform.name, JSON.parse(platform.json) as JsonObject));
    const noon = failures.find(({ id }) => id === "scale-in");
    if (noon === undefined) throw new Error("There is no failure scale-in");
    const uptimes = simulate(design, courseOf(noon, design)).metrics.get("system.uptime") ?? [];
    const elastic = [...uptimes].filter(([tags]) => tags.fleet === "elastic");
    return {
      design,
      launched: elastic.length,
      left: elastic.filter(([, { values }]) => !isNaN(values.at(-1) ?? NaN)).length,
    };
  });
  expect(beside?.design).toMatchObject({ serversPublish: true, connectionsGrowth: { threshold: 7200 } });
  expect(beside?.launched).toBeGreaterThan(0);
  expect(beside?.launched).toBe(alone?.launched);
  expect(beside?.left).toBe(0);
});

test("an environment without the elastic group is not simulated, and is named", () => {
  const [trial] = trialsOf(stacksOf(synthesize(eachName)), [eachName]);
  expect(trial?.notSimulated).toEqual([expect.stringMatching(/^not simulated: fixture: the platform has no /)]);
});
