import { textWidth, type Weight } from "../../drawing/fonts";
import type { Rectangle } from "../../drawing/scene";
import type { Color } from "./theme";

export type { Rectangle };

/** A filled rectangle. */
export interface Panel extends Rectangle {
  readonly kind: "panel";
  /** Name used in messages and by screen readers. */
  readonly name: string;
  readonly fill: Color;
  readonly stroke?: Color;
  /** Round corners: all, or those at the top. @default none */
  readonly radius?: number;
  readonly corners?: "all" | "top";
  /** Whether it may cover items that are drawn before it. @default false */
  readonly covers?: boolean;
}

export interface Text {
  readonly kind: "text";
  readonly text: string;
  readonly x: number;
  /** Vertical position of the baseline. */
  readonly y: number;
  readonly size: number;
  readonly weight: Weight;
  readonly color: Color;
  readonly anchor: "start" | "middle" | "end";
  /** Area that must contain the text. */
  readonly within: Rectangle;
  /** Draws a line below it. @default false */
  readonly isLink?: boolean;
}

/** A line or an area of a graph, as SVG path data. */
export interface Shape {
  readonly kind: "shape";
  readonly name: string;
  readonly path: string;
  readonly stroke?: Color;
  readonly fill?: Color;
  readonly width?: number;
  readonly dash?: string;
  /** @default 1 */
  readonly opacity?: number;
}

export type Item = Panel | Text | Shape;

/** A picture as shapes with absolute geometry, in the order in which they are drawn. */
export interface Scene {
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly items: readonly Item[];
}

/** Sizes of text, in units of the picture; the smallest can be read at the width of a README. */
export const SMALL = 15;
export const NORMAL = 16;
export const TITLE = 17;
export const HEADING = 19;

export interface TextStyle {
  readonly size?: number;
  readonly weight?: Weight;
  readonly color?: Color;
  readonly anchor?: Text["anchor"];
  readonly isLink?: boolean;
}

export function text(words: string, x: number, y: number, within: Rectangle, style: TextStyle = {}): Text {
  const { size = SMALL, weight = 400, color = "ink", anchor = "start", isLink = false } = style;
  return { kind: "text", text: words, x, y, size, weight, color, anchor, within, isLink };
}

export function panel(
  name: string,
  rectangle: Rectangle,
  fill: Color,
  style: Pick<Panel, "stroke" | "radius" | "corners" | "covers"> = {},
): Panel {
  const { x, y, width, height } = rectangle;
  return { kind: "panel", name, x, y, width, height, fill, ...style };
}

/** A rectangle without its margins. */
export function inset({ x, y, width, height }: Rectangle, by: number, vertically = by): Rectangle {
  return { x: x + by, y: y + vertically, width: width - 2 * by, height: height - 2 * vertically };
}

/** The text, or as much of its beginning as fits. */
export function shortened(words: string, width: number, size: number, weight: Weight): string {
  if (textWidth(words, size, weight) <= width) return words;
  let end = words.length;
  while (end > 0 && textWidth(`${words.slice(0, end).trimEnd()}…`, size, weight) > width) end -= 1;
  return `${words.slice(0, end).trimEnd()}…`;
}
