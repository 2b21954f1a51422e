import type { JsonObject } from "@dev-one/cli/json";
import { fromSynthesis } from "@dev-one/terraform-json/resources";

import { fixture, sandbox } from "../../../__tests__/fixtures/environment";
import { fixtureWith, fixtureWithDatadog, threeZones, webOf, webWith } from "../../../__tests__/fixtures/variants";
import { synthesize } from "../../../__tests__/support/synthesis";
import { defineEnvironment, type Environment } from "../../../src/config";
import { catalogue, metricNamed, serviceChecks } from "../src/datadog";
import type { EmptyWindow } from "../src/evaluator/group";
import { readMonitors } from "../src/evaluator/monitor";
import { courseOf, type Failure, failures } from "../src/failures";
import { designOf } from "../src/platform/design";
import { simulate } from "../src/platform/platform";
import { alertsDocument, anchor, listenersOf } from "../src/report";
import { type Environmental, episodesOf, isPager, type Outcome, outcomeOf } from "../src/trials";
import { told } from "./support";

const environmentals = new Map<Environment, Environmental>();

function environmental(environment: Environment): Environmental {
  const { platform, monitoring } = synthesize(environment);
  const known = environmentals.get(environment) ?? {
    design: designOf(environment, fromSynthesis(platform.name, JSON.parse(platform.json) as JsonObject)),
    monitors: readMonitors(fromSynthesis(monitoring.name, JSON.parse(monitoring.json) as JsonObject)),
  };
  environmentals.set(environment, known);
  return known;
}

function failureNamed(id: string): Failure {
  const found = failures.find((failure) => failure.id === id);
  if (found === undefined) throw new Error(`There is no failure ${id}`);
  return found;
}

const outcomes = new Map<string, Outcome>();

/** The cached outcome of a failure. */
function outcomeIn(environment: Environment, id: string, emptyWindow: EmptyWindow = "zero"): Outcome {
  const key = `${environment.name} ${environment.zones.length} ${environment.datadog.paging.kind} ${webOf(environment).hasClients} ${id} ${emptyWindow}`;
  const outcome = outcomes.get(key) ?? outcomeOf(failureNamed(id), environmental(environment), emptyWindow);
  outcomes.set(key, outcome);
  return outcome;
}

const everyOutcome = (environment: Environment) => failures.map(({ id }) => outcomeIn(environment, id));

const SILENT = ["first-deployment", "normal-day", "deploy", "scale-in", "long-polls", "host-lost"];
/** An objective whose error budget eight failing requests in a thousand burn eight times too fast. */
const objectives = { ...webOf(fixture).objectives, availabilityPercent: 99.9 };
const live = fixtureWith({ services: webWith({ objectives }) });
/** The fixture before it has clients. */
const quiet = fixtureWith({ services: webWith({ objectives, hasClients: false }) });
const unpaged = defineEnvironment({ ...sandbox, services: webWith({ objectives, hasClients: false }) });
const LOST_ZONES = ["zone-lost", "other-zone-lost"];

/** The notifications to on call, without renotifications. */
function pagesOf({ notifications }: Outcome): string[] {
  return notifications.filter(({ to, event }) => event.kind === "transition" && to.some(isPager)).map(told);
}

describe.each([quiet, unpaged])("$name", (environment) => {
  test.each(SILENT)("sends no notification for %s", (id) => {
    expect(outcomeIn(environment, id).notifications.map((each) => `${each.monitor.id} ${told(each)}`)).toEqual([]);
  });

  test("all monitors but a few new ones, which docs/alerts.md lists, fire for at least one failure", () => {
    const fired = everyOutcome(environment).flatMap((each) =>
      episodesOf(each).filter(({ status }) => status !== "Warn"),
    );
    const unfired = new Set(environmental(environment).monitors.all.map(({ id }) => id));
    for (const { monitor } of fired) unfired.delete(monitor.id);
    expect([...unfired].slice(3)).toEqual([]);
  });

  test("every failure has notifications, except for those that must have none", () => {
    const unheard = everyOutcome(environment)
      .filter(({ notifications }) => notifications.every(({ to }) => to.length === 0))
      .map(({ failure }) => failure.id);
    expect(unheard).toEqual(SILENT);
  });

  test("every alert recovers, except for a forecast whose trend lasts for the whole week", () => {
    const lasting = everyOutcome(environment).flatMap((each) => {
      const episodes = episodesOf(each).filter(({ until }) => until === undefined);
      return episodes.map(({ monitor }) => `${each.failure.id}: ${monitor.id}`);
    });
    expect(lasting).toEqual(["data-grows: database-storage-forecast"]);
  });

  test("no monitor flaps: a recovered alert does not start again within the same failure", () => {
    for (const { failure, notifications } of everyOutcome(environment)) {
      const begins = notifications.filter(({ event }) => event.kind === "transition" && event.from === "OK");
      const names = begins.map(({ monitor, group }) => `${failure.id} ${monitor.id} ${JSON.stringify(group)}`);
      expect(names).toEqual([...new Set(names)]);
    }
  });

  test("recipients of an alert are told when it recovers or falls back to a warning", () => {
    const left: string[] = [];
    for (const { failure, notifications } of everyOutcome(environment)) {
      const heard = new Map<string, readonly string[]>();
      for (const { monitor, group, event, to } of notifications) {
        if (event.kind !== "transition") continue;
        const key = `${failure.id} ${monitor.id} ${JSON.stringify(group)}`;
        const missing = (heard.get(key) ?? []).filter((handle) => !to.includes(handle));
        if (event.from === "Alert" || event.from === "No Data") left.push(...missing.map((each) => `${key} ${each}`));
        heard.set(key, to);
      }
    }
    expect(left).toEqual([]);
  });
});

