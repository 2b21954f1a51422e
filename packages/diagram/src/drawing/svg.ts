import { layOut, outline, textWidth, UNITS_PER_EM } from "./fonts";
import { iconFile, type IconName } from "./icons";
import type { Arrow, Box, Icon, Item, Label, Paint, Point, Scene } from "./scene";
import { type Color, colorOf, type Mode } from "./theme";

const HEAD = { length: 11, width: 9 };
const HOP = 6;
const ATTRIBUTES = {
  fill: "fill",
  stroke: "stroke",
  strokeWidth: "stroke-width",
  isRound: "stroke-linejoin",
  dash: "stroke-dasharray",
  radius: "rx",
  opacity: "opacity",
} as const;

/**
 * Draws a scene. The same scene gives the same bytes everywhere: letters are outlines, because a reader of the
 * picture may not have the font, and GitHub loads none.
 */
export function toSvg({ title, description, credit, background, width, height, items }: Scene, mode: Mode): string {
  const drawing = new Drawing(mode);
  const page = background && [`<rect width="${width}" height="${height}" fill="${colorOf(background, mode)}"/>`];
  const shapes = items.map((item) => drawing.draw(item));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escape(title)}</title>`,
    `<desc id="description">${escape(description)}</desc>`,
    `<!-- ${credit} -->`,
    "<defs>",
    ...drawing.definitions(),
    "</defs>",
    ...(page ?? []),
    ...shapes,
    "</svg>",
    "",
  ].join("\n");
}

class Drawing {
  private readonly icons = new Set<IconName>();
  /** Outlines of the drawn letters, each defined once. */
  private readonly glyphs = new Map<string, string>();

  constructor(private readonly mode: Mode) {}

  draw(item: Item): string {
    switch (item.kind) {
      case "box":
        return this.box(item);
      case "label":
        return this.label(item) + (item.isLink === true ? this.underline(item) : "");
      case "icon":
        return this.icon(item);
      case "arrow":
        return this.arrow(item);
      case "shape":
        return titled("path", `d="${item.path}"${this.paint(item.paint)}`, item.name);
    }
  }

  /** Definitions that the shapes refer to; complete after all shapes are drawn. */
  definitions(): string[] {
    const icons = [...this.icons].sort().map((name) => {
      // The icon is embedded as an image, so that the file of the icon set stays unchanged.
      const data = iconFile(name, this.mode).toString("base64");
      return `<image id="${name}" width="100" height="100" href="data:image/svg+xml;base64,${data}"/>`;
    });
    const glyphs = [...this.glyphs].filter(([, path]) => path !== "").sort(([a], [b]) => (a < b ? -1 : 1));
    return [...icons, ...glyphs.map(([id, path]) => `<path id="${id}" d="${path}"/>`)];
  }

  private label({ text, x, y, size, weight, anchor, color }: Label): string {
    const shift = { start: 0, middle: 0.5, end: 1 }[anchor] * textWidth(text, size, weight);
    const scale = Number((size / UNITS_PER_EM).toFixed(7));
    const letters = layOut(text, weight).glyphs.map(({ x: position, index }) => {
      const id = `g${weight / 100}-${index}`;
      const path = this.glyphs.get(id) ?? outline(index, weight);
      this.glyphs.set(id, path);
      return path === "" ? "" : `<use href="#${id}" x="${Math.round(position)}"/>`;
    });
    return `<g aria-label="${escape(text)}" fill="${this.color(color)}" transform="translate(${round(x - shift)} ${round(y)}) scale(${scale})">${letters.join("")}</g>`;
  }

  private color(color: Color): string {
    return colorOf(color, this.mode);
  }

  private paint(paint: Paint): string {
    return (Object.keys(paint) as (keyof Paint)[])
      .map((key) => {
        const value = paint[key];
        if (value === undefined) return "";
        if (key === "isRound") return ' stroke-linejoin="round" stroke-linecap="round"';
        const isColor = (key === "fill" || key === "stroke") && value !== "none";
        return ` ${ATTRIBUTES[key]}="${isColor ? this.color(value as Color) : value}"`;
      })
      .join("");
  }

  private box({ name, x, y, width, height, paint, corners }: Box): string {
    if (corners === "top") {
      const { radius = 0, ...others } = paint;
      const path = `M${round(x)} ${round(y + height)}v${round(radius - height)}a${radius} ${radius} 0 0 1 ${radius} ${-radius}h${round(width - 2 * radius)}a${radius} ${radius} 0 0 1 ${radius} ${radius}v${round(height - radius)}z`;
      return titled("path", `d="${path}"${this.paint(others)}`, name);
    }
    const area = `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
    return titled("rect", area + this.paint(paint), name);
  }

  private underline({ text, x, y, size, weight, color }: Label): string {
    const end = x + textWidth(text.trimEnd(), size, weight);
    return `<path d="M${round(x)} ${round(y + 2.5)}H${round(end)}" stroke="${this.color(color)}" opacity="0.45"/>`;
  }

  private icon({ icon, x, y, width }: Icon): string {
    this.icons.add(icon);
    return `<use href="#${icon}" transform="translate(${round(x)} ${round(y)}) scale(${round(width / 100)})"/>`;
  }

  private arrow({ name, points, color, dash, hasHead = true, hops = [] }: Arrow): string {
    const [before, tip] = points.slice(-2);
    if (before === undefined || tip === undefined) return "";
    const paint = this.color(color);
    // The shaft ends inside the head, so that its blunt end does not show at the tip.
    const line = hasHead ? [...points.slice(0, -1), towards(tip, before, HEAD.length - 2)] : points;
    const dashes = dash === undefined ? "" : ` stroke-dasharray="${dash}"`;
    const attributes = `d="${pathOf(line, hops)}" fill="none" stroke="${paint}" stroke-width="2"${dashes}`;
    const shaft = titled("path", attributes, name);
    return hasHead ? `${shaft}\n<path d="${head(before, tip)}" fill="${paint}"/>` : shaft;
  }
}

