import { parseExpression, seriesIn } from "@dev-one/alert-trials/datadog";

import { signalsOf } from "../../src/monitoring";
import { Links } from "../../src/monitoring/monitors/links";
import { fixture } from "../fixtures/environment";
import { otherMonitoring, threeZones } from "../fixtures/variants";
import { type DashboardDocument, dashboardsOf, monitorNamed, monitorsOf, tilesOf } from "../support/datadog";

const dashboards = dashboardsOf(fixture);
const each = [...dashboards.entries()].map(([tier, dashboard]) => ({ tier, dashboard }));

const tilesIn = (tier: string) => each.flatMap((one) => (one.tier === tier ? tilesOf(one.dashboard) : []));

test("there are dashboards of application, data and servers", () => {
  expect([...dashboards.keys()].sort()).toEqual(["application", "data", "servers"]);
});

test.each([
  ["application", " $service"],
  ["servers", " $service"],
  ["data", ""],
])("graphs of %s show the roll-outs of the environment, and of the service that is selected", (tier, selected) => {
  const graphs = tilesIn(tier).filter(({ type }) => type === "timeseries");
  expect(graphs.length).toBeGreaterThan(8);
  for (const { events } of graphs)
    expect(events).toEqual([{ q: `source:my_apps env:fixture project:dev-one${selected}` }]);
});

test("errors and latency are shown for each version of each service, and a version can be selected", () => {
  const queriesOf = (title: string) =>
    tilesIn("application").flatMap((tile) =>
      tile.title === title
        ? (tile.requests ?? []).flatMap(({ queries = [] }) => queries.map(({ query }) => query))
        : [],
    );
  const filter = "env:fixture,project:dev-one";
  const variables = "$service,$zone,$version";
  expect(queriesOf("5xx by version, % of requests")).toEqual([
    `sum:dev_one.fixture.http.requests{${filter},status_category:error,${variables}} by {service,version}.as_count()`,
    `sum:dev_one.fixture.http.requests{${filter},${variables}} by {service,version}.as_count()`,
  ]);
  expect(queriesOf("Duration of a request by version: p95")).toEqual([
    `p95:dev_one.fixture.http.duration{${filter},${variables}} by {service,version}`,
  ]);
  expect(queriesOf("API read latency (GET and HEAD): p50, p95").join()).not.toContain("$version");
});

describe.each(each)("the dashboard of $tier", ({ tier, dashboard }) => {
  const tiles = tilesOf(dashboard);
  const graphs = tiles.filter(({ type }) => type === "timeseries");

  test("has all fields that Datadog would add, and no widget ids, so that a second plan is empty", () => {
    const { title, description, template_variables, widgets, ...others } = dashboard;
    expect([title, description, template_variables, widgets].map((each) => each.length > 0)).not.toContain(false);
    expect(others).toEqual({ layout_type: "ordered", reflow_type: "fixed", notify_list: [], tags: [] });
    expect(JSON.stringify(dashboard)).not.toContain('"id"');
  });

  test("begins with note, monitors and numbers, followed by named groups", () => {
    const [first, ...others] = dashboard.widgets.map(({ definition }) => definition);
    const types = (first?.widgets ?? []).map(({ definition }) => definition.type);
    expect(types.slice(0, 2)).toEqual(["note", "manage_status"]);
    expect(types.filter((type) => type === "query_value")).toHaveLength(tier === "servers" ? 5 : 4);
    expect(types.includes("slo_list")).toBe(tier === "application");
    expect(others.length).toBeGreaterThanOrEqual(2);
    for (const { type, title } of dashboard.widgets.map(({ definition }) => definition)) {
      expect(type).toBe("group");
      expect(title).toMatch(/^[A-Z]/);
    }
  });

  test("lists its own monitors and the one that pages", () => {
    const list = tiles.find(({ type }) => type === "manage_status")?.query ?? "";
    expect(list).toBe(`tag:("env:fixture" AND "project:dev-one") AND tag:("tier:${tier}" OR "tier:page")`);
    const tagged = (tag: string) => monitorsOf(fixture).filter(({ tags }) => tags.includes(tag));
    expect(tagged(`tier:${tier}`).length).toBeGreaterThan(5);
    expect(tagged("tier:page").map(({ id }) => id)).toEqual(["page"]);
  });

  test("colours a number by the thresholds of an alert with the same query", () => {
    const alerts = signalsOf(fixture).flatMap((signal) => signal.alerts);
    const coloured = tiles.filter(
      ({ type, requests = [] }) => type === "query_value" && requests[0]?.conditional_formats !== undefined,
    );
    expect(coloured.length).toBeGreaterThan(2);
    for (const { title, requests = [] } of coloured) {
      const [red] = requests[0]?.conditional_formats ?? [];
      const read = (requests[0]?.queries ?? []).map(({ query }) => query.replaceAll(/,\$\w+/g, ""));
      const same = alerts.filter(
        (alert) =>
          "thresholds" in alert &&
          alert.thresholds.critical === red?.value &&
          read.every((query) => {
            // Monitors of the only service read its servers, which are all.
            const [, after] = monitorNamed(fixture, alert.id).query.replaceAll(",service:web", "").split(query);
            // By host it would be another number.
            return after?.startsWith(" by ") === false;
          }),
      );
      expect([title, same.length]).toEqual([title, 1]);
    }
  });

  test("has every graph of its signals, and no other", () => {
    const titles = signalsOf(fixture)
      .filter((signal) => signal.tier === tier)
      .flatMap((signal) => signal.graphs.map(({ title }) => title));
    expect(graphs.map(({ title }) => title).sort()).toEqual(titles.sort());
  });

  test("has tiles that neither overlap nor exceed the grid", () => {
    for (const group of dashboard.widgets) {
      const inner = group.definition.widgets ?? [];
      const cells = inner.flatMap(({ layout: { x, y, width, height } }) =>
        Array.from({ length: width * height }, (_, cell) => `${x + (cell % width)},${y + Math.floor(cell / width)}`),
      );
      expect(new Set(cells).size).toBe(cells.length);
      for (const { layout } of inner) expect(layout.x + layout.width).toBeLessThanOrEqual(12);
      expect(group.layout.height).toBe(1 + Math.max(...inner.map(({ layout }) => layout.y + layout.height)));
    }
    const tops = dashboard.widgets.map(({ layout }) => layout.y);
    expect(tops).toEqual([...tops].sort((one, other) => one - other));
    expect(new Set(tops).size).toBe(tops.length);
  });

  test("links to the other dashboards, and each graph to its runbook", () => {
    const note = tiles.find(({ type }) => type === "note")?.content ?? "";
    for (const other of [...dashboards.keys()].filter((name) => name !== tier)) {
      expect(note).toContain(`[${other}](https://us5.datadoghq.com/dashboard/lists?q=dev-one-fixture%3A%20${other})`);
      expect(dashboards.get(other)?.title).toBe(`dev-one-fixture: ${other}`);
    }
    for (const graph of graphs) {
      expect(graph.custom_links?.[0]).toMatchObject({
        label: "Runbook",
        link: expect.stringContaining("/docs/runbooks/") as string,
      });
    }
  });

  test("uses every template variable, and no other", () => {
    const used = (document: DashboardDocument) =>
      new Set(
        tilesOf(document).flatMap(({ requests = [] }) =>
          requests.flatMap(({ queries = [] }) =>
            queries
              .flatMap(({ query }) => seriesIn(parseExpression(query)))
              .flatMap(({ filters }) => filters.flatMap((filter) => (filter.kind === "variable" ? [filter.name] : []))),
          ),
        ),
      );
    expect([...used(dashboard)].sort()).toEqual(dashboard.template_variables.map(({ name }) => name).sort());
  });
});