describe("on call", () => {
  test("is notified once of a failure and once of its recovery", () => {
    const pages = everyOutcome(quiet).map((outcome) => pagesOf(outcome).map((page) => page.replace(/^\d+ /, "")));
    const paging = pages.filter(({ length }) => length > 0);
    expect(paging.length).toBeGreaterThan(5);
    for (const each of paging) expect(each).toEqual(["OK>Alert", "Alert>OK"]);
  });

  describe.each(LOST_ZONES)("when a zone is lost: %s", (id) => {
    test.each(["zero", "nothing"] as const)(
      "is paged once although many monitors fire; an empty window is %s",
      (emptyWindow) => {
        const outcome = outcomeIn(quiet, id, emptyWindow);
        const pages = pagesOf(outcome);
        const [begins = NaN, ends = NaN] = pages.map((page) => Number(page.split(" ")[0]));
        expect(pages).toHaveLength(2);
        expect(begins).toBeLessThan(5);
        expect(ends).toBeGreaterThan(outcome.failure.minutes);
        const alerts = outcome.notifications.filter(({ event }) => event.kind === "transition" && event.to === "Alert");
        expect(alerts.length).toBeGreaterThan(5);
      },
    );

    test("is renotified of the same page every 30 minutes while it lasts", () => {
      const { notifications } = outcomeIn(quiet, id);
      const calls = notifications.filter(({ to }) => to.some(isPager));
      expect(calls.map(({ event }) => event.kind)).toEqual([
        "transition",
        "renotification",
        "renotification",
        "transition",
      ]);
      expect(new Set(calls.map(({ monitor }) => monitor.id))).toEqual(new Set(["page"]));
    });
  });

  test("is not paged for the first deployment, unless hasClients says that there are requests already", () => {
    expect(outcomeIn(quiet, "first-deployment").notifications).toEqual([]);
    expect(pagesOf(outcomeIn(live, "first-deployment"))).toHaveLength(1);
  });

  test("is paged for missing clients, and for their return, once hasClients is set", () => {
    expect(pagesOf(outcomeIn(live, "clients-cut-off"))).toHaveLength(2);
    expect(pagesOf(outcomeIn(quiet, "clients-cut-off"))).toEqual([]);
  });

  test("is paged for no further failure with clients, except for missing clients", () => {
    const paging = (environment: Environment) =>
      failures.filter(({ id }) => pagesOf(outcomeIn(environment, id)).length > 0).map(({ id }) => id);
    expect(paging(live).filter((id) => !paging(quiet).includes(id))).toEqual(["first-deployment", "clients-cut-off"]);
  });

  test.each([quiet, live])(
    "is not paged for lost logs, which are a ticket: $services.web.hasClients",
    (environment) => {
      const outcome = outcomeIn(environment, "logs-silent");
      expect(pagesOf(outcome)).toEqual([]);
      const tickets = episodesOf(outcome).filter(({ monitor }) => monitor.severity === "ticket");
      expect(tickets.map(({ monitor: { id }, status }) => `${id} ${status}`)).toEqual(["throughput-unlogged Alert"]);
    },
  );

  test("is paged for missing clients whatever an empty window is, because the metric does not end", () => {
    const told = (emptyWindow: EmptyWindow) => pagesOf(outcomeIn(live, "clients-cut-off", emptyWindow));
    expect(told("nothing")).toEqual(told("zero"));
  });

  test("is paged in the same way through Datadog On-Call", () => {
    const moved = fixtureWithDatadog({ paging: { kind: "datadog-on-call", team: "dev-one" } });
    expect(pagesOf(outcomeIn(moved, "zone-lost"))).toHaveLength(2);
  });

  test("is not notified of any failure in the sandbox, although its page alerts", () => {
    const all = everyOutcome(unpaged).flatMap(({ notifications }) => notifications);
    expect(all.filter(({ to }) => listenersOf(to).includes("on call"))).toEqual([]);
    expect(all.some(({ monitor, to }) => monitor.id === "page" && to.length > 0)).toBe(true);
  });
});

