import type { Formula } from "../../src/dashboards/source/dashboard";
import { brief, format, parts } from "../../src/dashboards/units";
import { colorOf, modes, seriesColors } from "../../src/drawing/theme";
import { contrast, linear } from "../contrast";

const inUnit = (unit: string): Formula => {
  const [unit_name = "", per_unit_name] = unit.split("/");
  return { formula: "a", alias: "a", number_format: { unit: { unit_name, per_unit_name } } };
};

test.each([
  [1234, "connection", "1.23k conn"],
  [0, "connection", "0 conn"],
  [4, "host", "4 hosts"],
  [2_500_000, "request", "2.5M req"],
  [1450, "request/second", "1.45k req/s"],
  [3_400_000, "nanosecond", "3.4 ms"],
  [1_500_000_000, "nanosecond", "1.5 s"],
  [940, "microsecond", "940 µs"],
  [0.0008, "second", "800 µs"],
  [950_400, "second", "11 days"],
  [12, "percent", "12%"],
  [0.00123, "percent", "0.0012%"],
  [0.42, "fraction", "42%"],
  [12 * 1024 ** 3, "byte", "12 GiB"],
  [3, "furlong/fortnight", "3 furlong/fortnight"],
  [NaN, "percent", "–"],
])("%d %s is written %s", (value, unit, expected) => {
  expect(format(value, inUnit(unit))).toBe(expected);
});

test("omits the counted unit at an axis, and separates it from a large number", () => {
  expect(brief(1234, inUnit("connection"))).toBe("1.23k");
  expect(brief(1450, inUnit("request/second"))).toBe("1.45k");
  expect(brief(3_400_000, inUnit("nanosecond"))).toBe("3.4 ms");
  expect(parts(45_000, inUnit("connection"))).toEqual({ number: "45k", suffix: " conn" });
});

/** Matrices that simulate colours for people who lack a kind of cone. @see https://doi.org/10.1109/TVCG.2009.113 */
const EYES = {
  "all cones": [1, 0, 0, 0, 1, 0, 0, 0, 1],
  "no cones for red": [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  "no cones for green": [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
} as const;

function times(matrix: readonly number[], [a = 0, b = 0, c = 0]: readonly number[]): number[] {
  return [0, 3, 6].map((row) => (matrix[row] ?? 0) * a + (matrix[row + 1] ?? 0) * b + (matrix[row + 2] ?? 0) * c);
}

/** Converts to Oklab, in which distances match perceived differences. @see https://bottosson.github.io/posts/oklab/ */
function perceived(color: readonly number[]): number[] {
  const cones = times(
    [
      0.4122214708, 0.5363325363, 0.0514459929, 0.2119034982, 0.6806995451, 0.1073969566, 0.0883024619, 0.2817188376,
      0.6299787005,
    ],
    color,
  ).map(Math.cbrt);
  return times(
    [
      0.2104542553, 0.793617785, -0.0040720468, 1.9779984951, -2.428592205, 0.4505937099, 0.0259040371, 0.7827717662,
      -0.808675766,
    ],
    cones,
  );
}

describe.each(modes)("colours of lines on a %s page", (mode) => {
  test.each(Object.entries(EYES))("are distinguishable with %s", (_name, eyes) => {
    const seen = seriesColors.map((name) => {
      const within = times(eyes, linear(colorOf(name, mode))).map((value) => Math.min(1, Math.max(0, value)));
      return { name, place: perceived(within) };
    });
    const close = seen.flatMap((one, index) =>
      seen
        .slice(index + 1)
        .filter((other) => Math.hypot(...one.place.map((value, axis) => value - (other.place[axis] ?? 0))) < 0.08)
        .map((other) => `${one.name} and ${other.name}`),
    );
    expect(close).toEqual([]);
  });

  test("have a contrast of at least 3 with the card", () => {
    for (const name of seriesColors)
      expect(contrast(colorOf(name, mode), colorOf("tile", mode))).toBeGreaterThanOrEqual(3);
  });
});
