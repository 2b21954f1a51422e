import { compare } from "@dev-one/alert-trials/datadog";
import { scaleLinear } from "d3-scale";
import { area as areaOf } from "d3-shape";

import { textWidth } from "../../drawing/fonts";
import { inset, type Item, panel, type Rectangle, shortened, text, TITLE } from "../../drawing/scene";
import type { Color } from "../../drawing/theme";
import { STEP } from "../sample";
import type { QueryValue } from "../source/dashboard";
import { parts } from "../units";
import { PADDING, plainTag } from "./card";
import { answer, type Context } from "./context";

interface Paint {
  readonly fill: Color;
  readonly shade: Color;
  readonly ink: Color;
}

const PLAIN: Paint = { fill: "tile", shade: "track", ink: "text" };
const PALETTES: Readonly<Record<"white_on_red" | "white_on_yellow" | "white_on_green", Paint>> = {
  white_on_red: { fill: "errorFill", shade: "errorShade", ink: "onColor" },
  white_on_yellow: { fill: "warningFill", shade: "warningShade", ink: "onColor" },
  white_on_green: { fill: "okFill", shade: "okShade", ink: "onColor" },
};
const NUMBER = 52;
const UNIT = 22;
/** Share of the tile's height for the graph of the day, at the bottom. */
const FOOT = 0.36;

/** One large number above the graph of its values during the day. */
export function queryValue(definition: QueryValue, area: Rectangle, context: Context): Item[] {
  const [{ queries, formulas, conditional_formats: formats }] = definition.requests;
  const [formula] = formulas;
  const {
    series: [series],
    isPlain,
  } = answer(queries, formula, STEP, context);
  const values = series?.values ?? [];
  const value = values.at(-1) ?? NaN;
  // Datadog uses the first format that matches.
  const format = formats.find(({ comparator, value: limit }) => compare(value, comparator, limit));
  const { fill, shade, ink } = format === undefined ? PLAIN : PALETTES[format.palette];
  const inner = inset(area, PADDING, 0);
  const { number, suffix } = parts(value, formula, definition.precision);
  const unit = suffix.trim();
  const space = unit === "" ? 0 : suffix.startsWith(" ") ? 8 : 3;
  const wanted = textWidth(number, NUMBER, 700) + space + textWidth(unit, UNIT, 600);
  // Datadog makes the number as large as the tile allows.
  const scale = Math.min(1, inner.width / wanted);
  const [numberSize, unitSize] = [Math.floor(NUMBER * scale), Math.floor(UNIT * scale)];
  const widths = [textWidth(number, numberSize, 700), textWidth(unit, unitSize, 600)] as const;
  const left = area.x + (area.width - widths[0] - space - widths[1]) / 2;
  const baseline = area.y + (area.height * (1 - FOOT)) / 2 + 40;
  return [
    panel(definition.title, area, fill, { radius: 6, ...(format === undefined ? { stroke: "border" } : {}) }),
    { kind: "shape", name: "", path: day(values, area), paint: { fill: shade } },
    text(shortened(definition.title, inner.width, TITLE, 600), inner.x, area.y + 28, area, {
      size: TITLE,
      weight: 600,
      color: ink,
    }),
    ...(isPlain ? plainTag(inner.x, area.y + area.height - 32) : []),
    text(number, left, baseline, area, { size: numberSize, weight: 700, color: ink }),
    ...(unit === ""
      ? []
      : [text(unit, left + widths[0] + space, baseline, area, { size: unitSize, weight: 600, color: ink })]),
  ];
}

/** The graph of the day, as wide as the tile. Its lower edge is inside the round corners of the tile. */
function day(values: readonly number[], { x, y, width, height }: Rectangle): string {
  const bottom = y + height;
  const highest = Math.max(...values.filter((value) => !Number.isNaN(value)), 0) || 1;
  const along = scaleLinear([0, values.length - 1], [x + 1, x + width - 1]);
  const up = scaleLinear([0, highest], [bottom - 7, bottom - height * FOOT]);
  const drawn = areaOf<number>()
    .x((_, index) => along(index))
    .y0(bottom - 7)
    .y1((value) => up(value))
    .defined((value) => !Number.isNaN(value))
    .digits(1);
  const foot = `M${x + 1} ${bottom - 7}H${x + width - 1}a6 6 0 0 1 -6 6H${x + 7}a6 6 0 0 1 -6 -6z`;
  return (drawn(values as number[]) ?? "") + foot;
}