/** A coordinate, rounded to the visible precision. */
function round(value: number): number {
  return Number(value.toFixed(2));
}

function escape(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

function titled(element: string, attributes: string, title: string): string {
  const inner = title === "" ? "/" : `><title>${escape(title)}</title></${element}`;
  return `<${element} ${attributes}${inner}>`;
}

/** The point at a distance from one point towards another. */
function towards(tip: Point, from: Point, distance: number): Point {
  return { x: tip.x + Math.sign(from.x - tip.x) * distance, y: tip.y + Math.sign(from.y - tip.y) * distance };
}

function pathOf(points: readonly Point[], hops: readonly number[]): string {
  return points
    .map((point, index) => {
      const before = points[index - 1];
      if (before === undefined) return `M${round(point.x)} ${round(point.y)}`;
      return `${before.y === point.y ? hopsOf(before, point, hops) : ""}L${round(point.x)} ${round(point.y)}`;
    })
    .join("");
}

/** Half circles over the crossed arrows. */
function hopsOf(from: Point, to: Point, hops: readonly number[]): string {
  const direction = Math.sign(to.x - from.x);
  return hops
    .filter((x) => (x - from.x) * direction > 0 && (to.x - x) * direction > 0)
    .sort((a, b) => (a - b) * direction)
    .map((x) => {
      const [start, end] = [x - direction * HOP, x + direction * HOP];
      return `L${round(start)} ${round(from.y)}A${HOP} ${HOP} 0 0 ${direction > 0 ? 1 : 0} ${round(end)} ${round(from.y)}`;
    })
    .join("");
}

function head(from: Point, tip: Point): string {
  const base = towards(tip, from, HEAD.length);
  const [dx, dy] = [Math.sign(tip.x - from.x), Math.sign(tip.y - from.y)];
  const side = { x: (dy * HEAD.width) / 2, y: (dx * HEAD.width) / 2 };
  return `M${round(tip.x)} ${round(tip.y)}L${round(base.x + side.x)} ${round(base.y + side.y)}L${round(base.x - side.x)} ${round(base.y - side.y)}Z`;
}
