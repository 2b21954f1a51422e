import { textWidth } from "../../drawing/fonts";
import { Letters } from "../../drawing/letters";
import { escape, round } from "../../drawing/markup";
import type { Mode } from "../../drawing/theme";
import type { Item, Panel, Scene, Shape, Text } from "./scene";
import { type Theme, themes } from "./theme";

const CREDIT = "Sample data. Letters: Open Sans, OFL 1.1.";

/** Draws a scene. The same scene gives the same bytes everywhere. */
export function toSvg({ title, description, width, height, items }: Scene, mode: Mode): string {
  const letters = new Letters();
  const shapes = items.map((item) => draw(item, themes[mode], letters));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escape(title)}</title>`,
    `<desc id="description">${escape(description)}</desc>`,
    `<!-- ${CREDIT} -->`,
    "<defs>",
    ...letters.definitions(),
    "</defs>",
    ...shapes,
    "</svg>",
    "",
  ].join("\n");
}

function draw(item: Item, theme: Theme, letters: Letters): string {
  switch (item.kind) {
    case "panel":
      return panel(item, theme);
    case "shape":
      return shape(item, theme);
    case "text":
      return letters.draw(item, theme[item.color]) + (item.isLink === true ? underline(item, theme) : "");
  }
}

function panel({ name, x, y, width, height, fill, stroke, radius = 0, corners = "all" }: Panel, theme: Theme): string {
  const paint = [`fill="${theme[fill]}"`, ...(stroke === undefined ? [] : [`stroke="${theme[stroke]}"`])].join(" ");
  const title = name === "" ? "/>" : `><title>${escape(name)}</title>`;
  if (corners === "all") {
    const rounded = radius === 0 ? "" : ` rx="${radius}"`;
    const end = name === "" ? "" : "</rect>";
    return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"${rounded} ${paint}${title}${end}`;
  }
  const path = `M${round(x)} ${round(y + height)}v${round(radius - height)}a${radius} ${radius} 0 0 1 ${radius} ${-radius}h${round(width - 2 * radius)}a${radius} ${radius} 0 0 1 ${radius} ${radius}v${round(height - radius)}z`;
  return `<path d="${path}" ${paint}${title}${name === "" ? "" : "</path>"}`;
}

function shape({ name, path, stroke, fill, width = 2, dash, opacity = 1 }: Shape, theme: Theme): string {
  const paint = [
    `fill="${fill === undefined ? "none" : theme[fill]}"`,
    ...(stroke === undefined
      ? []
      : [`stroke="${theme[stroke]}"`, `stroke-width="${width}"`, 'stroke-linejoin="round"', 'stroke-linecap="round"']),
    ...(dash === undefined ? [] : [`stroke-dasharray="${dash}"`]),
    ...(opacity === 1 ? [] : [`opacity="${opacity}"`]),
  ];
  return `<path d="${path}" ${paint.join(" ")}${name === "" ? "/>" : `><title>${escape(name)}</title></path>`}`;
}

function underline({ text, x, y, size, weight, color }: Text, theme: Theme): string {
  const end = x + textWidth(text.trimEnd(), size, weight);
  return `<path d="M${round(x)} ${round(y + 2.5)}H${round(end)}" stroke="${theme[color]}" opacity="0.45"/>`;
}
