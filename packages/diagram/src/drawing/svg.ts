import { iconFile, type IconName } from "./icons";
import { Letters } from "./letters";
import { escape, round } from "./markup";
import type { Arrow, Box, Icon, Label, Point, Scene } from "./scene";
import { type Mode, type Theme, themes } from "./theme";

const HEAD = { length: 11, width: 9 };
const HOP = 6;
const CREDIT = "AWS Architecture Icons, Amazon Web Services, CC BY-ND 2.0, unchanged. Letters: Open Sans, OFL 1.1.";

/**
 * Draws a scene. The same scene gives the same bytes everywhere: letters are outlines, because a reader of the
 * picture may not have the font, and GitHub loads none.
 */
export function toSvg(scene: Scene, mode: Mode): string {
  const drawing = new Drawing(mode);
  const shapes = scene.items.map((item) => drawing.draw(item));
  const { width, height } = scene;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escape(scene.title)}</title>`,
    `<desc id="description">${escape(scene.description)}</desc>`,
    `<!-- ${CREDIT} -->`,
    "<defs>",
    ...drawing.definitions(),
    "</defs>",
    `<rect width="${width}" height="${height}" fill="${themes[mode].page}"/>`,
    ...shapes,
    "</svg>",
    "",
  ].join("\n");
}

class Drawing {
  private readonly theme: Theme;
  private readonly icons = new Set<IconName>();
  private readonly letters = new Letters();

  constructor(private readonly mode: Mode) {
    this.theme = themes[mode];
  }

  draw(item: Box | Label | Icon | Arrow): string {
    switch (item.kind) {
      case "box":
        return this.box(item);
      case "label":
        return this.letters.draw(item, this.theme[item.color]);
      case "icon":
        return this.icon(item);
      case "arrow":
        return this.arrow(item);
    }
  }

  /** Definitions that the shapes refer to; complete after all shapes are drawn. */
  definitions(): string[] {
    const icons = [...this.icons].sort().map((name) => {
      // The icon is embedded as an image, so that the file of the icon set stays unchanged.
      const data = iconFile(name, this.mode).toString("base64");
      return `<image id="${name}" width="100" height="100" href="data:image/svg+xml;base64,${data}"/>`;
    });
    return [...icons, ...this.letters.definitions()];
  }

  private box({ name, x, y, width, height, fill, stroke, dash, radius = 0 }: Box): string {
    const paint = [
      `fill="${fill === undefined ? "none" : this.theme[fill]}"`,
      ...(stroke === undefined ? [] : [`stroke="${this.theme[stroke]}"`, 'stroke-width="1.5"']),
      ...(dash === undefined ? [] : [`stroke-dasharray="${dash}"`]),
      ...(radius === 0 ? [] : [`rx="${radius}"`]),
    ];
    return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" ${paint.join(" ")}><title>${escape(name)}</title></rect>`;
  }

  private icon({ icon, x, y, width }: Icon): string {
    this.icons.add(icon);
    return `<use href="#${icon}" transform="translate(${round(x)} ${round(y)}) scale(${round(width / 100)})"/>`;
  }

  private arrow({ name, points, color, dash, heads = "end", hops = [] }: Arrow): string {
    const paint = this.theme[color];
    const [first, second] = [points[0], points[1]];
    const [beforeLast, last] = [points.at(-2), points.at(-1)];
    if (first === undefined || second === undefined || beforeLast === undefined || last === undefined) return "";
    const tips = [
      ...(heads === "none" ? [] : [head(beforeLast, last)]),
      ...(heads === "both" ? [head(second, first)] : []),
    ];
    const line = shorten(points, heads);
    const dashes = dash === undefined ? "" : ` stroke-dasharray="${dash}"`;
    const shaft = `<path d="${pathOf(line, hops)}" fill="none" stroke="${paint}" stroke-width="2"${dashes}><title>${escape(name)}</title></path>`;
    return [shaft, ...tips.map((tip) => `<path d="${tip}" fill="${paint}"/>`)].join("\n");
  }
}

/** The shaft ends inside the head, so that its blunt end does not show at the tip. */
function shorten(points: readonly Point[], heads: "none" | "end" | "both"): Point[] {
  const line = [...points];
  const towards = (tip: Point, from: Point): Point => ({
    x: tip.x + Math.sign(from.x - tip.x) * (HEAD.length - 2),
    y: tip.y + Math.sign(from.y - tip.y) * (HEAD.length - 2),
  });
  const [first, second, beforeLast, last] = [line[0], line[1], line.at(-2), line.at(-1)];
  if (first && second && heads === "both") line[0] = towards(first, second);
  if (beforeLast && last && heads !== "none") line[line.length - 1] = towards(last, beforeLast);
  return line;
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
  const [dx, dy] = [Math.sign(tip.x - from.x), Math.sign(tip.y - from.y)];
  const base = { x: tip.x - dx * HEAD.length, y: tip.y - dy * HEAD.length };
  const side = { x: (dy * HEAD.width) / 2, y: (dx * HEAD.width) / 2 };
  return `M${round(tip.x)} ${round(tip.y)}L${round(base.x + side.x)} ${round(base.y + side.y)}L${round(base.x - side.x)} ${round(base.y - side.y)}Z`;
}
