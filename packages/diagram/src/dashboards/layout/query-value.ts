import { compare } from "@dev-one/alert-trials/datadog";
import { scaleLinear } from "d3-scale";
import { area as areaOf } from "d3-shape";

import { textWidth } from "../../drawing/fonts";
import { inset, type Item, panel, type Rectangle, shortened, text, TITLE } from "../../drawing/scene";
import { present, STEP } from "../sample";
import type { QueryValue } from "../source/dashboard";
import { parts } from "../units";
import { PADDING, plainTag } from "./card";
import { answer, type Context } from "./context";

const PLAIN = { fill: "tile", shade: "track", ink: "text" } as const;
const PALETTES = {
  white_on_red: { fill: "errorFill", shade: "errorShade", ink: "onColor" },
  white_on_yellow: { fill: "warningFill", shade: "warningShade", ink: "onColor" },
  white_on_green: { fill: "okFill", shade: "okShade", ink: "onColor" },
} as const;
const NUMBER = 52;
const UNIT = 22;
/** Share of the tile's height for the graph of the day, at the bottom. */
const FOOT = 0.36;

/** One large number above the graph of its values during the day. */
export function queryValue(definition: QueryValue, area: Rectangle, context: Context): Item[] {
  const { title, precision } = definition;
  const [{ queries, formulas, conditional_formats: formats }] = definition.requests;
  const { series, isPlain } = answer(queries, formulas[0], STEP, context);
  const values = series[0]?.values ?? [];
  const value = values.at(-1) ?? NaN;
  // Datadog uses the first format that matches.
  const format = formats.find(({ comparator, value: limit }) => compare(value, comparator, limit));
  const { fill, shade, ink: color } = format === undefined ? PLAIN : PALETTES[format.palette];
  const inner = inset(area, PADDING, 0);
  const { number, suffix } = parts(value, formulas[0], precision);
  const unit = suffix.trim();
  const space = unit === "" ? 0 : suffix.startsWith(" ") ? 8 : 3;
  const widths = (scale: number) =>
    [textWidth(number, Math.floor(NUMBER * scale), 700), textWidth(unit, Math.floor(UNIT * scale), 600)] as const;
  // Datadog makes the number as large as the tile allows.
  const [wanted, wantedUnit] = widths(1);
  const scale = Math.min(1, inner.width / (wanted + space + wantedUnit));
  const [width, unitWidth] = widths(scale);
  const left = area.x + (area.width - width - space - unitWidth) / 2;
  const baseline = area.y + (area.height * (1 - FOOT)) / 2 + 40;
  const numberStyle = { size: Math.floor(NUMBER * scale), weight: 700, color } as const;
  const unitStyle = { size: Math.floor(UNIT * scale), weight: 600, color } as const;
  const heading = shortened(title, inner.width, TITLE, 600);
  return [
    panel(title, area, fill, { radius: 6, ...(format === undefined ? { stroke: "border" } : {}) }),
    { kind: "shape", name: "", path: day(values, area), paint: { fill: shade } },
    text(heading, inner.x, area.y + 28, area, { size: TITLE, weight: 600, color }),
    ...(isPlain ? plainTag(inner.x, area.y + area.height - 32) : []),
    text(number, left, baseline, area, numberStyle),
    ...(unit === "" ? [] : [text(unit, left + width + space, baseline, area, unitStyle)]),
  ];
}

/** The graph of the day, as wide as the tile. Its lower edge is inside the round corners of the tile. */
function day(values: readonly number[], { x, y, width, height }: Rectangle): string {
  const bottom = y + height;
  const highest = Math.max(...present(values), 0) || 1;
  const along = scaleLinear([0, values.length - 1], [x + 1, x + width - 1]);
  const drawn = areaOf<number>()
    .x((_, index) => along(index))
    .y0(bottom - 7)
    .y1(scaleLinear([0, highest], [bottom - 7, bottom - height * FOOT]))
    .defined((value) => !Number.isNaN(value))
    .digits(1);
  const foot = `M${x + 1} ${bottom - 7}H${x + width - 1}a6 6 0 0 1 -6 6H${x + 7}a6 6 0 0 1 -6 -6z`;
  return (drawn([...values]) ?? "") + foot;
}
