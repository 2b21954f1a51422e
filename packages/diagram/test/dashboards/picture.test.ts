import { dashboardsOf, monitorsOf, tilesOf } from "../../../../__tests__/support/datadog";
import { stagingInThreeZones, stagingWith, stagingWithZones } from "../../../../__tests__/support/environments";
import { production, staging } from "../../../../src/environments";
import { picturesOf } from "../../src/dashboards/pictures";
import { problemsOf } from "../../src/drawing/geometry";
import { type Item, panel, type Scene, text } from "../../src/drawing/scene";
import { toSvg } from "../../src/drawing/svg";
import { modes } from "../../src/drawing/theme";
import { faintIn } from "../contrast";
import { headingsOf, linesOf, picturesByName, stacksOf, wordsOf } from "./support";

const configurations = [
  ["production", () => production],
  ["staging", () => staging],
  ["three zones", stagingInThreeZones],
  ["no elastic group", () => stagingWith({ servers: { ...staging.servers, peakConnections: 40_000 } })],
  [
    "twenty servers",
    () =>
      stagingWithZones((_zone, number) => ({
        servers: Object.fromEntries(
          Array.from({ length: 10 }, (_, index) => [`api-${index + 1}`, `172.31.${number}.${index + 100}`]),
        ),
      })),
  ],
] as const;

describe.each(configurations)("given %s", (_name, environment) => {
  const scenes = picturesByName(environment());
  const dashboards = [...dashboardsOf(environment())].map(([tier, dashboard]) => ({
    tier,
    dashboard,
    scene: scenes.get(tier) ?? ({ items: [] } as unknown as Scene),
  }));

  test("each dashboard has a picture in which no text overlaps, leaves its card, is too small or too faint in either theme", () => {
    expect([...scenes.keys()].sort()).toEqual(["application", "data", "servers"]);
    for (const scene of scenes.values()) expect([...problemsOf(scene), ...faintIn(scene)]).toEqual([]);
  });

  test("every widget and every group has its own card", () => {
    for (const { dashboard, scene } of dashboards) {
      const titles = tilesOf(dashboard).flatMap(({ title }) => (title === undefined ? [] : [title]));
      const cards = scene.items.flatMap((item) => (item.kind === "box" ? [item.name] : []));
      for (const title of new Set(titles)) {
        const times = titles.filter((each) => each === title).length;
        expect(cards.filter((name) => name === title)).toHaveLength(times);
        expect(headingsOf(scene).filter((word) => word === title)).toHaveLength(times);
      }
      expect(cards.filter((name) => name === "note")).toHaveLength(1);
    }
  });

  test("every marker is drawn as a line with its label", () => {
    for (const { dashboard, scene } of dashboards) {
      const labels = tilesOf(dashboard).flatMap(({ markers = [] }) =>
        markers.map((marker) => (marker as { label?: string }).label?.trim() ?? ""),
      );
      const dashed = linesOf(scene).filter(({ paint }) => paint.stroke === "error" || paint.stroke === "warning");
      expect(dashed.map(({ name }) => name).sort()).toEqual([...labels].sort());
      for (const label of new Set(labels)) {
        expect(wordsOf(scene).filter((word) => word === label)).toHaveLength(
          labels.filter((each) => each === label).length,
        );
      }
    }
  });

  test("every line of every graph is drawn, and every named server has a line", () => {
    for (const { dashboard, scene } of dashboards) {
      const names = linesOf(scene).map(({ name }) => name);
      const graphs = tilesOf(dashboard).filter(({ type }) => type === "timeseries");
      for (const { requests = [] } of graphs) {
        for (const { queries = [], formulas = [] } of requests) {
          if (queries.some(({ query }) => query.includes(" by {") && !query.includes("by {server}"))) continue;
          for (const each of formulas) expect(names).toContain((each as unknown as { alias: string }).alias);
        }
      }
    }
    const servers = scenes.get("servers") ?? { items: [] };
    const names = servers.items.flatMap((item) => (item.kind === "shape" ? [item.name] : []));
    for (const { name: zone, servers: named } of environment().zones) {
      for (const server of Object.keys(named)) {
        expect(names.some((name) => name.startsWith(`${server}, ${zone}`))).toBe(true);
      }
    }
  });

  test("labels the data as sample data", () => {
    for (const scene of scenes.values()) {
      expect(wordsOf(scene)).toContain("SAMPLE DATA");
      expect(scene.title).toMatch(/\(sample data\)$/);
    }
  });
});

const shown = picturesByName(production);
const sceneNamed = (name: string): Scene => {
  const scene = shown.get(name);
  if (scene === undefined) throw new Error(`There is no picture ${name}`);
  return scene;
};

test("shortens only long names of monitors and instance ids", () => {
  const monitors = monitorsOf(production).map(({ name }) => name.replace("[dev-one-production] ", ""));
  for (const scene of shown.values()) {
    const cut = wordsOf(scene).filter((word) => word.endsWith("…"));
    const isMonitor = (word: string) => monitors.some((name) => name.startsWith(word.slice(0, -1)));
    expect(cut.filter((word) => !isMonitor(word) && !/, i-|^elastic-/.test(word))).toEqual([]);
  }
});

