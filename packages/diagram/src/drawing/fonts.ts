import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import opentype, { type Font } from "opentype.js";

/** Weights of the picture's font, Open Sans. */
export type Weight = 400 | 600 | 700;

const fonts = new Map<Weight, Font>();

/** Units of the font's em square, used for glyph outlines and positions. */
export const UNITS_PER_EM = 2048;
const ORDER = ["x1", "y1", "x2", "y2", "x", "y"] as const;

/** Width of a text in the picture's units. */
export function textWidth(text: string, size: number, weight: Weight): number {
  return (layOut(text, weight).width * size) / UNITS_PER_EM;
}

/**
 * Glyphs of a text with their positions from its start, with kerning, and its width, in units of the font. The index of a glyph is
 * unique within the weight. A character that the font lacks becomes `?`.
 */
export function layOut(text: string, weight: Weight) {
  const font = fontOf(weight);
  const shapes = Array.from(text).map((character) => font.charToGlyph(font.hasChar(character) ? character : "?"));
  let width = 0;
  const glyphs = shapes.map((glyph, position) => {
    const before = shapes[position - 1];
    if (before !== undefined) width += font.getKerningValue(before, glyph);
    const x = width;
    width += glyph.advanceWidth ?? 0;
    return { x, index: glyph.index };
  });
  return { glyphs, width };
}

/** Outline of a glyph, as SVG path data in units of the font, with y downwards. */
export function outline(index: number, weight: Weight): string {
  // Not with `toPathData`: its optimization loses parts of some glyphs.
  const { commands } = fontOf(weight).glyphs.get(index).getPath(0, 0, UNITS_PER_EM);
  return commands
    .map(({ type, ...numbers }) => {
      const values: Partial<Record<(typeof ORDER)[number], number>> = numbers;
      return type + ORDER.flatMap((key) => (values[key] === undefined ? [] : Math.round(values[key]))).join(" ");
    })
    .join("");
}

/** Loads the font from node_modules, so that the picture is the same on machines with other fonts. */
function fontOf(weight: Weight): Font {
  const known = fonts.get(weight);
  if (known !== undefined) return known;
  const { resolve } = createRequire(join(process.cwd(), "package.json"));
  const file = resolve(`@fontsource/open-sans/files/open-sans-latin-${weight}-normal.woff`);
  const { buffer, byteOffset, byteLength } = readFileSync(file);
  const font = opentype.parse(buffer.slice(byteOffset, byteOffset + byteLength));
  fonts.set(weight, font);
  return font;
}
