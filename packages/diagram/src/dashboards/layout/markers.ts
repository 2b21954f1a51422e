import type { ScaleLinear } from "d3-scale";

import { textWidth } from "../../drawing/fonts";
import { type Item, panel, type Rectangle, SMALL, stroke, text } from "../../drawing/scene";
import type { Marker } from "../source/dashboard";
import type { Curve } from "./curves";

/** A marker of a graph. */
export interface Line {
  readonly label: string;
  readonly value: number;
  readonly level: "error" | "warning";
}

const HEIGHT = 20;
const GAP = 6;

export function lineOf({ label, value, display_type: display }: Marker): Line {
  const number = Number(/-?[\d.]+(e[+-]?\d+)?$/.exec(value)?.[0]);
  return {
    label: label?.trim() ?? value,
    value: number,
    level: display.startsWith("error") ? "error" : "warning",
  };
}

/** Dashed lines across the graph; or their labels, which are on the side with fewer values. */
export function markers(
  lines: readonly Line[],
  y: ScaleLinear<number, number>,
  field: Rectangle,
  curves: readonly Curve[],
  what: "lines" | "labels" = "lines",
): Item[] {
  if (what === "lines") {
    return lines.map(({ label, value, level }) =>
      stroke(label, `M${field.x} ${y(value).toFixed(1)}H${field.x + field.width}`, level, 1.5, "7 5"),
    );
  }
  let left = field.x + GAP;
  return lines.flatMap(({ label, value, level }): Item[] => {
    const width = textWidth(label, SMALL, 600) + 14;
    const line = y(value);
    const wanted = liesBelow(value, curves) ? line - HEIGHT - 2 : line + 2;
    const top = Math.min(Math.max(wanted, field.y - 2), field.y + field.height - HEIGHT - 1);
    const tag = { x: left, y: top, width, height: HEIGHT };
    left += width + GAP;
    return [
      panel(label, tag, level === "error" ? "errorTint" : "warningTint", { radius: 4, covers: true }),
      text(label, tag.x + 7, tag.y + 15, tag, { weight: 600, color: level }),
    ];
  });
}

/** Whether more than half of the drawn values are below a value. */
function liesBelow(value: number, curves: readonly Curve[]): boolean {
  const all = curves.flatMap(({ values }) => values.filter((each) => !Number.isNaN(each)));
  return all.filter((each) => each < value).length * 2 > all.length;
}
