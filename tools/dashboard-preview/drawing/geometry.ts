import { READABLE } from "../../diagram/drawing/geometry";
import { contrast, modes } from "../../diagram/drawing/theme";
import { extent, type Item, type Panel, type Rectangle, type Scene, type Shape, type Text } from "./scene";
import { themes } from "./theme";

/** What keeps a picture from being clear, each in one sentence; empty for a good one. */
export function problemsOf(scene: Scene): string[] {
  return [...outside(scene), ...overlapping(scene), ...tooSmall(scene), ...tooFaint(scene)];
}

/** Text stays in its card, and all in the picture. */
function outside({ width, height, items }: Scene): string[] {
  const page = { x: 0, y: 0, width, height };
  return items.flatMap((item) => {
    if (item.kind === "shape") return [];
    const area = item.kind === "text" ? extent(item) : item;
    const frame = item.kind === "text" ? item.within : page;
    return contains(frame, area) ? [] : [`${nameOf(item)} is larger than what it is in.`];
  });
}

/** Text touches no other text, and panels are apart or inside each other. */
function overlapping({ items }: Scene): string[] {
  return items.flatMap((item, index) =>
    items
      .slice(index + 1)
      .flatMap((other) => (collide(item, other) ? [`${nameOf(item)} overlaps ${nameOf(other)}.`] : [])),
  );
}

function collide(one: Item, other: Item): boolean {
  if (one.kind === "text" && other.kind === "text") return intersects(extent(one), extent(other));
  if (one.kind === "text" && other.kind === "panel") return intersects(extent(one), other);
  if (one.kind === "panel" && other.kind === "text") {
    const area = extent(other);
    return intersects(one, area) && !contains(one, area);
  }
  if (one.kind !== "panel" || other.kind !== "panel" || other.covers === true) return false;
  return intersects(one, other) && !contains(one, other);
}

function tooSmall({ items, width }: Scene): string[] {
  const { readmeWidth, smallestText } = READABLE;
  return items
    .filter((item) => item.kind === "text")
    .filter(({ size }) => (size * readmeWidth) / width < smallestText)
    .map((item) => `${nameOf(item)} is smaller than ${smallestText} px in a README.`);
}

/** Text against what it lies on, lines against the card. */
function tooFaint({ items }: Scene): string[] {
  const { textContrast, lineContrast } = READABLE;
  return modes.flatMap((mode) => {
    const theme = themes[mode];
    return items.flatMap((item, index) => {
      if (item.kind === "text") {
        const behind = items
          .slice(0, index)
          .findLast((panel): panel is Panel => panel.kind === "panel" && contains(panel, extent(item)));
        const isFaint = contrast(theme[item.color], theme[behind?.fill ?? "page"]) < textContrast;
        return isFaint ? [`${nameOf(item)} is too faint (${mode}).`] : [];
      }
      return isSeries(item) && contrast(theme[item.stroke], theme.card) < lineContrast
        ? [`${nameOf(item)} is too faint (${mode}).`]
        : [];
    });
  });
}

/** Lines that say something have a name; those of the grid do not. */
function isSeries(item: Item): item is Shape & { readonly stroke: NonNullable<Shape["stroke"]> } {
  return item.kind === "shape" && item.name !== "" && item.stroke !== undefined;
}

function nameOf(item: Panel | Text | Shape): string {
  return item.kind === "text" ? `"${item.text}"` : `the ${item.kind} ${item.name}`;
}

/** Less than this is a matter of rounding. */
const DUST = 0.01;

function intersects(one: Rectangle, two: Rectangle): boolean {
  return (
    one.x + DUST < two.x + two.width &&
    two.x + DUST < one.x + one.width &&
    one.y + DUST < two.y + two.height &&
    two.y + DUST < one.y + one.height
  );
}

function contains(outer: Rectangle, inner: Rectangle): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width + DUST &&
    inner.y + inner.height <= outer.y + outer.height + DUST
  );
}
