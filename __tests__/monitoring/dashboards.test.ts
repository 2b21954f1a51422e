import { parseExpression, seriesIn } from "@dev-one/alert-trials/datadog";

import { production } from "../../src/environments/production";
import { signalsOf } from "../../src/monitoring";
import { type DashboardDocument, dashboardsOf, monitorNamed, monitorsOf, tilesOf } from "../support/datadog";
import { productionWith, stagingInThreeZones } from "../support/environments";

const dashboards = dashboardsOf(production);
const each = [...dashboards.entries()].map(([tier, dashboard]) => ({ tier, dashboard }));

function dashboardNamed(tier: string): DashboardDocument {
  const found = dashboards.get(tier);
  if (found === undefined) throw new Error(`There is no dashboard ${tier}`);
  return found;
}

test("there are three: what clients get, the servers, the data", () => {
  expect([...dashboards.keys()].sort()).toEqual(["application", "data", "servers"]);
});

describe.each(each)("$tier", ({ tier, dashboard }) => {
  const tiles = tilesOf(dashboard);
  const graphs = tiles.filter(({ type }) => type === "timeseries");

  test("says everything that Datadog would fill in, and no ids of widgets: a second plan is empty", () => {
    expect(Object.keys(dashboard).sort()).toEqual([
      "description",
      "layout_type",
      "notify_list",
      "reflow_type",
      "tags",
      "template_variables",
      "title",
      "widgets",
    ]);
    expect(dashboard).toMatchObject({ layout_type: "ordered", reflow_type: "fixed", notify_list: [], tags: [] });
    expect(JSON.stringify(dashboard)).not.toContain('"id"');
  });

  test("begins with what is wrong, in words and numbers, and goes on in named groups", () => {
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

  test("lists its own monitors, and the one that pages, whatever is looked at", () => {
    const list = tiles.find(({ type }) => type === "manage_status")?.query ?? "";
    expect(list).toBe(`tag:("env:production" AND "project:dev-one") AND tag:("tier:${tier}" OR "tier:page")`);
    const tagged = (tag: string) => monitorsOf(production).filter(({ tags }) => tags.includes(tag));
    expect(tagged(`tier:${tier}`).length).toBeGreaterThan(5);
    expect(tagged("tier:page").map(({ id }) => id)).toEqual(["page"]);
  });

  test("colours a number only by thresholds of an alert about that very number", () => {
    const alerts = signalsOf(production).flatMap((signal) => signal.alerts);
    const coloured = tiles.filter(
      ({ type, requests = [] }) => type === "query_value" && requests[0]?.conditional_formats !== undefined,
    );
    expect(coloured.length).toBeGreaterThan(2);
    for (const { title, requests = [] } of coloured) {
      const [red] = requests[0]?.conditional_formats ?? [];
      const read = (requests[0]?.queries ?? []).map(({ query }) => query.replaceAll(/,\$\w+/g, ""));
      const same = alerts.filter(
        (alert) =>
          "levels" in alert &&
          alert.levels.critical === red?.value &&
          read.every((query) => {
            const [, after] = monitorNamed(production, alert.id).query.split(query);
            // By host it would be another number.
            return after?.startsWith(" by ") === false;
          }),
      );
      expect([title, same.length]).toEqual([title, 1]);
    }
  });

  test("shows every graph of its signals, and no other signal's", () => {
    const titles = signalsOf(production)
      .filter((signal) => signal.tier === tier)
      .flatMap((signal) => signal.graphs.map(({ title }) => title));
    expect(graphs.map(({ title }) => title).sort()).toEqual(titles.sort());
  });

  test("has tiles that neither overlap nor leave the grid", () => {
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

  test("links to the other two, and from each graph to what to do", () => {
    const note = tiles.find(({ type }) => type === "note")?.content ?? "";
    for (const other of [...dashboards.keys()].filter((name) => name !== tier)) {
      expect(note).toContain(
        `[${other}](https://app.datadoghq.com/dashboard/lists?q=dev-one-production%3A%20${other})`,
      );
      expect(dashboards.get(other)?.title).toBe(`dev-one-production: ${other}`);
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
  const cpu = () => tilesOf(dashboardNamed("servers")).find(({ title }) => title === "CPU of each server, %");

  test("draws them where the alert has them", () => {
    expect(cpu()?.markers).toEqual([
      { value: "y = 90", display_type: "error dashed", label: " critical: 90% " },
      { value: "y = 85", display_type: "warning dashed", label: " warning: 85% " },
    ]);
  });

  test("moves them with the configuration", () => {
    const changed = productionWith({ thresholds: { cpuPercent: { critical: 95 } } });
    const text = JSON.stringify(dashboardsOf(changed).get("servers"));
    expect(text).toContain('"y = 95"');
    expect(text).not.toContain('"y = 90"');
  });

  test("colours its number the same way: red from critical on, green while all is well", () => {
    const number = tilesOf(dashboardNamed("data")).find(
      ({ type, title }) => type === "query_value" && title === "Free storage",
    );
    expect(number?.requests?.[0]?.conditional_formats).toEqual([
      { comparator: "<", value: 5, palette: "white_on_red" },
      { comparator: "<", value: 9, palette: "white_on_yellow" },
      { comparator: ">=", value: 9, palette: "white_on_green" },
    ]);
  });
});

test.each([
  ["datadoghq.eu", "https://app.datadoghq.eu/"],
  ["us3.datadoghq.com", "https://us3.datadoghq.com/"],
])("monitors of %s lead to its dashboards", (site, start) => {
  const { message } = monitorNamed(productionWith({ site }), "cpu-server");
  expect(message).toContain(`Dashboard: ${start}dashboard/lists?q=`);
});

describe("the servers' numbers", () => {
  test.each([
    ["two zones", production, ["zone-1", "zone-2"]],
    ["three zones", stagingInThreeZones(), ["zone-1", "zone-2", "zone-3"]],
  ] as const)("count every zone of %s, in one row that is full", (_name, environment, zones) => {
    const [first] = dashboardsOf(environment).get("servers")?.widgets ?? [];
    const numbers = (first?.definition.widgets ?? []).filter(({ definition }) => definition.type === "query_value");
    const titles = numbers.map(({ definition }) => definition.title);
    expect(titles.slice(0, zones.length)).toEqual(zones.map((zone) => `Servers of ${zone}`));
    zones.forEach((zone, index) => {
      expect(JSON.stringify(numbers[index]?.definition.requests)).toContain(`zone:${zone},`);
    });
    expect(numbers.reduce((sum, { layout }) => sum + layout.width, 0)).toBe(12);
    expect(new Set(numbers.map(({ layout }) => layout.y)).size).toBe(1);
  });
});
