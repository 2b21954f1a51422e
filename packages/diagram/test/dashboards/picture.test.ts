import { readdirSync } from "node:fs";

import { fixture } from "../../../../__tests__/fixtures/environment";
import { eachNameBesideShop } from "../../../../__tests__/fixtures/variants";
import { dashboardsOf, tilesOf } from "../../../../__tests__/support/datadog";
import { problemsOf } from "../../src/drawing/geometry";
import type { Scene } from "../../src/drawing/scene";
import { toSvg } from "../../src/drawing/svg";
import { modes } from "../../src/drawing/theme";
import { faintIn } from "../contrast";
import {
  type Change,
  configurations,
  dashboards,
  headingsOf,
  linesOf,
  previewed,
  type Widget,
  wordsOf,
} from "../support";

describe.each(configurations)("given %s", (_name, environment) => {
  const { scenes, notes } = previewed(environment);
  const all = [...dashboardsOf(environment)].map(([tier, dashboard]) => ({
    tier,
    dashboard,
    scene: scenes.get(tier) ?? ({ items: [] } as unknown as Scene),
  }));

  test("each dashboard has a picture in which no text overlaps, leaves its card, is too small or too faint in either theme", () => {
    expect(notes).toEqual([]);
    expect([...scenes.keys()].sort()).toEqual(["application", "data", "servers"]);
    for (const scene of scenes.values()) expect([...problemsOf(scene), ...faintIn(scene)]).toEqual([]);
  });

  test("every widget and every group has its own card", () => {
    for (const { dashboard, scene } of all) {
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
    for (const { dashboard, scene } of all) {
      const markers = tilesOf(dashboard).flatMap((tile) => (tile.markers ?? []) as readonly { label?: string }[]);
      const labels = markers.map(({ label = "" }) => label.trim()).sort();
      const dashed = linesOf(scene).filter(({ paint }) => paint.stroke === "error" || paint.stroke === "warning");
      expect(dashed.map(({ name }) => name).sort()).toEqual(labels);
      const words = wordsOf(scene).filter((word) => labels.includes(word));
      expect(words.sort()).toEqual(labels);
    }
  });

  test("every line of every graph is drawn, and every named server has a line", () => {
    for (const { dashboard, scene } of all) {
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
    for (const { name: zone, servers: named } of environment.zones) {
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

const { scenes: shown } = previewed(fixture);
const sceneNamed = (name: string, change?: Change): Scene => {
  const scene = (change === undefined ? shown : previewed(fixture, change).scenes).get(name);
  if (scene === undefined) throw new Error(`There is no picture ${name}`);
  return scene;
};
/** Changes the widgets of a title in every dashboard. */
const titled = (title: string, change: (definition: Widget["definition"]) => void): Change =>
  dashboards(({ widgets }) => {
    for (const { definition } of widgets.flatMap((group) => group.definition.widgets)) {
      if (definition.title === title) change(definition);
    }
  });

test("draws the same in two runs and in both themes, and has a file of each picture", () => {
  expect(previewed(fixture).scenes).toEqual(shown);
  const [light, dark] = modes.map((mode) => toSvg(sceneNamed("data"), mode).replaceAll(/#[0-9a-f]{6}/g, ""));
  expect(light).toBe(dark);
  const files = [...shown.keys()].flatMap((name) =>
    [".png", ".svg", "-dark.png", "-dark.svg"].map((end) => name + end),
  );
  expect(readdirSync("docs/dashboards").sort()).toEqual(["README.md", ...files].sort());
});

test("shows template variables, and the line of both queries of a server in the legend", () => {
  const words = wordsOf(sceneNamed("servers"));
  expect(words).toEqual(expect.arrayContaining(["$server", "$zone", "$service", "*"]));
  for (const query of ["received", "sent"]) expect(words.some((word) => word.startsWith(`${query}, `))).toBe(true);
});

test("places tiles by the columns and rows of the grid", () => {
  const place = (title: string) => {
    const found = sceneNamed("application").items.findLast((item) => item.kind === "box" && item.name === title);
    if (found?.kind !== "box") throw new Error(`There is no card ${title}`);
    return found;
  };
  const logs = place("Answers, by class (servers' logs)");
  const balancer = place("Answers, by class (load balancer)");
  const errors = place("5xx, % of requests");
  expect([balancer.y, errors.y]).toEqual([logs.y, logs.y]);
  expect(errors.width).toBeCloseTo(logs.width);
  expect([logs, balancer, errors].map(({ x }) => x).sort((a, b) => a - b)).toEqual([logs.x, balancer.x, errors.x]);
  const wide = place("API read latency (GET and HEAD): p50, p95");
  expect(wide.width).toBeGreaterThan(1.45 * logs.width);
  expect(wide.y).toBeGreaterThan(place("The slowest of a hundred: p99").y);
});

test("more objectives than fit are rows with the lowest status first, and the number of the rest", () => {
  const words = wordsOf(
    previewed(eachNameBesideShop).scenes.get("application") ?? { ...sceneNamed("application"), items: [] },
  );
  const statuses = words.flatMap((word, index) =>
    /^Requests (that|within)/.test(word) ? [words[index + 1] ?? ""] : [],
  );
  expect(statuses.length).toBeGreaterThan(2);
  expect(statuses).toEqual([...statuses].sort());
  expect(words).toContain(`+ ${8 - statuses.length} more, which are better`);
});

test("a number has the colour of its threshold", () => {
  const title = "CPU of all servers";
  const fillOf = (limit: number) => {
    const change = titled(title, (definition) => {
      const [request] = definition.requests as { conditional_formats: { value: number }[] }[];
      for (const format of request?.conditional_formats ?? []) format.value = limit;
    });
    return sceneNamed("servers", change).items.find((item) => item.kind === "box" && item.name === title);
  };
  expect(fillOf(99)).toMatchObject({ paint: { fill: "okFill" } });
  expect(fillOf(1)).toMatchObject({ paint: { fill: "errorFill" } });
});

test("stacks the bars of one request, not those of two requests", () => {
  /** Lower edge of the first bar of a category of answers, from the top of the picture. */
  const foot = (change?: Change) => {
    const path = linesOf(sceneNamed("application", change)).findLast(({ name }) => name === "3xx")?.path ?? "";
    return Number(/^M[\d.]+ ([\d.]+)/.exec(path)?.[1]);
  };
  const apart = titled("Answers, by class (load balancer)", (definition) => {
    const [request] = definition.requests as { formulas: unknown[] }[];
    definition.requests = request?.formulas.map((formula) => ({ ...request, formulas: [formula] }));
  });
  expect(foot()).toBeLessThan(foot(apart) - 20);
});

describe("what has no drawing or sample model is drawn in a generic way, with a note:", () => {
  interface Request {
    display_type: string;
    queries: { query: string }[];
    formulas: { formula: string; alias?: string; number_format?: { unit: { unit_name: string } } }[];
  }
  /** Changes the first widget of a type in the dashboard of the application. */
  const changing = (type: string, change: (definition: Widget["definition"], request: Request) => void): Change =>
    dashboards(({ title, widgets }) => {
      const definitions = widgets.flatMap((group) => group.definition.widgets).map(({ definition }) => definition);
      const found = title.endsWith("application") ? definitions.find((each) => each.type === type) : undefined;
      const [request = { display_type: "line", queries: [], formulas: [] }] = (found?.requests ?? []) as Request[];
      if (found !== undefined) change(found, request);
    });
  const setting = (values: object, type = "timeseries") =>
    changing(type, (definition) => {
      Object.assign(definition, values);
    });
  const request = (values: object) =>
    changing("timeseries", (_definition, first) => {
      Object.assign(first, values);
    });
  const query = (text: string, type = "timeseries") =>
    changing(type, (_definition, { queries }) => {
      for (const each of queries) each.query = text;
    });
  const loose = dashboards(({ title, widgets }) => {
    const definition = { type: "hostmap", title: "loose", widgets: [] };
    if (title.endsWith("application")) widgets.push({ definition });
  });
  const monitor: Change = (_platform, { datadog_monitor: all }) => {
    const unknown = { query: "avg(last_5m):avg:jvm.heap.used{*} > 5", priority: undefined };
    Object.assign(Object.values(all ?? {})[0] ?? {}, unknown);
  };
  const unnamed = request({ formulas: [{ formula: "a + nothing" }] });
  const list = setting({ query: "env:fixture OR tier:data AND x:y" }, "manage_status");
  const [graph, plain] = ["widget of type timeseries", "no sample model"];
  const cases: readonly (readonly [string, Change, word: string, note: RegExp])[] = [
    ["a type of widget", setting({ type: "toplist" }), "widget of type toplist", /second", the type toplist has no/],
    ["a display type", request({ display_type: "overlay" }), graph, /requests\.display_type has no drawing/],
    ["a logarithmic axis", setting({ yaxis: { scale: "log" } }), graph, /yaxis\.scale has no drawing/],
    ["a setting", setting({ right_yaxis: {} }), "Requests each second", /each second", right_yaxis is not drawn\.$/],
    ["a widget outside of groups", loose, "widget of type hostmap", /in "loose", the type hostmap/],
    ["a metric in a graph", query("avg:jvm.heap{*} by {server}"), plain, /no sample model of jvm\.heap; a graph/],
    ["a metric in a number", query("sum:aws.sqs.size{*}", "query_value"), plain, /no sample model of aws\.sqs\.size;/],
    ["a function", query("derivative(avg:system.cpu.idle{*})"), plain, /no sample model of derivative\(\)/],
    ["a filter that finds nothing", query("avg:system.cpu.idle{zone:none}"), plain, /has nothing with the tags/],
    ["a query that cannot be parsed", query("avg of everything"), plain, /^Dashboards: Expected .* at character/],
    ["a formula with an unknown name", unnamed, plain, /no query is named nothing/],
    ["the query of a list", list, "What is wrong now", /its query is not read: env:fixture OR/],
    ["a monitor", monitor, "What is wrong now", /no sample model of jvm\.heap\.used/],
  ];
  test.each(cases)("%s", (_name, change, word, note) => {
    const { scenes, notes } = previewed(fixture, change);
    const scene = scenes.get("application");
    expect(scene && wordsOf(scene)).toContain(word);
    expect(notes).toEqual([expect.stringMatching(note)]);
    expect(scene && [...problemsOf(scene), ...faintIn(scene)]).toEqual([]);
  });

  test("a unit without an abbreviation, a formula without alias and unit, a note with a list and too many words", () => {
    const change: Change = (...resources) => {
      changing("timeseries", (_definition, request) => {
        request.formulas = [{ formula: "a" }];
      })(...resources);
      changing("query_value", (_definition, request) => {
        for (const each of request.formulas) each.number_format = { unit: { unit_name: "cow" } };
      })(...resources);
      changing("note", (definition) => {
        definition.content = `- first\n- second\n\n${"many words ".repeat(200)}\n\n大`;
      })(...resources);
    };
    const scene = sceneNamed("application", change);
    const words = wordsOf(scene);
    expect(words).toEqual(expect.arrayContaining(["- first", "- second"]));
    expect(words.some((word) => word.endsWith("cow"))).toBe(true);
    expect(problemsOf(scene)).toEqual([]);
  });

  test("JSON that is no dashboard", () => {
    const change: Change = (_platform, { datadog_dashboard_json: all = {} }) => {
      Object.assign(Object.values(all)[0] ?? {}, { dashboard: "{" });
    };
    const { scenes, notes } = previewed(fixture, change);
    expect(scenes.size).toBe(2);
    expect(notes).toEqual([
      expect.stringMatching(/^datadog_dashboard_json\.\S+ holds no dashboard and is not drawn\.$/),
    ]);
  });
});
