import { type Arrow, type Box, extent, type Icon, inset, type Label, type Rectangle, type Scene } from "./scene";

/** Width of a picture in a README on GitHub, and the smallest readable text there, in CSS pixels. */
const READABLE = { readmeWidth: 830, smallestText: 10 } as const;
/** Smaller differences are rounding errors. */
const TOLERANCE = 0.01;

/** An item with the area that it covers, which is measured once because measuring text is slow. */
interface Placed {
  readonly item: Box | Label | Icon;
  readonly area: Rectangle;
  /** Position in the order of drawing. */
  readonly order: number;
}

/** The problems that make a picture hard to read, each in one sentence; empty for a readable picture. */
export function problemsOf({ items, width, height }: Scene): string[] {
  const page = { x: 0, y: 0, width, height };
  const placed = items.flatMap((item, order): Placed[] =>
    item.kind === "arrow" || item.kind === "shape" ? [] : [{ item, area: areaOf(item), order }],
  );
  const arrows = items.flatMap((item, order) => (item.kind === "arrow" ? [{ item, order }] : []));
  return [
    ...placed
      .filter(({ item, area }) => !contains(item.kind === "label" ? (item.within ?? page) : page, area))
      .map(({ item }) => `${nameOf(item)} is larger than what it is in.`),
    ...arrows
      .filter(({ item }) => !segmentsOf(item).every((each) => contains(page, each)))
      .map(({ item }) => `Arrow ${item.name} leaves the picture.`),
    ...overlaps(placed),
    ...struckThrough(arrows, placed),
    ...crossings(arrows.map(({ item }) => item)),
    ...placed
      .filter(({ item }) => item.kind === "label" && (item.size * READABLE.readmeWidth) / width < READABLE.smallestText)
      .map(({ item }) => `${nameOf(item)} is smaller than ${READABLE.smallestText} px in a README.`),
  ];
}

/** Items that overlap. Boxes may contain others or cover them on purpose; labels and icons may not overlap any item. */
function overlaps(placed: readonly Placed[]): string[] {
  return placed.flatMap((one, index) =>
    placed
      .slice(index + 1)
      .filter((other) => intersects(one.area, other.area) && collide(one, other, placed))
      .map((other) => `${nameOf(one.item)} overlaps ${nameOf(other.item)}.`),
  );
}

/** Whether the overlap of two items is a problem. The second item is drawn later. */
function collide(one: Placed, other: Placed, placed: readonly Placed[]): boolean {
  if (one.item.kind !== "box") return true;
  if (contains(one.area, other.area)) return false;
  if (other.item.kind !== "box") return !isHidden(other.area, placed, one.order, other.order);
  return !(contains(other.area, one.area) || one.item.covers === true || other.item.covers === true);
}

/** Whether a filled box that is drawn between two items hides the first one in an area. */
function isHidden(where: Rectangle, placed: readonly Placed[], from: number, to: number): boolean {
  return placed.some(
    ({ item, area, order }) =>
      order > from && order < to && item.kind === "box" && item.paint.fill !== "none" && contains(area, where),
  );
}

/** Arrows that run through a label or an icon. */
function struckThrough(arrows: readonly { item: Arrow; order: number }[], placed: readonly Placed[]): string[] {
  return arrows.flatMap(({ item, order }) =>
    placed
      .filter((other) => other.item.kind !== "box" && !isHidden(other.area, placed, order, other.order))
      .filter(({ area }) => segmentsOf(item).some((segment) => intersects(inset(segment, -2), area)))
      .map((other) => `Arrow ${item.name} runs through ${nameOf(other.item)}.`),
  );
}

/** Crossings of arrows without a hop. */
function crossings(arrows: readonly Arrow[]): string[] {
  const pieces = arrows.flatMap((item) => segmentsOf(item).map((area) => ({ item, area })));
  return pieces.flatMap(({ item: one, area }) =>
    pieces
      .filter((other) => other.item !== one && area.height === 0 && other.area.width === 0)
      .filter((other) => intersects(area, other.area) && !one.hops?.includes(other.area.x))
      .map(({ item }) => `Arrow ${one.name} crosses ${item.name} without a hop.`),
  );
}

/** The area of an item, including the space that a label of a diagram needs at its sides. */
function areaOf(item: Box | Label | Icon): Rectangle {
  if (item.kind !== "label") return item;
  return item.within === undefined ? inset(extent(item), -3, 0) : extent(item);
}

function segmentsOf({ points }: Arrow): Rectangle[] {
  return points.slice(1).map((b, index) => {
    const a = points[index] ?? b;
    const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
    return { x, y, width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
  });
}

function intersects(one: Rectangle, two: Rectangle): boolean {
  return (
    one.x + TOLERANCE < two.x + two.width &&
    two.x + TOLERANCE < one.x + one.width &&
    one.y + TOLERANCE < two.y + two.height &&
    two.y + TOLERANCE < one.y + one.height
  );
}

/** Whether a rectangle is within another one. */
export function contains(outer: Rectangle, inner: Rectangle): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width + TOLERANCE &&
    inner.y + inner.height <= outer.y + outer.height + TOLERANCE
  );
}

function nameOf(item: Placed["item"]): string {
  if (item.kind === "label") return `"${item.text}"`;
  return item.kind === "icon" ? `the icon ${item.icon}` : `the box ${item.name}`;
}
