import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";

import { production } from "../../../../src/environments";
import { parseArguments } from "../../src/dashboards/arguments";
import { picturesOf, previews } from "../../src/dashboards/pictures";
import { tagsAskedFor } from "../../src/dashboards/source/monitoring";
import { staleFiles, writePictures } from "../../src/files";
import { type DashboardJson, stacksOf } from "./support";

type Definition = DashboardJson["widgets"][number]["definition"]["widgets"][number]["definition"];

/** Changes the first widget of a type. */
const changing = (type: string, change: (definition: Definition) => void) => (dashboard: DashboardJson) => {
  const found = dashboard.widgets
    .flatMap(({ definition }) => definition.widgets)
    .find((each) => each.definition.type === type);
  if (found !== undefined) change(found.definition);
};

const requestOf = (definition: Definition) =>
  (
    definition.requests as {
      display_type: string;
      queries: { query: string }[];
      formulas: { formula: string; number_format: { unit: { unit_name: string } } }[];
    }[]
  )[0];

describe("refuses a dashboard that the picture cannot show, with one sentence:", () => {
  const cases: readonly (readonly [string, (dashboard: DashboardJson) => void, RegExp])[] = [
    [
      "an unsupported type of widget",
      changing("timeseries", (definition) => {
        definition.type = "sunburst";
      }),
      /^datadog_dashboard_json\.\S+ cannot be drawn: in "Requests each second", there is no drawing of a widget of type sunburst; add a drawing of it to packages\/diagram\/src\/dashboards\.$/,
    ],
    [
      "an unsupported display type",
      changing("timeseries", (definition) => {
        Object.assign(requestOf(definition) ?? {}, { display_type: "overlay" });
      }),
      /in "Requests each second", .*display_type/,
    ],
    [
      "an unsupported setting",
      changing("timeseries", (definition) => {
        definition.right_yaxis = { scale: "log" };
      }),
      /in "Requests each second", .*right_yaxis/,
    ],
    [
      "a logarithmic axis",
      changing("timeseries", (definition) => {
        definition.yaxis = { include_zero: true, scale: "log" };
      }),
      /yaxis\.scale/,
    ],
    [
      "a widget outside of groups",
      (dashboard) => {
        dashboard.widgets.push({ definition: { type: "note", title: "loose" }, layout: {} } as never);
      },
      /in "loose", there is no drawing of a widget of type note|widgets\.definition\.type/,
    ],
    [
      "a metric that has no sample",
      changing("timeseries", (definition) => {
        const [query] = requestOf(definition)?.queries ?? [];
        if (query !== undefined) query.query = "avg:system.load.1{*}";
      }),
      /There is no sample of system\.load\.1/,
    ],
    [
      "a query that cannot be parsed",
      changing("timeseries", (definition) => {
        const [query] = requestOf(definition)?.queries ?? [];
        if (query !== undefined) query.query = "avg of everything";
      }),
      /^Expected .* at character/,
    ],
    [
      "a formula with a name that no query has",
      changing("timeseries", (definition) => {
        const [formula] = requestOf(definition)?.formulas ?? [];
        if (formula !== undefined) formula.formula = "a + b";
      }),
      /uses b, which no query is named/,
    ],
    [
      "a unit without an abbreviation",
      changing("timeseries", (definition) => {
        const [formula] = requestOf(definition)?.formulas ?? [];
        if (formula !== undefined) formula.number_format.unit.unit_name = "cow";
      }),
      /shows cow/,
    ],
    [
      "a note with a list",
      changing("note", (definition) => {
        definition.content = "- one\n- two";
      }),
      /A note has list/,
    ],
    [
      "a note that is too long for its place",
      changing("note", (definition) => {
        definition.content = "many words ".repeat(200);
      }),
      /^The picture of the dashboard application would not be clear: "/,
    ],
    [
      "letters that the font lacks",
      changing("note", (definition) => {
        definition.content = "大";
      }),
      /no character for "大"/,
    ],
  ];
  test.each(cases)("%s", (_name, change, message) => {
    const draw = () => picturesOf(stacksOf(production, change), production);
    expect(draw).toThrow(UserError);
    expect(draw).toThrow(message);
  });
});

test("refuses the query of a list that filters by anything other than tags", () => {
  expect(tagsAskedFor('tag:("env:staging" AND "tier:data")')).toEqual([["env:staging"], ["tier:data"]]);
  expect(tagsAskedFor("env:staging AND project:dev-one")).toEqual([["env:staging"], ["project:dev-one"]]);
  expect(tagsAskedFor('tag:("env:staging") AND tag:("tier:data" OR "tier:page")')).toEqual([
    ["env:staging"],
    ["tier:data", "tier:page"],
  ]);
  expect(() => tagsAskedFor("env:staging AND tier:data OR tier:page")).toThrow(/and the preview reads tags joined by/);
  expect(() => tagsAskedFor("-env:staging")).toThrow(/and the preview reads tags joined by/);
});

describe("given pictures in a directory", () => {
  const scratch = mkdtempSync(join(tmpdir(), "dev-one-dashboards-"));
  const pictures = picturesOf(stacksOf(production), production).filter(({ name }) => name === "data");
  beforeAll(() => {
    writePictures(pictures, scratch, previews);
  });
  afterAll(() => {
    rmSync(scratch, { recursive: true });
  });

  test("they are up to date, and other files are ignored", () => {
    writeFileSync(join(scratch, "architecture.svg"), "<svg/>");
    writePictures(pictures, scratch, previews);
    expect(staleFiles(pictures, scratch, previews)).toEqual([]);
    expect(readdirSync(scratch).sort()).toEqual(["architecture.svg", "data.png", "data.svg"]);
  });

  test("a changed dashboard makes both files stale", () => {
    const changed = picturesOf(
      stacksOf(
        production,
        changing("timeseries", (definition) => {
          definition.title = "Something else";
        }),
      ),
      production,
    ).filter(({ name }) => name === "data");
    expect(staleFiles(changed, scratch, previews)).toEqual([
      "data.svg does not show what the configuration says",
      "data.png does not show what the configuration says",
    ]);
  });

  test("a PNG has 1.5 pixels per unit of the picture", () => {
    const width = readFileSync(join(scratch, "data.png")).readUInt32BE(16);
    expect(width).toBe(1860);
  });
});

test("the documentation contains a picture of every dashboard, and no others", () => {
  const names = picturesOf(stacksOf(production), production).flatMap(({ name }) => [`${name}.png`, `${name}.svg`]);
  expect(readdirSync("docs/dashboards").sort()).toEqual(["README.md", ...names].sort());
});

test("refuses an unknown environment and an unknown option of npm run dashboards in one sentence", () => {
  expect(() => parseArguments(["--environment", "moon"])).toThrow(
    "There is no environment moon; there are staging, production.",
  );
  expect(() => parseArguments(["--chekc"])).toThrow(/unknown option '--chekc'.*See `npm run dashboards -- --help`/s);
  expect(parseArguments([])).toMatchObject({
    check: false,
    out: "docs/dashboards",
    environment: { name: "production" },
  });
});
