import { textWidth } from "../drawing/fonts";
import type { IconName } from "../drawing/icons";
import {
  box,
  icon,
  type Item,
  type Label,
  label,
  LARGE,
  NORMAL,
  type Rectangle,
  shortened,
  SMALL,
} from "../drawing/scene";
import type { Color } from "../drawing/theme";
import type { SubnetFacts } from "../source/zones";
import { type Grid, inRows, PAD, rectangle, type Stretch, stretches } from "./grid";

export const HEADER = 36;
const STEP = 20;
/** Size of an icon. */
const SIZE = 44;

export interface Tile {
  /** @default a dashed square, for a resource without a shape of its own */
  readonly icon?: IconName | undefined;
  /** One to three lines of text to the right of the icon; the first line is its name. */
  readonly lines: readonly string[];
}

/** @param style width and height of the icon, colour of the name, and the width, in which lines are shortened */
export function tile({ icon: name, lines }: Tile, x: number, y: number, style: TileStyle = {}): Item[] {
  const { size = SIZE, color = "ink", room = Infinity } = style;
  const first = y + size / 2 - ((lines.length - 1) * STEP) / 2 + 5.5;
  return [
    ...(name === undefined ? anonymous(lines[0] ?? "", x, y, size) : [icon(name, x, y, size)]),
    ...lines.map((line, index) => {
      const font = fontOf(index);
      const text = shortened(line, room - size - 10, font.size, font.weight);
      return label(text, x + size + 10, first + index * STEP, { ...font, color: index === 0 ? color : "muted" });
    }),
  ];
}

interface TileStyle {
  readonly size?: number;
  readonly color?: Color;
  readonly room?: number;
}

function anonymous(name: string, x: number, y: number, size: number): Item[] {
  return [
    box(name, { x, y, width: size, height: size }, { stroke: "group", dash: "4 4", radius: 6 }),
    label("?", x + size / 2, y + size / 2 + 6, { size: LARGE, weight: 600, color: "muted", anchor: "middle" }),
  ];
}

function fontOf(line: number) {
  return line === 0 ? ({ size: NORMAL, weight: 600 } as const) : ({ size: SMALL, weight: 400 } as const);
}

export function tileWidth(lines: readonly string[], size = SIZE): number {
  const widths = lines.map((line, index) => textWidth(line, fontOf(index).size, fontOf(index).weight));
  return size + 10 + Math.max(0, ...widths);
}

/** Tiles side by side, in as many rows as they need. @param most greatest width of a tile @param space greatest space */
export function tiles(all: readonly Tile[], area: Stretch, top: number, most = area.right - area.left, space?: number) {
  const widths = all.map(({ lines }) => Math.min(most, tileWidth(lines)));
  const places = inRows(widths, area, space).map(({ x, row }) => ({ x, y: top + row * 72 }));
  return {
    items: places.flatMap(({ x, y }, index) => tile(all[index] ?? { lines: [] }, x, y, { room: most })),
    bottom: (places.at(-1)?.y ?? top - 72) + 44,
    places,
  };
}

/** A label beside an arrow. */
export function caption(text: string, x: number, y: number, color: Color = "inbound", anchor?: Label["anchor"]): Item {
  return label(text, x, y, { weight: 600, color, ...(anchor && { anchor }) });
}

/** The ports of an arrow beside it, in up to two lines: broken between ports, or before the names of whose port it is. */
export function ports(all: readonly string[], x: number, y: number, room: number, color?: Color): Item[] {
  const words = all.join(", ");
  const breaks = [...words.matchAll(/(?<=,) (?![^(]*\))| (?=\()/g)].map(({ index }) => index);
  const fits = (end: number) => textWidth(words.slice(0, end), SMALL, 600) <= room;
  const end = fits(words.length) ? words.length : (breaks.findLast(fits) ?? breaks[0] ?? words.length);
  const lines = [words.slice(0, end).replace(/,$/, ""), words.slice(end + 1)].filter((line) => line !== "");
  return lines.map((line, index) =>
    caption(shortened(line, room, SMALL, 600), x, y + (lines.length - 1) * (index === 0 ? -9 : 9), color),
  );
}

/** Box of a subnet with its name on the left and its CIDR on the right. */
export function subnet(
  name: string,
  facts: SubnetFacts | undefined,
  area: Rectangle,
  color: "public" | "servers" | "elastic" | "data",
): Item[] {
  if (facts === undefined) return [];
  const baseline = area.y + 24;
  return [
    box(`${name} ${facts.cidr}`, area, { fill: `${color}Fill`, stroke: color, radius: 4 }),
    label(name, area.x + PAD, baseline, { size: NORMAL, weight: 600, color }),
    label(facts.cidr, area.x + area.width - PAD, baseline, { size: NORMAL, color, anchor: "end" }),
  ];
}

/** The middle of the free space in a subnet's heading, for an arrow from above. */
export function headingGap(name: string, cidr: string, area: Rectangle): number {
  const left = area.x + PAD + textWidth(name, NORMAL, 600);
  const right = area.x + area.width - PAD - textWidth(cidr, NORMAL, 400);
  return Math.round((left + right) / 2);
}

/** The first name of a subnet that fits beside its CIDR. */
export function fittingName(names: readonly string[], facts: SubnetFacts | undefined, area: Rectangle): string {
  const room = area.width - 4 * PAD - textWidth(facts?.cidr ?? "", NORMAL, 400);
  return names.find((name) => textWidth(name, NORMAL, 600) <= room) ?? names.at(-1) ?? "";
}

/** "Isolated" is the AWS CDK's term for a subnet without a default route. */
export function dataHeading(facts: SubnetFacts | undefined, area: Rectangle): string {
  if (facts?.isIsolated !== true) return "Data";
  return fittingName(["Data subnets, no internet route", "Data, isolated"], facts, area);
}

interface BarStyle extends Tile {
  readonly name: string;
  readonly top: number;
  readonly color: Color;
  /** @default "card" */
  readonly fill?: Color;
  readonly dash?: string;
}

export const BAR = 64;

/** A resource in several zones: a bar over their subnets, with icon and text in the middle. Lines that do not fit are left out. */
export function bars(grid: Grid, zones: readonly string[], style: BarStyle): Item[] {
  const { name, icon, lines, top, color, fill = "card", dash } = style;
  return stretches(grid, zones).flatMap(([first, last]) => {
    const area = rectangle(first.inner.left + PAD, top, last.inner.right - PAD, top + BAR);
    const fitting = lines.filter((line) => tileWidth([line]) + 2 * PAD <= area.width);
    const x = area.x + (area.width - tileWidth(fitting)) / 2;
    return [
      box(name, area, { fill, stroke: color, radius: 6, covers: true, dash }),
      ...tile({ icon, lines: fitting }, x, top + (BAR - SIZE) / 2, { color }),
    ];
  });
}

/** Heading of a frame, in its upper left corner. */
export function heading(text: string, x: number, y: number, color: Color): Item {
  return label(text, x, y, { size: LARGE, weight: 600, color });
}
