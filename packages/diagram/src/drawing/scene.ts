import { textWidth, type Weight } from "./fonts";
import type { IconName } from "./icons";
import type { Color } from "./theme";

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Attributes of a shape in SVG; they are written in the order of the keys. */
export interface Paint {
  readonly fill?: Color | "none" | undefined;
  readonly stroke?: Color | undefined;
  readonly strokeWidth?: number | undefined;
  /** Round joins and ends of lines. */
  readonly isRound?: boolean | undefined;
  readonly dash?: string | undefined;
  /** Radius of the corners. */
  readonly radius?: number | undefined;
  readonly opacity?: number | undefined;
}

export interface Box extends Rectangle {
  readonly kind: "box";
  /** Name used in messages and by screen readers. */
  readonly name: string;
  readonly paint: Paint;
  /** Which corners are round. @default "all" */
  readonly corners?: "all" | "top" | undefined;
  /** Whether it may cover what is drawn before it, as a resource in several zones covers their boxes. @default false */
  readonly covers?: boolean | undefined;
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
  readonly anchor: "start" | "middle" | "end";
  /** Area that must contain the text. @default the picture */
  readonly within?: Rectangle;
  /** Draws a line below it. @default false */
  readonly isLink?: boolean;
}

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
  readonly dash?: string | undefined;
  /** Whether it ends with an arrowhead. @default true */
  readonly hasHead?: boolean;
  /** Horizontal positions of hops over vertical arrows. @default none */
  readonly hops?: readonly number[];
}

/** A line or an area of a graph, as SVG path data. */
export interface Shape {
  readonly kind: "shape";
  readonly name: string;
  readonly path: string;
  readonly paint: Paint;
}

export type Item = Box | Label | Icon | Arrow | Shape;

/** A picture as shapes with absolute geometry, in the order in which they are drawn. */
export interface Scene {
  readonly title: string;
  readonly description: string;
  /** Sources of what is drawn, as a comment in the file. */
  readonly credit: string;
  /** @default none, for a scene that draws its own */
  readonly background?: Color;
  readonly width: number;
  readonly height: number;
  readonly items: readonly Item[];
}

/** Sizes of text, in units of the picture. The smallest can be read at the width of a README. */
export const SMALL = 15;
export const NORMAL = 16;
export const TITLE = 17;
export const LARGE = 18;
export const HEADING = 19;

export type TextStyle = Partial<Pick<Label, "size" | "weight" | "color" | "anchor" | "within" | "isLink">>;

export function label(text: string, x: number, y: number, style: TextStyle = {}): Label {
  return { kind: "label", text, x, y, size: SMALL, weight: 400, color: "ink", anchor: "start", ...style };
}

/** A label of a dashboard, which must be within an area. */
export function text(words: string, x: number, y: number, within: Rectangle, style: TextStyle = {}): Label {
  return label(words, x, y, { color: "text", within, ...style });
}

/** The area of a text, from the top of its capitals to the bottom of its descenders. */
export function extent(item: Label): Rectangle {
  const width = textWidth(item.text, item.size, item.weight);
  const shift = { start: 0, middle: width / 2, end: width }[item.anchor];
  return { x: item.x - shift, y: item.y - item.size * 0.76, width, height: item.size };
}

type BoxStyle = Pick<Paint, "stroke" | "dash" | "radius"> & { readonly fill?: Color } & Pick<Box, "corners" | "covers">;

/** A box with an outline. */
export function box(name: string, { x, y, width, height }: Rectangle, style: BoxStyle): Box {
  const { fill = "none", stroke, dash, radius, covers } = style;
  const outline = stroke === undefined ? {} : { stroke, strokeWidth: 1.5 };
  return { kind: "box", name, x, y, width, height, paint: { fill, ...outline, dash, radius }, covers };
}

/** A filled box of a dashboard. */
export function panel(name: string, area: Rectangle, fill: Color, style: Omit<BoxStyle, "fill"> = {}): Box {
  const { x, y, width, height } = area;
  const { stroke, radius, corners, covers } = style;
  return { kind: "box", name, x, y, width, height, paint: { radius, fill, stroke }, corners, covers };
}

/** A line of a graph, as SVG path data. */
export function stroke(name: string, path: string, color: Color, strokeWidth: number, dash?: string): Shape {
  return { kind: "shape", name, path, paint: { fill: "none", stroke: color, strokeWidth, isRound: true, dash } };
}

export function icon(name: IconName, x: number, y: number, size: number): Icon {
  return { kind: "icon", icon: name, x, y, width: size, height: size };
}

type ArrowStyle = Partial<Omit<Arrow, "kind" | "name" | "points">>;

/** An arrow, by default of allowed traffic. @param points corners as x and y */
export function arrow(name: string, points: readonly (readonly [number, number])[], style: ArrowStyle = {}): Arrow {
  return { kind: "arrow", name, points: points.map(([x, y]) => ({ x, y })), color: "inbound", ...style };
}

export function vertical(name: string, x: number, from: number, to: number, style?: ArrowStyle): Arrow {
  const points = [from, to].map((y) => [x, y] as const);
  return arrow(name, points, style);
}

export function horizontal(name: string, from: number, to: number, y: number, style?: ArrowStyle): Arrow {
  const points = [from, to].map((x) => [x, y] as const);
  return arrow(name, points, style);
}

/** Items that are drawn on a condition. */
export function when(isDrawn: boolean, items: readonly Item[]): readonly Item[] {
  return isDrawn ? items : [];
}

/** A rectangle without its margins. */
export function inset({ x, y, width, height }: Rectangle, by: number, vertically = by): Rectangle {
  return { x: x + by, y: y + vertically, width: width - 2 * by, height: height - 2 * vertically };
}

/** The text, or as much of its beginning as fits. */
export function shortened(words: string, width: number, size = SMALL, weight: Weight = 400): string {
  if (textWidth(words, size, weight) <= width) return words;
  let end = words.length;
  while (end > 0 && textWidth(`${words.slice(0, end).trimEnd()}…`, size, weight) > width) end -= 1;
  return `${words.slice(0, end).trimEnd()}…`;
}
