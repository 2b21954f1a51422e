import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import opentype, { type Font } from "opentype.js";

/** Weights of the picture's font, Open Sans. */
export type Weight = 400 | 600 | 700;

export interface Glyph {
  /** Position from the start of the text, in units of the font. */
  readonly x: number;
  /** Unique within the weight. */
  readonly index: number;
}

const fonts = new Map<Weight, Font>();

/** Units of the font's em square, used for glyph outlines and positions. */
export const UNITS_PER_EM = 2048;

/** Width of a text in the picture's units. */
export function textWidth(text: string, size: number, weight: Weight): number {
  return (layOut(text, weight).width * size) / UNITS_PER_EM;
}

/** Glyphs of a text, with kerning, and its width in units of the font. A character that the font lacks becomes `?`. */
export function layOut(text: string, weight: Weight): { readonly glyphs: readonly Glyph[]; readonly width: number } {
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

const outlines = new Map<string, string>();

/** Outline of a glyph, as SVG path data in units of the font, with y downwards. */
export function outline(index: number, weight: Weight): string {
  const key = `${weight} ${index}`;
  const path = outlines.get(key) ?? pathOf(index, weight);
  outlines.set(key, path);
  return path;
}

function pathOf(index: number, weight: Weight): string {
  // Not with `toPathData`: its optimization loses parts of some glyphs.
  return fontOf(weight)
    .glyphs.get(index)
    .getPath(0, 0, UNITS_PER_EM)
    .commands.map((command) => {
      const { type, ...numbers } = command;
      const order = ["x1", "y1", "x2", "y2", "x", "y"] as const;
      const values: Partial<Record<(typeof order)[number], number>> = numbers;
      return type + order.flatMap((key) => (values[key] === undefined ? [] : Math.round(values[key]))).join(" ");
    })
    .join("");
}

/** Loads the font from node_modules, so that the picture is the same on machines with other fonts. */
function fontOf(weight: Weight): Font {
  const known = fonts.get(weight);
  if (known !== undefined) return known;
  const file = join(
    createRequire(join(process.cwd(), "package.json")).resolve("@fontsource/open-sans/package.json"),
    "..",
    "files",
    `open-sans-latin-${weight}-normal.woff`,
  );
  const { buffer, byteOffset, byteLength } = readFileSync(file);
  const font = opentype.parse(buffer.slice(byteOffset, byteOffset + byteLength));
  fonts.set(weight, font);
  return font;
}
