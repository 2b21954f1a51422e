import { textWidth } from "../../drawing/fonts";
import { type Item, panel, type Rectangle, shortened, SMALL, text } from "../../drawing/scene";
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
  if (curves.length <= IN_TABLE) return (curves.length + 1) * ROW;
  return rowsOf(curves, width).length * ROW;
}

/** Averages, maxima and last values of a few lines; only the names of many lines. */
export function legend(curves: readonly Curve[], area: Rectangle): Item[] {
  return curves.length <= IN_TABLE ? table(curves, area) : names(curves, area);
}

function table(curves: readonly Curve[], area: Rectangle): Item[] {
  const cells = curves.map((curve) => numbersOf(curve).map((value) => brief(value, curve.formula)));
  const columns = ["avg", "max", "value"].map((name, index) => ({
    name,
    width:
      Math.max(...[name, ...cells.map((row) => row[index] ?? "")].map((cell) => textWidth(cell, SMALL, 600))) + GAP,
  }));
  const rightOf = (index: number): number =>
    area.x + area.width - columns.slice(index + 1).reduce((sum, { width }) => sum + width, 0);
  const room = area.width - SWATCH - columns.reduce((sum, { width }) => sum + width, 0);
  const baseline = (row: number) => area.y + row * ROW + 15;
  return [
    ...columns.map(({ name }, index) =>
      text(name, rightOf(index), baseline(0), area, { color: "subdued", anchor: "end" }),
    ),
    ...curves.flatMap((curve, index): Item[] => {
      const y = baseline(index + 1);
      return [
        swatch(curve, area.x, y),
        text(shortened(curve.label, room, SMALL, 400), area.x + SWATCH, y, area),
        ...(cells[index] ?? []).map((cell, column) =>
          text(cell, rightOf(column), y, area, { anchor: "end", weight: column === 2 ? 600 : 400 }),
        ),
      ];
    }),
  ];
}

function numbersOf({ values }: Curve): [average: number, maximum: number, last: number] {
  const present = values.filter((value) => !Number.isNaN(value));
  const sum = present.reduce((a, b) => a + b, 0);
  return [sum / present.length, Math.max(...present), values.at(-1) ?? NaN];
}

function names(curves: readonly Curve[], area: Rectangle): Item[] {
  return rowsOf(curves, area.width).flatMap((row, index) => {
    const y = area.y + index * ROW + 15;
    return row.flatMap(({ curve, label, x }): Item[] => [
      ...(curve === undefined ? [] : [swatch(curve, area.x + x, y)]),
      text(
        label,
        area.x + x + (curve === undefined ? 0 : SWATCH),
        y,
        area,
        curve === undefined ? { color: "subdued" } : {},
      ),
    ]);
  });
}

interface Entry {
  /** Undefined for the entry with the number of omitted names. */
  readonly curve: Curve | undefined;
  readonly label: string;
  readonly x: number;
}

/** Rows with as many names as fit. */
function rowsOf(curves: readonly Curve[], width: number): Entry[][] {
  const entries = curves.map((curve) => ({ curve, label: shortened(curve.label, LONGEST, SMALL, 400) }));
  for (let shown = entries.length; shown > 0; shown -= 1) {
    const hidden = entries.length - shown;
    const rest = hidden === 0 ? [] : [{ curve: undefined, label: `+ ${hidden} more` }];
    const rows = inRows([...entries.slice(0, shown), ...rest], width);
    if (rows.length <= ROWS) return rows;
  }
  return [];
}

function inRows(entries: readonly Omit<Entry, "x">[], width: number): Entry[][] {
  const rows: Entry[][] = [[]];
  let x = 0;
  for (const entry of entries) {
    const own = (entry.curve === undefined ? 0 : SWATCH) + textWidth(entry.label, SMALL, 400);
    if (x > 0 && x + own > width) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)?.push({ ...entry, x });
    x += own + GAP;
  }
  return rows;
}

function swatch(curve: Curve, x: number, baseline: number): Item {
  return panel("", { x, y: baseline - 10, width: 11, height: 11 }, curve.color, { radius: 2, covers: true });
}