describe("docs/alerts.md", () => {
  const trials = () =>
    [quiet, unpaged].map((environment) => ({
      environment: environment.name,
      outcomes: everyOutcome(environment),
      notSimulated: [],
      silent: [],
    }));

  test("links every failure with notifications to its outcome", () => {
    const document = alertsDocument(trials());
    const headings = [...document.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchor(heading));
    const links = [...document.matchAll(/\]\(#([^)]*)\)/g)].map(([, link]) => link);
    expect(links).toHaveLength(failures.length - SILENT.length);
    expect(headings).toEqual(expect.arrayContaining(links));
    expect(new Set(headings).size).toBe(headings.length);
  });
});

describe("an environment with three zones", () => {
  const environment = fixtureWith({ ...threeZones, services: webWith({ hasClients: false }) });

  test.each([...SILENT, ...LOST_ZONES])("pages for a lost zone only: %s", (id) => {
    const { notifications } = outcomeIn(environment, id);
    const pages = notifications.filter(({ monitor, event }) => monitor.id === "page" && event.kind === "transition");
    expect(pages).toHaveLength(LOST_ZONES.includes(id) ? 2 : 0);
  });
});

describe("the model of the platform", () => {
  const { design } = environmental(quiet);
  const telemetry = simulate(design, courseOf(failureNamed("zone-lost"), design));

  test("sends only metrics, checks and tags that are in the catalogue", () => {
    for (const [metric, sources] of [...telemetry.metrics, ...telemetry.distributions]) {
      const entry = metricNamed(metric);
      expect([metric, entry]).toEqual([metric, expect.anything()]);
      for (const tags of sources.keys()) expect(entry?.tags).toEqual(expect.arrayContaining(Object.keys(tags)));
    }
    for (const [check, sources] of telemetry.checks) {
      for (const tags of sources.keys()) {
        expect(serviceChecks[check]?.tags).toEqual(expect.arrayContaining(Object.keys(tags)));
      }
    }
    expect(Object.keys(catalogue).length).toBeGreaterThan(telemetry.metrics.size);
  });

  const at = (metric: string, minute: number, tags: Readonly<Record<string, string>> = {}) =>
    [...(telemetry.metrics.get(metric)?.values() ?? [])]
      .filter((source) => Object.entries(tags).every(([key, value]) => source.tags[key] === value))
      .map(({ values }) => values[minute] ?? NaN)
      .filter((value) => !Number.isNaN(value));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

  test("removes the servers of a lost zone, and moves its clients to the other one, which scales out", () => {
    const [lost, other] = [design.databaseZone, design.zones.find((zone) => zone !== design.databaseZone) ?? ""];
    // The failure begins at minute 60.
    expect(at("system.uptime", 59, { zone: lost })).toHaveLength(design.serverNames.length);
    expect(at("system.uptime", 60, { zone: lost })).toHaveLength(0);
    expect(sum(at("nginx.net.connections", 75, { zone: other }))).toBeCloseTo(
      sum(at("nginx.net.connections", 59)),
      -3.5,
    );
    expect(at("system.uptime", 80, { zone: other }).length).toBeGreaterThan(design.serverNames.length);
    expect(at("system.uptime", 140, { zone: lost, fleet: "named" })).toHaveLength(design.serverNames.length);
  });

  /** The tags of the servers that run in a minute. */
  const running = (of: typeof telemetry, minute: number) =>
    [...(of.metrics.get("system.uptime") ?? [])].flatMap(([tags, { values }]) =>
      values[minute] === undefined ? [] : [tags],
    );

  test("replaces every server in a deployment, one at a time in each zone", () => {
    const deployed = simulate(design, courseOf(failureNamed("deploy"), design));
    const hosts = (minute: number) => running(deployed, minute);
    const before = hosts(0).map(({ host }) => host);
    for (let minute = 0; minute < deployed.minutes; minute += 1) {
      for (const zone of design.zones) {
        const there = hosts(minute).filter((tags) => tags.zone === zone);
        expect(there.length).toBeGreaterThanOrEqual(design.serverNames.length - 1);
      }
    }
    expect(hosts(deployed.minutes - 1).filter(({ host }) => before.includes(host))).toEqual([]);
  });

  test("scales out at noon, at most to the maximum size of the elastic group, and in again", () => {
    const noon = simulate(design, courseOf(failureNamed("scale-in"), design));
    const elastic = (minute: number) => running(noon, minute).filter(({ fleet }) => fleet === "elastic").length;
    const counts = Array.from({ length: noon.minutes }, (_, minute) => elastic(minute));
    expect(Math.max(...counts)).toBeGreaterThanOrEqual(design.zones.length);
    expect(Math.max(...counts)).toBeLessThanOrEqual(design.elastic?.maximum ?? 0);
    expect(counts.at(-1)).toBe(0);
  });
});
