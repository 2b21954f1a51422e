import { type ScaleLinear, scaleLinear, type ScaleTime, scaleUtc } from "d3-scale";
import { area as areaOf, line as lineOf } from "d3-shape";

import { textWidth } from "../../drawing/fonts";
import { type Item, type Rectangle, SMALL, stroke, text } from "../../drawing/scene";
import { END, times } from "../sample";
import { digits, scaleFor } from "../units";
import type { Curve } from "./curves";
import { type Line, markers } from "./markers";

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
  const unit = formula === undefined ? { factor: 1, suffix: "" } : scaleFor(formula, highest);
  const bottom = area.y + area.height - AXIS;
  const marks = scaleLinear([0, top / unit.factor], [bottom, area.y]);
  const values = marks
    .ticks(highest === 0 ? 1 : Math.max(2, Math.floor((area.height - AXIS) / BETWEEN.y)))
    .filter((value) => marks(value) > area.y + SMALL / 2);
  const labels = values.map((value) => (value === 0 ? "0" : `${digits(value)}${unit.suffix}`));
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
    ...markers(lines, y, field, curves),
    ...[...curves].reverse().flatMap((curve) => drawn(curve, x, y)),
    ...markers(lines, y, field, curves, "labels"),
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
    return { x: x(time), low: y(base), high: Number.isNaN(value) ? NaN : y(base + value) };
  });
  type Point = (typeof points)[number];
  const isThere = ({ high }: Point) => !Number.isNaN(high);
  const line = lineOf<Point>(
    ({ x: at }) => at,
    ({ high }) => high,
  )
    .defined(isThere)
    .digits(1);
  switch (display) {
    case "line":
      return [stroke(name, line(points) ?? "", color, 1.8, isDashed ? "6 4" : undefined)];
    case "area": {
      const filled = areaOf<Point>()
        .x(({ x: at }) => at)
        .y0(({ low }) => low)
        .y1(({ high }) => high)
        .defined(isThere)
        .digits(1);
      return [
        { kind: "shape", name: "", path: filled(points) ?? "", paint: { fill: color, opacity: 0.28 } },
        stroke(name, line(points) ?? "", color, 1.8),
      ];
    }
    case "bars": {
      const step = (points[1]?.x ?? 0) - (points[0]?.x ?? 0);
      const bars = points.filter(({ high, low }) => low - high > 0.05);
      const path = bars
        .map(
          ({ x: at, low, high }) =>
            `M${(at + 0.7).toFixed(1)} ${low.toFixed(1)}V${high.toFixed(1)}h${(step - 1.4).toFixed(1)}V${low.toFixed(1)}z`,
        )
        .join("");
      return [{ kind: "shape", name, path, paint: { fill: color } }];
    }
  }
}
