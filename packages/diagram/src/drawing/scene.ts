import { textWidth, type Weight } from "./fonts";
import type { IconName } from "./icons";
import type { Color } from "./theme";

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Box extends Rectangle {
  readonly kind: "box";
  /** Name used in messages. */
  readonly name: string;
  readonly fill?: Color;
  readonly stroke?: Color;
  readonly dash?: string;
  readonly radius?: number;
  /** Whether it spans other boxes, as a resource in several zones does. @default false */
  readonly spans?: boolean;
}

export interface Label {
  readonly kind: "label";
  readonly text: string;
  readonly x: number;
  /** Vertical position of the baseline. */
  readonly y: number;
  readonly size: number;
  readonly weight: Weight;
  readonly color: Color;
  readonly anchor: Anchor;
}
export type Anchor = "start" | "middle" | "end";

export interface Icon extends Rectangle {
  readonly kind: "icon";
  readonly icon: IconName;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Arrow {
  readonly kind: "arrow";
  readonly name: string;
  /** Corners; neighbours share x or y. */
  readonly points: readonly Point[];
  readonly color: Color;
  readonly dash?: string;
  /** Ends with an arrowhead. @default "end" */
  readonly heads?: "none" | "end" | "both";
  /** Horizontal positions of hops over vertical arrows. @default none */
  readonly hops?: readonly number[];
}

export type Item = Box | Label | Icon | Arrow;

/** A picture as shapes with absolute geometry, in the order in which they are drawn. */
export interface Scene {
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly items: readonly Item[];
}

/** The smallest text, in units of the picture; see `READABLE` in geometry.ts. */
export const SMALL = 15;
export const NORMAL = 16;
export const LARGE = 18;

export function label(
  text: string,
  x: number,
  y: number,
  style: { size?: number; weight?: Weight; color?: Color; anchor?: Anchor } = {},
): Label {
  const { size = SMALL, weight = 400, color = "ink", anchor = "start" } = style;
  return { kind: "label", text, x, y, size, weight, color, anchor };
}

/** The area of a text, from the top of its capitals to the bottom of its descenders. */
export function extent(item: Pick<Label, "text" | "x" | "y" | "size" | "weight" | "anchor">): Rectangle {
  const width = textWidth(item.text, item.size, item.weight);
  const shift = { start: 0, middle: width / 2, end: width }[item.anchor];
  return { x: item.x - shift, y: item.y - item.size * 0.76, width, height: item.size };
}

export function box(name: string, rectangle: Rectangle, style: Omit<Box, "kind" | "name" | keyof Rectangle>): Box {
  const { x, y, width, height } = rectangle;
  return { kind: "box", name, x, y, width, height, ...style };
}

export function icon(name: IconName, x: number, y: number, size: number): Icon {
  return { kind: "icon", icon: name, x, y, width: size, height: size };
}

export function arrow(
  name: string,
  points: readonly (readonly [number, number])[],
  style: Omit<Arrow, "kind" | "name" | "points">,
): Arrow {
  return { kind: "arrow", name, points: points.map(([x, y]) => ({ x, y })), ...style };
}
