import { textWidth } from "../../drawing/fonts";
import { NORMAL, panel, type Rectangle, type Scene, shortened, SMALL, text } from "../../drawing/scene";
import type { Dashboard, Layout } from "../source/dashboard";
import { tag, tagWidth } from "./card";
import type { Context } from "./context";
import { COLUMNS, GAP, GROUP_HEADING, ROW, widget } from "./widget";

const WIDTH = 1240;
const MARGIN = 22;
const BETWEEN_GROUPS = 20;
const TOP = 132;
const BADGE = "SAMPLE DATA";

/** A dashboard with the sample of a normal day. */
export function pageOf(dashboard: Dashboard, context: Context): Scene {
  const rows = rowsOf(dashboard);
  const height = (rows.at(-1) ?? TOP) - BETWEEN_GROUPS + MARGIN;
  const page = { x: 0, y: 0, width: WIDTH, height };
  return {
    title: `${dashboard.title} (sample data)`,
    description: `${dashboard.description} ${contents(dashboard)} The numbers are sample data.`,
    credit: "Sample data. Letters: Open Sans, OFL 1.1.",
    width: WIDTH,
    height,
    items: [
      panel("", page, "canvas", { radius: 12 }),
      ...head(dashboard, page),
      ...dashboard.widgets.flatMap(({ definition, layout }) => widget(definition, areaOf(layout, rows), context)),
    ],
  };
}

/** Top of each row of the dashboard's grid, and bottom of the last row. */
function rowsOf({ widgets }: Dashboard): number[] {
  const layouts = widgets.map(({ layout }) => layout);
  const tops = [TOP];
  for (let row = 0; row < Math.max(0, ...layouts.map(({ y, height }) => y + height)); row += 1) {
    const isHeading = layouts.some(({ y }) => y === row);
    const isEnd = layouts.some(({ y, height }) => y + height === row + 1);
    tops.push((tops[row] ?? 0) + (isHeading ? GROUP_HEADING : ROW) + (isEnd ? BETWEEN_GROUPS + GAP : 0));
  }
  return tops;
}

function areaOf({ x, y, width, height }: Layout, rows: readonly number[]): Rectangle {
  const column = (WIDTH - 2 * MARGIN) / COLUMNS;
  const top = rows[y] ?? TOP;
  const bottom = (rows[y + height] ?? top) - BETWEEN_GROUPS;
  return { x: MARGIN + x * column, y: top, width: width * column, height: bottom - top };
}

/** Title, description and template variables. */
function head({ title, description, template_variables: variables }: Dashboard, page: Rectangle) {
  const right = page.width - MARGIN;
  const chips = [...variables.map(({ name, defaults }) => [`$${name}`, defaults.join(", ")]), ["time", "past day"]];
  let x = MARGIN;
  return [
    text(shortened(title, right - MARGIN - 170, 28, 700), MARGIN, 46, page, { size: 28, weight: 700 }),
    ...tag(BADGE, right - tagWidth(BADGE, 12, 700), 22, { height: 28, radius: 14, pad: 12, weight: 700 }),
    text(shortened(description, right - MARGIN, NORMAL), MARGIN, 77, page, { size: NORMAL, color: "subdued" }),
    ...chips.flatMap(([name = "", value = ""]) => {
      const split = textWidth(name, SMALL, 600) + 8;
      const area = { x, y: 92, width: split + textWidth(value, SMALL, 400) + 24, height: 28 };
      x += area.width + 10;
      return [
        panel(name, area, "tile", { stroke: "border", radius: 6 }),
        text(name, area.x + 12, 111, area, { weight: 600, color: "subdued" }),
        text(value, area.x + 12 + split, 111, area),
      ];
    }),
  ];
}

/** The description for screen readers. */
function contents({ widgets }: Dashboard): string {
  return widgets
    .map(({ definition }) => {
      if (definition.type !== "group") return "title" in definition ? `${definition.title}.` : "";
      const titles = definition.widgets.flatMap((each) => ("title" in each.definition ? [each.definition.title] : []));
      return `${definition.title}: ${titles.join("; ")}.`;
    })
    .join(" ");
}
