import type { JsonObject } from "@dev-one/cli/json";
import { fromSynthesis } from "@dev-one/terraform-json/resources";

import { besideShop, eachNameBesideShop, withJobs, withShop } from "../../../__tests__/fixtures/variants";
import { synthesize } from "../../../__tests__/support/synthesis";
import type { Environment } from "../../../src/config";
import { evaluate } from "../src/evaluator/evaluate";
import { readMonitors } from "../src/evaluator/monitor";
import { type Failure, failuresOf } from "../src/failures";
import { designOf } from "../src/platform/design";
import { TargetTracking } from "../src/platform/target-tracking";
import { alertsDocument } from "../src/report";
import { episodesOf, isPager, type Outcome, outcomeOf } from "../src/trials";
import { telemetryOf, times, told } from "./support";

/** A second service with two to six servers, which needs no database; its environment has no clients at night. */
const quietShop = withShop({ database: undefined });
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
  // The owner's team in Datadog On-Call, and no other recipient.
  expect(new Set(ofPages.flatMap(({ to }) => to).filter(isPager))).toEqual(new Set(["@oncall-shop"]));
});

/** Outcomes of some failures in an environment, by their ids, for services other than the first with the name of the service. */
function outcomesIn(environment: Environment, ...ids: readonly string[]): Map<string, Outcome> {
  const { platform, monitoring } = synthesize(environment);
  const [one, other] = [platform, monitoring].map(({ name, json }) =>
    fromSynthesis(name, JSON.parse(json) as JsonObject),
  );
  if (one === undefined || other === undefined) throw new Error("A stack is missing");
  const environmental = { design: designOf(environment, one), monitors: readMonitors(other) };
  const tried = failuresOf(environment).filter(({ id }) => ids.includes(id));
  const key = ({ id, title, service }: Failure) => (title.endsWith(` (${service})`) ? `${id} ${service}` : id);
  return new Map(tried.map((failure) => [key(failure), outcomeOf(failure, environmental)]));
}

/** Ids of the monitors that alerted, without warnings. */
const alertsOf = (outcome: Outcome | undefined): string[] =>
  episodesOf(outcome ?? { notifications: [] }).flatMap(({ monitor, status }) =>
    status === "Warn" ? [] : [monitor.id],
  );

const QUIET = ["first-deployment", "normal-day", "deploy", "scale-in", "long-polls", "host-lost"];

