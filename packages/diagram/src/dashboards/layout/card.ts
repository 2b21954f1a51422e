import { inset, type Item, panel, type Rectangle, shortened, text, TITLE } from "../../drawing/scene";

/** Space between a card's edge and its content. */
export const PADDING = 14;

/** A card with a title. */
export function card(title: string, area: Rectangle): Item[] {
  const inner = inset(area, PADDING, 0);
  return [
    panel(title, area, "tile", { stroke: "border", radius: 6 }),
    text(shortened(title, inner.width, TITLE, 600), inner.x, area.y + 28, area, { size: TITLE, weight: 600 }),
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
