import { textWidth } from "../../drawing/fonts";
import { type Item, panel, type Rectangle, shortened, SMALL, text } from "../../drawing/scene";
import { inRows } from "../../layout/grid";
import { aggregate } from "../sample";
import { brief } from "../units";
import type { Curve } from "./curves";

const ROW = 21;
/** Up to this many lines are listed with their numbers; more lines are listed by name only. */
const IN_TABLE = 3;
/** Maximum of rows with names; the remaining names are counted. */
const ROWS = 2;
const SWATCH = 18;
const GAP = 18;
/** Maximum width of a name in a list of names. It fits the start of an instance id of an elastic server. */
const LONGEST = 216;

export function legendHeight(curves: readonly Curve[], width: number): number {
  return ROW * (curves.length <= IN_TABLE ? curves.length + 1 : 1 + (namesOf(curves, width).at(-1)?.row ?? 0));
}

/** Averages, maxima and last values of a few lines; only the names of many lines. */
export function legend(curves: readonly Curve[], area: Rectangle): Item[] {
  return curves.length <= IN_TABLE ? table(curves, area) : names(curves, area);
}

function table(curves: readonly Curve[], area: Rectangle): Item[] {
  let right = area.x + area.width;
  const columns = (["value", "max", "avg"] as const).map((name) => {
    const cells = curves.map(({ values, formula }) =>
      brief(name === "value" ? (values.at(-1) ?? NaN) : aggregate(name, values), formula),
    );
    const column = { name, cells, right };
    right -= Math.max(...[name, ...cells].map((cell) => textWidth(cell, SMALL, 600))) + GAP;
    return column;
  });
  columns.reverse();
  const baseline = (row: number) => area.y + row * ROW + 15;
  return [
    ...columns.map((column) => text(column.name, column.right, baseline(0), area, { color: "subdued", anchor: "end" })),
    ...curves.flatMap((curve, index): Item[] => {
      const y = baseline(index + 1);
      return [
        swatch(curve, area.x, y),
        text(shortened(curve.label, right - area.x - SWATCH), area.x + SWATCH, y, area),
        ...columns.map(({ name, cells, right: x }) =>
          text(cells[index] ?? "", x, y, area, { anchor: "end", weight: name === "value" ? 600 : 400 }),
        ),
      ];
    }),
  ];
}

function names(curves: readonly Curve[], area: Rectangle): Item[] {
  return namesOf(curves, area.width).flatMap(({ curve, label, x, row }): Item[] => {
    const y = area.y + row * ROW + 15;
    if (curve === undefined) return [text(label, area.x + x, y, area, { color: "subdued" })];
    return [swatch(curve, area.x + x, y), text(label, area.x + x + SWATCH, y, area)];
  });
}

/** As many names as fit into the rows; the last entry is the number of omitted names. */
function namesOf(curves: readonly Curve[], width: number) {
  const entries = curves.map((curve) => ({ curve, label: shortened(curve.label, LONGEST), start: SWATCH }));
  for (let shown = entries.length; ; shown -= 1) {
    const more = { curve: undefined, label: `+ ${entries.length - shown} more`, start: 0 };
    const listed = shown === entries.length ? entries : [...entries.slice(0, shown), more];
    const widths = listed.map(({ label, start }) => start + textWidth(label, SMALL, 400));
    const places = inRows(widths, { left: 0, right: width - 1 }, GAP, GAP);
    const placed = listed.map((entry, index) => ({ ...entry, ...(places[index] ?? { x: 0, row: 0 }) }));
    if (shown === 0 || placed.every(({ row }) => row < ROWS)) return placed;
  }
}

function swatch(curve: Curve, x: number, baseline: number): Item {
  return panel("", { x, y: baseline - 10, width: 11, height: 11 }, curve.color, { radius: 2, covers: true });
}
