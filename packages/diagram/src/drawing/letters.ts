import { layOut, outline, textWidth, UNITS_PER_EM, type Weight } from "./fonts";
import type { Label } from "./scene";

/** A coordinate, rounded to the visible precision. */
export function round(value: number): number {
  return Number(value.toFixed(2));
}

export function escape(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** Draws text as outlines, because readers may not have the font. Each letter is defined once. */
export class Letters {
  private readonly glyphs = new Map<string, string>();

  draw({ text, x, y, size, weight, anchor }: Label, paint: string): string {
    const shift = { start: 0, middle: 0.5, end: 1 }[anchor] * textWidth(text, size, weight);
    const scale = Number((size / UNITS_PER_EM).toFixed(7));
    const letters = layOut(text, weight).glyphs.flatMap(({ x: position, index }) => {
      const path = outline(index, weight);
      return path === "" ? [] : `<use href="#${this.glyph(index, weight, path)}" x="${Math.round(position)}"/>`;
    });
    return `<g aria-label="${escape(text)}" fill="${paint}" transform="translate(${round(x - shift)} ${round(y)}) scale(${scale})">${letters.join("")}</g>`;
  }

  /** Definitions of the drawn letters; complete after all text is drawn. */
  definitions(): string[] {
    return [...this.glyphs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, path]) => `<path id="${id}" d="${path}"/>`);
  }

  private glyph(index: number, weight: Weight, path: string): string {
    const id = `g${weight / 100}-${index}`;
    this.glyphs.set(id, path);
    return id;
  }
}
