import { textWidth } from "../../drawing/fonts";
import { inset, type Item, panel, type Rectangle, shortened, SMALL, text, TITLE } from "../../drawing/scene";

/** Space between a card's edge and its content. */
export const PADDING = 14;
const PLAIN = "no sample model";

/** A card with a title. @param isPlain whether it says that its data are a plain sample */
export function card(title: string, area: Rectangle, isPlain = false): Item[] {
  const inner = inset(area, PADDING, 0);
  const width = tagWidth(PLAIN);
  const room = isPlain ? inner.width - width - 8 : inner.width;
  return [
    panel(title, area, "tile", { stroke: "border", radius: 6 }),
    text(shortened(title, room, TITLE, 600), inner.x, area.y + 28, area, { size: TITLE, weight: 600 }),
    ...(isPlain ? plainTag(inner.x + inner.width - width, area.y + 12) : []),
  ];
}

/** Says that a metric has no sample model. */
export function plainTag(x: number, y: number): Item[] {
  return tag(PLAIN, x, y, { height: 22 });
}

/** Words on a coloured background. */
export function tag(
  words: string,
  x: number,
  y: number,
  style: { height: number; radius?: number; color?: "warning" | "error"; pad?: number; weight?: 600 | 700 },
): Item[] {
  const { height, radius = 4, color = "warning", pad, weight = 600 } = style;
  const area = { x, y, width: tagWidth(words, pad, weight), height };
  return [
    panel(words, area, `${color}Tint`, { radius, covers: true }),
    text(words, x + (pad ?? TAG_PAD), y + height / 2 + 5, area, { weight, color }),
  ];
}

const TAG_PAD = 7;

export function tagWidth(words: string, pad = TAG_PAD, weight: 600 | 700 = 600): number {
  return textWidth(words, SMALL, weight) + 2 * pad;
}

/** The area of a card below its title. */
export function body({ x, y, width, height }: Rectangle): Rectangle {
  const top = 44;
  return { x: x + PADDING, y: y + top, width: width - 2 * PADDING, height: height - top - PADDING + 4 };
}
