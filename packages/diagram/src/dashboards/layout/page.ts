import { textWidth } from "../../drawing/fonts";
import {
  HEADING,
  inset,
  type Item,
  NORMAL,
  panel,
  type Rectangle,
  type Scene,
  shortened,
  SMALL,
  text,
} from "../../drawing/scene";
import type { Color } from "../../drawing/theme";
import type { Dashboard, Group, GroupColor, Layout } from "../source/dashboard";
import type { Context } from "./context";
import { widget } from "./widget";

const WIDTH = 1240;
const MARGIN = 22;
/** Number of columns of Datadog's grid. */
const COLUMNS = 12;
const ROW = 98;
/** Space between two cards. */
const GAP = 12;
/** Height of a group's first row, which is its heading and lower than other rows. */
const GROUP_HEADING = 46;
const BETWEEN_GROUPS = 20;
const TOP = 132;

const COLORS: Readonly<Record<GroupColor, Color>> = {
  vivid_blue: "groupBlue",
  vivid_green: "groupGreen",
  vivid_purple: "groupPurple",
  vivid_orange: "groupOrange",
  gray: "groupGray",
};

/** A dashboard with the sample of a normal day. */
export function pageOf(dashboard: Dashboard, context: Context): Scene {
  const rows = rowsOf(dashboard);
  const tiles = dashboard.widgets.flatMap(({ definition, layout }) =>
    "widgets" in definition
      ? group(definition, areaOf(layout, rows), context)
      : widget(definition, areaOf(layout, rows), context),
  );
  const height = (rows.at(-1) ?? TOP) - BETWEEN_GROUPS + MARGIN;
  const page = { x: 0, y: 0, width: WIDTH, height };
  return {
    title: `${dashboard.title} (sample data)`,
    description: `${dashboard.description} ${contents(dashboard)} The numbers are sample data.`,
    credit: "Sample data. Letters: Open Sans, OFL 1.1.",
    width: WIDTH,
    height,
    items: [panel("", page, "canvas", { radius: 12 }), ...head(dashboard, page), ...tiles],
  };
}

/** Top of each row of the dashboard's grid, and bottom of the last row. */
function rowsOf({ widgets }: Dashboard): number[] {
  const last = Math.max(0, ...widgets.map(({ layout }) => layout.y + layout.height));
  let y = TOP;
  const tops = [y];
  for (let row = 0; row < last; row += 1) {
    const isHeading = widgets.some(({ layout }) => layout.y === row);
    const isEnd = widgets.some(({ layout }) => layout.y + layout.height === row + 1);
    y += (isHeading ? GROUP_HEADING : ROW) + (isEnd ? BETWEEN_GROUPS + GAP : 0);
    tops.push(y);
  }
  return tops;
}

function areaOf({ x, y, width, height }: Layout, rows: readonly number[]): Rectangle {
  const column = (WIDTH - 2 * MARGIN) / COLUMNS;
  const top = rows[y] ?? TOP;
  const bottom = (rows[y + height] ?? top) - BETWEEN_GROUPS;
  return { x: MARGIN + x * column, y: top, width: width * column, height: bottom - top };
}

function group({ title, background_color: color, widgets }: Group, area: Rectangle, context: Context): Item[] {
  const heading = { ...area, height: GROUP_HEADING - 4 };
  const inner = inset(area, GAP, 0);
  const column = (inner.width + GAP) / COLUMNS;
  const top = area.y + GROUP_HEADING + GAP / 2;
  return [
    panel(title, area, "panel", { stroke: "border", radius: 8 }),
    panel("", heading, COLORS[color], { radius: 8, corners: "top" }),
    text(title, area.x + 16, area.y + 28, heading, { size: HEADING, weight: 700, color: "onColor" }),
    ...widgets.flatMap(({ definition, layout: { x, y, width, height } }) =>
      widget(
        definition,
        {
          x: inner.x + x * column,
          y: top + y * ROW,
          width: width * column - GAP,
          height: height * ROW - GAP,
        },
        context,
      ),
    ),
  ];
}

/** Title, description and template variables. */
function head({ title, description, template_variables: variables }: Dashboard, page: Rectangle): Item[] {
  const right = page.width - MARGIN;
  const badge = "SAMPLE DATA";
  const chips = [
    ...variables.map(({ name, defaults }) => ({ name: `$${name}`, value: defaults.join(", ") })),
    { name: "time", value: "past day" },
  ];
  let x = MARGIN;
  return [
    text(shortened(title, right - MARGIN - 170, 28, 700), MARGIN, 46, page, { size: 28, weight: 700 }),
    ...tag(badge, { x: right - textWidth(badge, SMALL, 700) - 24, y: 22 }),
    text(shortened(description, right - MARGIN, NORMAL), MARGIN, 77, page, { size: NORMAL, color: "subdued" }),
    ...chips.flatMap(({ name, value }) => {
      const items = chip(name, value, x, 92);
      x += items.width + 10;
      return items.drawn;
    }),
  ];
}

function tag(words: string, { x, y }: { readonly x: number; readonly y: number }): Item[] {
  const area = { x, y, width: textWidth(words, SMALL, 700) + 24, height: 28 };
  return [
    panel(words, area, "warningTint", { radius: 14 }),
    text(words, area.x + 12, y + 19, area, { weight: 700, color: "warning" }),
  ];
}

function chip(name: string, value: string, x: number, y: number): { readonly drawn: Item[]; readonly width: number } {
  const split = textWidth(name, SMALL, 600) + 8;
  const width = split + textWidth(value, SMALL, 400) + 24;
  const area = { x, y, width, height: 28 };
  return {
    width,
    drawn: [
      panel(name, area, "tile", { stroke: "border", radius: 6 }),
      text(name, x + 12, y + 19, area, { weight: 600, color: "subdued" }),
      text(value, x + 12 + split, y + 19, area),
    ],
  };
}

/** The description for screen readers. */
function contents({ widgets }: Dashboard): string {
  return widgets
    .map(({ definition }) => {
      if (!("widgets" in definition)) return "title" in definition ? `${definition.title}.` : "";
      const { title, widgets: inner } = definition;
      const titles = inner.flatMap((each) => ("title" in each.definition ? [each.definition.title] : []));
      return `${title}: ${titles.join("; ")}.`;
    })
    .join(" ");
}
