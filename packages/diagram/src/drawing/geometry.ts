import {
  type Arrow,
  type Box,
  extent,
  type Icon,
  type Item,
  type Label,
  type Point,
  type Rectangle,
  type Scene,
} from "./scene";
import { contrast, modes, themes } from "./theme";

/** Width of a picture in a README on GitHub, and the smallest readable text there, in CSS pixels. */
export const READABLE = { readmeWidth: 830, smallestText: 10, textContrast: 4.5, lineContrast: 3 } as const;

/** The problems that make a picture unreadable, each in one sentence; empty for a readable picture. */
export function problemsOf(scene: Scene): string[] {
  return [
    ...outside(scene),
    ...overlaps(scene),
    ...struckThrough(scene),
    ...crossings(scene),
    ...tooSmall(scene),
    ...tooFaint(scene),
  ];
}

function outside({ width, height, items }: Scene): string[] {
  const page = { x: 0, y: 0, width, height };
  return items
    .filter((item) => !rectanglesOf(item).every((each) => contains(page, each)))
    .map((item) => `${nameOf(item)} leaves the picture.`);
}

/** Reports items that overlap. Boxes may contain others or span them on purpose; labels and icons may not overlap any item. */
function overlaps({ items }: Scene): string[] {
  return items.flatMap((item, index) =>
    items.slice(index + 1).flatMap((other, offset) => {
      if (item.kind === "arrow" || other.kind === "arrow") return [];
      return collide(item, other, items, index, index + 1 + offset)
        ? [`${nameOf(item)} overlaps ${nameOf(other)}.`]
        : [];
    }),
  );
}

function collide(
  item: Exclude<Item, Arrow>,
  other: Exclude<Item, Arrow>,
  items: readonly Item[],
  index: number,
  otherIndex: number,
): boolean {
  const [one, two] = [areaOf(item), areaOf(other)];
  if (!intersects(one, two)) return false;
  if (item.kind === "box" && other.kind === "box") {
    return !(contains(one, two) || contains(two, one) || item.spans === true || other.spans === true);
  }
  if (item.kind === "box") return !contains(one, two) && !isHidden(two, items, index, otherIndex);
  return true;
}

/** Whether a filled box, drawn after the first item and before the second, hides the first item in the area of the second. */
function isHidden(where: Rectangle, items: readonly Item[], from: number, to: number): boolean {
  return items
    .slice(from + 1, to)
    .some((item) => item.kind === "box" && item.fill !== undefined && contains(item, where));
}

/** Reports arrows that run through a label or an icon. */
function struckThrough({ items }: Scene): string[] {
  return items.flatMap((item, index) => {
    if (item.kind !== "arrow") return [];
    return items.flatMap((other, otherIndex) => {
      if (other.kind !== "label" && other.kind !== "icon") return [];
      const isStruck = segmentsOf(item).some((segment) => intersects(grown(segment, 2), areaOf(other)));
      return isStruck && !isHidden(areaOf(other), items, index, otherIndex)
        ? [`Arrow ${item.name} runs through ${nameOf(other)}.`]
        : [];
    });
  });
}

/** Reports crossings of arrows without a hop. */
function crossings({ items }: Scene): string[] {
  const arrows = items.filter((item) => item.kind === "arrow");
  return arrows.flatMap((one) =>
    arrows.flatMap((other) =>
      one === other
        ? []
        : pairs(one)
            .filter(([a, b]) => a.y === b.y)
            .flatMap(([a, b]) =>
              pairs(other)
                .filter(([c, d]) => c.x === d.x && isBetween(c.x, a.x, b.x) && isBetween(a.y, c.y, d.y))
                .filter(([c]) => !(one.hops ?? []).includes(c.x))
                .map(() => `Arrow ${one.name} crosses ${other.name} without a hop.`),
            ),
    ),
  );
}

function tooSmall({ items, width }: Scene): string[] {
  const { readmeWidth, smallestText } = READABLE;
  return labelsOf(items)
    .filter(({ size }) => (size * readmeWidth) / width < smallestText)
    .map((item) => `${nameOf(item)} is smaller than ${smallestText} px in a README.`);
}

function tooFaint({ items }: Scene): string[] {
  const { textContrast, lineContrast } = READABLE;
  return modes.flatMap((mode) => {
    const theme = themes[mode];
    const behind = (area: Rectangle, index: number) =>
      items
        .slice(0, index)
        .filter((item) => item.kind === "box" && item.fill !== undefined && intersects(item, area))
        .map((item) => theme[(item as Box).fill ?? "page"]);
    return items.flatMap((item, index) => {
      if (item.kind === "label") {
        const background = behind(areaOf(item), index).at(-1) ?? theme.page;
        return contrast(theme[item.color], background) < textContrast
          ? [`${nameOf(item)} is too faint (${mode}).`]
          : [];
      }
      if (item.kind !== "arrow") return [];
      const backgrounds = [theme.page, ...segmentsOf(item).flatMap((segment) => behind(segment, index))];
      return backgrounds.some((color) => contrast(theme[item.color], color) < lineContrast)
        ? [`Arrow ${item.name} is too faint (${mode}).`]
        : [];
    });
  });
}

function labelsOf(items: readonly Item[]): Label[] {
  return items.filter((item) => item.kind === "label");
}

/** The area of an item, including the space that a label needs at its sides. */
function areaOf(item: Box | Label | Icon): Rectangle {
  if (item.kind !== "label") return item;
  const { x, y, width, height } = extent(item);
  return { x: x - 3, y, width: width + 6, height };
}

function rectanglesOf(item: Item): Rectangle[] {
  return item.kind === "arrow" ? segmentsOf(item) : [areaOf(item)];
}

function pairs({ points }: Arrow): [Point, Point][] {
  return points.slice(1).map((point, index) => [points[index] ?? point, point]);
}

function segmentsOf(item: Arrow): Rectangle[] {
  return pairs(item).map(([a, b]) => ({
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.abs(a.x - b.x),
    height: Math.abs(a.y - b.y),
  }));
}

function isBetween(value: number, one: number, other: number): boolean {
  return value > Math.min(one, other) && value < Math.max(one, other);
}

function intersects(one: Rectangle, two: Rectangle): boolean {
  return (
    one.x < two.x + two.width && two.x < one.x + one.width && one.y < two.y + two.height && two.y < one.y + one.height
  );
}

function contains(outer: Rectangle, inner: Rectangle): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

function grown({ x, y, width, height }: Rectangle, by: number): Rectangle {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

function nameOf(item: Item): string {
  switch (item.kind) {
    case "label":
      return `"${item.text}"`;
    case "icon":
      return `the icon ${item.icon}`;
    case "box":
      return `the box ${item.name}`;
    case "arrow":
      return `arrow ${item.name}`;
  }
}
