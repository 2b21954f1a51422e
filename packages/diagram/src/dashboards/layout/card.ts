import { textWidth } from "../../drawing/fonts";
import { inset, type Item, panel, type Rectangle, shortened, SMALL, text, TITLE } from "../../drawing/scene";

/** Space between a card's edge and its content. */
export const PADDING = 14;
const PLAIN = "no sample model";

/** A card with a title. @param isPlain whether it says that its data are a plain sample */
export function card(title: string, area: Rectangle, isPlain = false): Item[] {
  const inner = inset(area, PADDING, 0);
  const width = textWidth(PLAIN, SMALL, 600) + 14;
  const room = isPlain ? inner.width - width - 8 : inner.width;
  return [
    panel(title, area, "tile", { stroke: "border", radius: 6 }),
    text(shortened(title, room, TITLE, 600), inner.x, area.y + 28, area, { size: TITLE, weight: 600 }),
    ...(isPlain ? plainTag(inner.x + inner.width - width, area.y + 12) : []),
  ];
}

/** Says that a metric has no sample model. */
export function plainTag(x: number, y: number): Item[] {
  const tag = { x, y, width: textWidth(PLAIN, SMALL, 600) + 14, height: 22 };
  return [
    panel(PLAIN, tag, "warningTint", { radius: 4 }),
    text(PLAIN, tag.x + 7, tag.y + 16, tag, { weight: 600, color: "warning" }),
  ];
}

/** The area of a card below its title. */
export function body(area: Rectangle): Rectangle {
  const top = 44;
  return {
    x: area.x + PADDING,
    y: area.y + top,
    width: area.width - 2 * PADDING,
    height: area.height - top - PADDING + 4,
  };
}
