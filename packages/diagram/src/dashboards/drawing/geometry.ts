import { READABLE } from "../../drawing/geometry";
import { extent } from "../../drawing/scene";
import { contrast, modes } from "../../drawing/theme";
import { type Item, type Panel, type Rectangle, type Scene, type Shape, type Text } from "./scene";
import { themes } from "./theme";

/** The problems that make a picture unreadable, each in one sentence; empty for a readable picture. */
export function problemsOf(scene: Scene): string[] {
  const placed = scene.items.flatMap((item): Placed[] =>
    item.kind === "shape" ? [] : [{ item, area: item.kind === "text" ? extent(item) : item }],
  );
  return [...outside(scene, placed), ...overlapping(placed), ...tooSmall(scene), ...tooFaint(scene, placed)];
}

/** An item with its area, which is measured once because measuring text is slow. */
interface Placed {
  readonly item: Panel | Text;
  readonly area: Rectangle;
}

/** Reports text outside of its card, and items outside of the picture. */
function outside({ width, height }: Scene, placed: readonly Placed[]): string[] {
  const page = { x: 0, y: 0, width, height };
  return placed
    .filter(({ item, area }) => !contains(item.kind === "text" ? item.within : page, area))
    .map(({ item }) => `${nameOf(item)} is larger than what it is in.`);
}

/** Reports texts that overlap, and panels that overlap without one containing the other. */
function overlapping(placed: readonly Placed[]): string[] {
  return placed.flatMap((one, index) =>
    placed
      .slice(index + 1)
      .filter((other) => intersects(one.area, other.area) && collide(one, other))
      .map((other) => `${nameOf(one.item)} overlaps ${nameOf(other.item)}.`),
  );
}

/** Whether the overlap of two items is a problem. The second item is drawn later. */
function collide(one: Placed, other: Placed): boolean {
  if (one.item.kind === "text") return true;
  if (other.item.kind === "panel" && other.item.covers === true) return false;
  return !contains(one.area, other.area);
}

function tooSmall({ items, width }: Scene): string[] {
  const { readmeWidth, smallestText } = READABLE;
  return items
    .filter((item) => item.kind === "text")
    .filter(({ size }) => (size * readmeWidth) / width < smallestText)
    .map((item) => `${nameOf(item)} is smaller than ${smallestText} px in a README.`);
}

/** Reports low contrast of text with its background, and of lines with the card. */
function tooFaint({ items }: Scene, placed: readonly Placed[]): string[] {
  const { textContrast, lineContrast } = READABLE;
  const texts = placed.flatMap(({ item, area }, index) => {
    if (item.kind !== "text") return [];
    const behind = placed.slice(0, index).findLast((each) => each.item.kind === "panel" && contains(each.area, area));
    return [{ item, fill: behind?.item.kind === "panel" ? behind.item.fill : ("page" as const) }];
  });
  return modes.flatMap((mode) => {
    const theme = themes[mode];
    const faint = [
      ...texts
        .filter(({ item, fill }) => contrast(theme[item.color], theme[fill]) < textContrast)
        .map(({ item }) => item),
      ...items.filter(isSeries).filter(({ stroke }) => contrast(theme[stroke], theme.card) < lineContrast),
    ];
    return faint.map((item) => `${nameOf(item)} is too faint (${mode}).`);
  });
}

/** Whether an item is a data line: data lines have a name, grid lines do not. */
function isSeries(item: Item): item is Shape & { readonly stroke: NonNullable<Shape["stroke"]> } {
  return item.kind === "shape" && item.name !== "" && item.stroke !== undefined;
}

function nameOf(item: Panel | Text | Shape): string {
  return item.kind === "text" ? `"${item.text}"` : `the ${item.kind} ${item.name}`;
}

/** Smaller differences are rounding errors. */
const TOLERANCE = 0.01;

function intersects(one: Rectangle, two: Rectangle): boolean {
  return (
    one.x + TOLERANCE < two.x + two.width &&
    two.x + TOLERANCE < one.x + one.width &&
    one.y + TOLERANCE < two.y + two.height &&
    two.y + TOLERANCE < one.y + one.height
  );
}

function contains(outer: Rectangle, inner: Rectangle): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width + TOLERANCE &&
    inner.y + inner.height <= outer.y + outer.height + TOLERANCE
  );
}
