import type { ScaleLinear } from "d3-scale";

import { type Item, type Rectangle, stroke } from "../../drawing/scene";
import { present } from "../sample";
import type { Marker } from "../source/dashboard";
import { tag, tagWidth } from "./card";
import type { Curve } from "./curves";

/** A marker of a graph. */
export type Line = ReturnType<typeof lineOf>;

const HEIGHT = 20;
const GAP = 6;

export function lineOf({ label, value, display_type: display }: Marker) {
  const number = Number(/-?[\d.]+(e[+-]?\d+)?$/.exec(value)?.[0]);
  const level = display.startsWith("error") ? ("error" as const) : ("warning" as const);
  return { label: label?.trim() ?? value, value: number, level };
}

/** Dashed lines across the graph. */
export function markers(lines: readonly Line[], y: ScaleLinear<number, number>, field: Rectangle): Item[] {
  return lines.map(({ label, value, level }) =>
    stroke(label, `M${field.x} ${y(value).toFixed(1)}H${field.x + field.width}`, level, 1.5, "7 5"),
  );
}

/** The labels of the lines, on the side with fewer values. */
export function markerLabels(
  lines: readonly Line[],
  y: ScaleLinear<number, number>,
  field: Rectangle,
  curves: readonly Curve[],
): Item[] {
  const all = curves.flatMap(({ values }) => present(values));
  let x = field.x + GAP;
  return lines.flatMap(({ label, value, level }): Item[] => {
    const liesBelow = all.filter((each) => each < value).length * 2 > all.length;
    const wanted = liesBelow ? y(value) - HEIGHT - 2 : y(value) + 2;
    const top = Math.min(Math.max(wanted, field.y - 2), field.y + field.height - HEIGHT - 1);
    const items = tag(label, x, top, { height: HEIGHT, color: level });
    x += tagWidth(label) + GAP;
    return items;
  });
}
