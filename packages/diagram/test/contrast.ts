import { contains } from "../src/drawing/geometry";
import { extent, type Item, type Rectangle, type Scene } from "../src/drawing/scene";
import { type Color, colorOf, modes } from "../src/drawing/theme";

/** Contrast that WCAG asks for. */
const ENOUGH = { text: 4.5, line: 3 };

/** Contrast of two colours by WCAG 2, from 1 to 21. @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** A colour as linear red, green and blue, from 0 to 1. */
export function linear(color: string): number[] {
  return [1, 3, 5]
    .map((start) => Number.parseInt(color.slice(start, start + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = linear(color);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Texts and lines with too little contrast to what is behind them, in either theme. */
export function faintIn({ items, background = "canvas" }: Scene): string[] {
  const behind = (area: Rectangle, order: number): Color =>
    items
      .slice(0, order)
      .flatMap((item) => (item.kind === "box" && contains(item, area) ? [item.paint.fill] : []))
      .findLast((fill) => fill !== undefined && fill !== "none") ?? background;
  const pairs = items.flatMap((item, order): [Item, Color, Color, number][] => {
    if (item.kind === "label") return [[item, item.color, behind(extent(item), order), ENOUGH.text]];
    if (item.kind === "arrow") return [[item, item.color, background, ENOUGH.line]];
    const isSeries = item.kind === "shape" && item.name !== "" && item.paint.stroke !== undefined;
    return isSeries ? [[item, item.paint.stroke ?? "text", "tile", ENOUGH.line]] : [];
  });
  return modes.flatMap((mode) =>
    pairs
      .filter(([, color, fill, least]) => contrast(colorOf(color, mode), colorOf(fill, mode)) < least)
      .map(([item]) => `${item.kind === "label" ? item.text : item.kind} (${mode})`),
  );
}
