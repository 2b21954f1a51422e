import { HEADING, inset, type Item, panel, type Rectangle, shortened, text } from "../../drawing/scene";
import type { Color } from "../../drawing/theme";
import type { Group, GroupColor, Timeseries, Widget } from "../source/dashboard";
import { body, card } from "./card";
import type { Context } from "./context";
import { curvesOf } from "./curves";
import { legend, legendHeight } from "./legend";
import { lineOf } from "./markers";
import { monitors } from "./monitors";
import { note } from "./note";
import { objectives } from "./objectives";
import { plot } from "./plot";
import { queryValue } from "./query-value";

/** Number of columns of Datadog's grid. */
export const COLUMNS = 12;
export const ROW = 98;
/** Space between two cards. */
export const GAP = 12;
/** Height of a group's first row, which is its heading and lower than other rows. */
export const GROUP_HEADING = 46;

const COLORS: Readonly<Record<GroupColor, Color>> = {
  vivid_blue: "groupBlue",
  vivid_green: "groupGreen",
  vivid_purple: "groupPurple",
  vivid_orange: "groupOrange",
  gray: "groupGray",
};

export function widget(definition: Widget, area: Rectangle, context: Context): Item[] {
  switch (definition.type) {
    case "group":
      return group(definition, area, context);
    case "timeseries":
      return timeseries(definition, area, context);
    case "query_value":
      return queryValue(definition, area, context);
    case "manage_status":
      return monitors(definition, area, context);
    case "slo_list":
      return objectives(definition, area, context);
    case "note":
      return note(definition, area);
    case "other": {
      const { x, y, width } = body(area);
      const words = shortened(`widget of type ${definition.widgetType}`, width);
      return [...card(definition.title, area), text(words, x, y + 14, area, { color: "subdued" })];
    }
  }
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
    ...widgets.flatMap(({ definition, layout: { x, y, width, height } }) => {
      const place = { x: inner.x + x * column, y: top + y * ROW };
      return widget(definition, { ...place, width: width * column - GAP, height: height * ROW - GAP }, context);
    }),
  ];
}

/** A graph over a day, with its legend. */
function timeseries(definition: Timeseries, area: Rectangle, context: Context): Item[] {
  const curves = curvesOf(definition, context);
  const isPlain = curves.some((curve) => curve.isPlain);
  const lines = definition.markers.map(lineOf).filter(({ value }) => !Number.isNaN(value));
  const inner = body(area);
  const below = legendHeight(curves, inner.width);
  return [
    ...card(definition.title, area, isPlain),
    ...plot(curves, lines, { ...inner, height: inner.height - below - 4 }),
    ...legend(curves, { ...inner, y: inner.y + inner.height - below, height: below }),
  ];
}