describe("a graph with thresholds", () => {
  const cpu = () => tilesIn("servers").find(({ title }) => title === "CPU of each server, %");

  test("draws them as markers", () => {
    expect(cpu()?.markers).toEqual([
      { value: "y = 92", display_type: "error dashed", label: " critical: 92% " },
      { value: "y = 86", display_type: "warning dashed", label: " warning: 86% " },
    ]);
  });

  test("moves them with the configuration", () => {
    const text = JSON.stringify(dashboardsOf(otherMonitoring).get("servers"));
    expect(text).toContain('"y = 95"');
    expect(text).not.toContain('"y = 92"');
  });

  test("colours its number red beyond critical, yellow beyond warning, green otherwise", () => {
    const number = tilesIn("data").find(({ type, title }) => type === "query_value" && title === "Free storage");
    expect(number?.requests?.[0]?.conditional_formats).toEqual([
      { comparator: "<", value: 4, palette: "white_on_red" },
      { comparator: "<", value: 8, palette: "white_on_yellow" },
      { comparator: ">=", value: 8, palette: "white_on_green" },
    ]);
  });
});

test.each([
  ["datadoghq.com", "https://app.datadoghq.com/"],
  ["datadoghq.eu", "https://app.datadoghq.eu/"],
  ["us5.datadoghq.com", "https://us5.datadoghq.com/"],
  ["uk1.datadoghq.com", "https://uk1.datadoghq.com/"],
])("links of monitors lead to the dashboards of the site %s", (site, start) => {
  const links = new Links({ namePrefix: "dev-one-fixture", site, runbooksUrl: "https://example.net/runbooks" });
  expect(links.dashboard("servers")).toBe(`${start}dashboard/lists?q=dev-one-fixture%3A%20servers`);
});

test.each([
  ["two zones", fixture, ["zone-5", "zone-6"]],
  ["three zones", threeZones, ["zone-5", "zone-6", "zone-7"]],
] as const)("the servers' numbers count the servers of each of %s, in one full row", (_name, environment, zones) => {
  const [first] = dashboardsOf(environment).get("servers")?.widgets ?? [];
  const numbers = (first?.definition.widgets ?? []).filter(({ definition }) => definition.type === "query_value");
  zones.forEach((zone, index) => {
    expect(numbers[index]?.definition.title).toBe(`Servers of ${zone}`);
    expect(JSON.stringify(numbers[index]?.definition.requests)).toContain(`zone:${zone},`);
  });
  expect(numbers.reduce((sum, { layout }) => sum + layout.width, 0)).toBe(12);
  expect(new Set(numbers.map(({ layout }) => layout.y)).size).toBe(1);
});
