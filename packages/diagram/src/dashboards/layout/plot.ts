import { type ScaleLinear, scaleLinear, type ScaleTime, scaleUtc } from "d3-scale";
import { area as areaOf } from "d3-shape";

import { textWidth } from "../../drawing/fonts";
import { type Item, type Rectangle, SMALL, stroke, text } from "../../drawing/scene";
import { END, times } from "../sample";
import { digits, scaleFor } from "../units";
import type { Curve } from "./curves";
import { type Line, markerLabels, markers } from "./markers";

/** Factor for space above the highest value, for the label of a marker. */
const HEADROOM = 1.1;
const AXIS = 22;
/** Minimum space between two ticks of an axis. */
const BETWEEN = { x: 88, y: 38 };

/** Curves over axes, with the lines of their thresholds. */
export function plot(curves: readonly Curve[], lines: readonly Line[], area: Rectangle): Item[] {
  const highest = Math.max(
    ...curves.flatMap(({ values, below }) =>
      values.flatMap((value, index) => (Number.isNaN(value) ? [] : [value + (below?.[index] ?? 0)])),
    ),
    ...lines.map(({ value }) => value),
    0,
  );
  const top = (highest === 0 ? 1 : highest) * HEADROOM;
  const [formula] = curves.map((curve) => curve.formula);
  const { factor, suffix } = formula === undefined ? { factor: 1, suffix: "" } : scaleFor(formula, highest);
  const bottom = area.y + area.height - AXIS;
  const marks = scaleLinear([0, top / factor], [bottom, area.y]);
  const values = marks
    .ticks(highest === 0 ? 1 : Math.max(2, Math.floor((area.height - AXIS) / BETWEEN.y)))
    .filter((value) => marks(value) > area.y + SMALL / 2);
  const labels = values.map((value) => (value === 0 ? "0" : `${digits(value)}${suffix}`));
  const gutter = Math.max(...labels.map((label) => textWidth(label, SMALL, 400))) + 10;
  const y = scaleLinear([0, top], [bottom, area.y]);
  const x = scaleUtc([times[0] ?? END, END], [area.x + gutter, area.x + area.width]);
  const field = { x: area.x + gutter, y: area.y, width: area.width - gutter, height: bottom - area.y };
  return [
    ...values.map((value): Item => {
      const height = Math.round(marks(value)) + 0.5;
      return stroke("", `M${field.x} ${height}H${field.x + field.width}`, value === 0 ? "axis" : "grid", 1);
    }),
    ...values.map((value, index) =>
      text(labels[index] ?? "", field.x - 8, marks(value) + 5, area, { color: "subdued", anchor: "end" }),
    ),
    ...hours(x, field, area),
    ...markers(lines, y, field),
    ...[...curves].reverse().flatMap((curve) => drawn(curve, x, y)),
    ...markerLabels(lines, y, field, curves),
  ];
}

function hours(x: ScaleTime<number, number>, field: Rectangle, area: Rectangle): Item[] {
  const write = x.tickFormat(undefined, "%H:%M");
  return x
    .ticks(Math.max(2, Math.floor(field.width / BETWEEN.x)))
    .map((time) => ({ label: write(time), at: x(time) }))
    .filter(
      ({ label, at }) =>
        at + textWidth(label, SMALL, 400) / 2 <= field.x + field.width &&
        at - textWidth(label, SMALL, 400) / 2 >= field.x,
    )
    .map(({ label, at }) => text(label, at, area.y + area.height - 4, area, { color: "subdued", anchor: "middle" }));
}

function drawn(curve: Curve, x: ScaleTime<number, number>, y: ScaleLinear<number, number>): Item[] {
  const { label: name, color, display, isDashed, below } = curve;
  const points = curve.times.map((time, index) => {
    const base = below?.[index] ?? 0;
    const value = curve.values[index] ?? NaN;
    return { value, x: x(time), low: y(base), high: y(base + value) };
  });
  type Point = (typeof points)[number];
  const shape = areaOf<Point>()
    .x((point) => point.x)
    .y0(({ low }) => low)
    .y1(({ high }) => high)
    .defined(({ value }) => !Number.isNaN(value))
    .digits(1);
  const line = stroke(
    name,
    shape.lineY1().digits(1)(points) ?? "",
    color,
    1.8,
    isDashed && display === "line" ? "6 4" : undefined,
  );
  if (display === "line") return [line];
  if (display === "area") {
    return [{ kind: "shape", name: "", path: shape(points) ?? "", paint: { fill: color, opacity: 0.28 } }, line];
  }
  const width = ((points[1]?.x ?? 0) - (points[0]?.x ?? 0) - 1.4).toFixed(1);
  const bars = points.filter(({ high, low }) => low - high > 0.05);
  const path = bars.map((point) => {
    const [left, low, high] = [point.x + 0.7, point.low, point.high].map((value) => value.toFixed(1));
    return `M${left} ${low}V${high}h${width}V${low}z`;
  });
  return [{ kind: "shape", name, path: path.join(""), paint: { fill: color } }];
}