test("draws the same bytes in two runs, and the same shapes in both themes", () => {
  const [one, other] = [picturesOf(stacksOf(production), production), picturesOf(stacksOf(production), production)];
  expect(one).toEqual(other);
  expect(one.map(({ name }) => name).sort()).toEqual([
    "application",
    "application-dark",
    "data",
    "data-dark",
    "servers",
    "servers-dark",
  ]);
  const [light, dark] = modes.map((mode) => toSvg(sceneNamed("data"), mode).replaceAll(/#[0-9a-f]{6}/g, ""));
  expect(light).toBe(dark);
});

test("shows template variables with their values at the top", () => {
  expect(wordsOf(sceneNamed("servers"))).toEqual(expect.arrayContaining(["$server", "$zone", "$service", "*"]));
});

test("a graph with two lines for each server names the line of both in its legend", () => {
  const names = wordsOf(sceneNamed("servers"));
  expect(names).toEqual(expect.arrayContaining(["received, api-1, zone-1", "sent, api-1, zone-1"]));
});

test("places tiles by the columns and rows of the grid", () => {
  const place = (title: string) => {
    const found = sceneNamed("application").items.findLast((item) => item.kind === "box" && item.name === title);
    if (found?.kind !== "box") throw new Error(`There is no card ${title}`);
    return found;
  };
  const [first, second, third] = [
    "Answers, by class (servers' logs)",
    "Answers, by class (load balancer)",
    "5xx, % of requests",
  ].map(place);
  expect(first?.y).toBe(second?.y);
  expect(second?.y).toBe(third?.y);
  expect(first?.width).toBeCloseTo(third?.width ?? 0);
  expect(first?.x).toBeLessThan(second?.x ?? 0);
  expect(second?.x).toBeLessThan(third?.x ?? 0);
  const wide = place("API read latency (GET and HEAD): p50, p95");
  expect(wide.width).toBeGreaterThan(1.45 * (first?.width ?? 0));
  expect(wide.y).toBeGreaterThan(place("The slowest of a hundred: p99").y);
});

test("a number has the colour of its threshold", () => {
  const fillOf = (limit: number) =>
    picturesByName(production, (dashboard) => {
      for (const { definition } of dashboard.widgets.flatMap((group) => group.definition.widgets)) {
        if (definition.title !== "CPU of all servers") continue;
        const [request] = definition.requests as { conditional_formats: { value: number }[] }[];
        for (const format of request?.conditional_formats ?? []) format.value = limit;
      }
    })
      .get("servers")
      ?.items.find((item) => item.kind === "box" && item.name === "CPU of all servers");
  expect(fillOf(99)).toMatchObject({ paint: { fill: "okFill" } });
  expect(fillOf(1)).toMatchObject({ paint: { fill: "errorFill" } });
});

test("stacks the bars of one request, not those of two requests", () => {
  /** Lower edge of the first bar of a category of answers, from the top of the picture. */
  const foot = (change?: Parameters<typeof stacksOf>[1]) => {
    const scene = picturesByName(production, change).get("application") ?? sceneNamed("application");
    const path = linesOf(scene).findLast(({ name }) => name === "3xx")?.path ?? "";
    return Number(/^M[\d.]+ ([\d.]+)/.exec(path)?.[1]);
  };
  const apart = foot((dashboard) => {
    for (const { definition } of dashboard.widgets.flatMap((group) => group.definition.widgets)) {
      if (definition.title !== "Answers, by class (load balancer)") continue;
      const [request] = definition.requests as { formulas: unknown[] }[];
      definition.requests = request?.formulas.map((formula) => ({ ...request, formulas: [formula] }));
    }
  });
  expect(foot()).toBeLessThan(apart - 20);
});

describe("the readability check of a dashboard's picture reports", () => {
  const area = { x: 10, y: 10, width: 100, height: 50 };
  const cases: readonly (readonly [string, readonly Item[], RegExp])[] = [
    [
      "text that leaves its card",
      [panel("card", area, "tile"), text("long words here", 20, 40, area)],
      /"long words here" is larger than what it is in/,
    ],
    ["texts that overlap", [text("one", 20, 40, area), text("two", 25, 42, area)], /"one" overlaps "two"/],
    [
      "cards that overlap",
      [panel("one", area, "tile"), panel("two", { ...area, x: 50 }, "tile")],
      /box one overlaps the box two/,
    ],
    ["a card that leaves the picture", [panel("one", { ...area, x: 790 }, "tile")], /box one is larger/],
    ["small text", [text("small", 20, 40, area, { size: 9 })], /"small" is smaller than 10 px/],
  ];
  test.each(cases)("%s", (_name, items, problem) => {
    expect(problemsOf({ title: "", description: "", credit: "", width: 830, height: 400, items }).join("\n")).toMatch(
      problem,
    );
  });
});