describe("a second service on a group of its own", () => {
  const outcomes = outcomesIn(
    quietShop,
    ...QUIET,
    "agents-silent",
    "database-down",
    "runaway-process",
    "service-down",
    "host-not-replaced",
    "peak-without-growth",
  );

  test.each(QUIET)("causes no alert: %s", (id) => {
    expect(alertsOf(outcomes.get(id))).toEqual([]);
  });

  test("has monitors of its own that fire, and page its owner alone where it needs no database", () => {
    expect(alertsOf(outcomes.get("agents-silent"))).toEqual(expect.arrayContaining(["uptime-group-shop", "page-shop"]));
    expect(alertsOf(outcomes.get("runaway-process"))).toEqual(["cpu-server"]);
    expect(alertsOf(outcomes.get("runaway-process shop"))).toEqual(["cpu-server-shop"]);
    const withoutDatabase = alertsOf(outcomes.get("database-down"));
    expect(withoutDatabase).toContain("page");
    expect(withoutDatabase.filter((id) => id.endsWith("-shop"))).toEqual([]);
  });

  test("is tried alone in what happens to one service, and in the document where other alerts follow than for the first", () => {
    expect(alertsOf(outcomes.get("service-down"))).toContain("page");
    expect(alertsOf(outcomes.get("service-down")).filter((id) => id.endsWith("-shop"))).toEqual([]);
    expect(alertsOf(outcomes.get("service-down shop"))).toContain("page-shop");
    expect(alertsOf(outcomes.get("service-down shop"))).not.toContain("page");
    expect(alertsOf(outcomes.get("host-not-replaced"))).toContain("uptime-agent");
    expect(alertsOf(outcomes.get("host-not-replaced")).filter((id) => id.endsWith("-shop"))).toEqual([]);
    const trial = { environment: "sandbox", outcomes: [...outcomes.values()], notSimulated: [], silent: [] };
    const headings = [...alertsDocument([trial]).matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toContain("One server dies, and AWS has no instance to replace it with, for two hours");
    expect(headings).not.toContain("A process takes all CPU of one server, for an hour (shop)");
    expect(alertsDocument([trial])).toContain("What happens to one service was tried on web, shop, ");
  });

  test("cannot launch what it wants when AWS has no instances", () => {
    expect(alertsOf(outcomes.get("peak-without-growth"))).toContain("groups-launch");
  });
});

test("target tracking grows a group three minutes above its target, to its maximum, and shrinks it after a quarter of an hour", () => {
  const group = new TargetTracking({ minimum: 2, maximum: 5 });
  const step = (minutes: number, inService: number, ...shares: number[]) => {
    for (let minute = 0; minute < minutes; minute += 1) group.step(inService, ...shares);
    return group.wanted;
  };
  expect(step(2, 2, 1.4, 0.2)).toBe(2);
  expect(step(1, 2, 1.4, 0.2)).toBe(3);
  expect(step(3, 3, 0.2, 4)).toBe(5);
  expect(step(60, 5, 0.95)).toBe(5);
  expect(step(14, 5, 0.3)).toBe(5);
  expect(step(1, 5, 0.3)).toBe(2);
});

test("an environment of services on some names and on a group of their own is simulated, without an elastic group", () => {
  const environment = eachNameBesideShop;
  const outcomes = outcomesIn(environment, "normal-day", "host-lost", "agents-silent", "memory-leak");
  expect(alertsOf(outcomes.get("normal-day"))).toEqual([]);
  expect(alertsOf(outcomes.get("host-lost"))).toEqual([]);
  const services = Object.keys(environment.services);
  const [first, ...others] = [...services.filter((name) => name !== "shop"), "shop"];
  expect(alertsOf(outcomes.get("memory-leak"))).toEqual([`memory-server-${first}`]);
  for (const name of others) {
    expect(alertsOf(outcomes.get(`memory-leak ${name}`))).toEqual([`memory-server-${name}`]);
  }
  expect(alertsOf(outcomes.get("agents-silent"))).toEqual(
    expect.arrayContaining(["uptime-zone-5", "uptime-group-shop", "uptime-group-web-2", "page-web-2"]),
  );
});

test("the elastic group beside another service scales by the connections that its servers publish", () => {
  const { platform } = synthesize(besideShop);
  const design = designOf(besideShop, fromSynthesis(platform.name, JSON.parse(platform.json) as JsonObject));
  expect(design.elastic).toMatchObject({ serversPublish: true, connectionsGrowth: { threshold: 7200 } });
  const outcome = outcomesIn(besideShop, "scale-in").get("scale-in");
  expect(alertsOf(outcome)).toEqual([]);
});

describe("nightly jobs, which are due at 03:30 and 23:59,", () => {
  const outcomes = outcomesIn(withJobs, "jobs-fail", "jobs-missing");
  const of = (id: string) => (outcomes.get(id)?.notifications ?? []).filter(({ event }) => event.kind === "transition");
  const shown = (id: string) => of(id).map((each) => `${each.monitor.id} ${told(each)}`);

  // Minutes count from 10:00: the runs are due after 839 and 1050. Datadog evaluates such a window every ten minutes, and waits five for a new group.
  test("that fail alert at once, each on its own, and resolve when 26 hours have passed without a failure", () => {
    expect(shown("jobs-fail")).toEqual([
      "jobs-failed 845 OK>Alert report",
      "jobs-failed 1065 OK>Alert cleanup",
      "jobs-failed 2400 Alert>OK report",
      "jobs-failed 2620 Alert>OK cleanup",
    ]);
  });

  test("that do not run alert 26 hours after their last run, and resolve with the next", () => {
    expect(shown("jobs-missing")).toEqual([
      "jobs-missing-report 960 OK>No Data",
      "jobs-missing-cleanup 1180 OK>No Data",
      "jobs-missing-report 2280 No Data>OK",
      "jobs-missing-cleanup 2500 No Data>OK",
    ]);
  });

  test("tell the channel of the service and the tracker", () => {
    const to = [...of("jobs-fail"), ...of("jobs-missing")].map((each) => each.to.join(" "));
    expect(new Set(to)).toEqual(new Set(["@slack-acme-web-alerts @tickets@example.net"]));
  });
});
