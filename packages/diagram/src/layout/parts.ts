import { textWidth } from "../drawing/fonts";
import type { IconName } from "../drawing/icons";
import { box, icon, type Item, label, LARGE, NORMAL, type Rectangle, SMALL } from "../drawing/scene";
import type { Color } from "../drawing/theme";
import type { SubnetFacts } from "../source/zones";
import { type Grid, PAD, rectangle, stretches } from "./grid";

export const HEADER = 36;

/** An icon with one to three lines of text to its right; the first line is its name. */
export function tile(
  name: IconName,
  lines: readonly string[],
  x: number,
  y: number,
  style: { size?: number; color?: Color } = {},
): Item[] {
  const { size = 44, color = "ink" } = style;
  const step = 20;
  const first = y + size / 2 - ((lines.length - 1) * step) / 2 + 5.5;
  return [
    icon(name, x, y, size),
    ...lines.map((line, index) =>
      label(line, x + size + 10, first + index * step, {
        size: index === 0 ? NORMAL : SMALL,
        weight: index === 0 ? 600 : 400,
        color: index === 0 ? color : "muted",
      }),
    ),
  ];
}

export function tileWidth(lines: readonly string[], size = 44): number {
  return (
    size +
    10 +
    Math.max(...lines.map((line, index) => textWidth(line, index === 0 ? NORMAL : SMALL, index === 0 ? 600 : 400)))
  );
}

/** Box of a subnet with its name on the left and its CIDR on the right. */
export function subnet(name: string, facts: SubnetFacts, area: Rectangle, color: Color, fill: Color): Item[] {
  const baseline = area.y + 24;
  return [
    box(`${name} ${facts.cidr}`, area, { fill, stroke: color, radius: 4 }),
    label(name, area.x + PAD, baseline, { size: NORMAL, weight: 600, color }),
    label(facts.cidr, area.x + area.width - PAD, baseline, { size: NORMAL, color, anchor: "end" }),
  ];
}

/** The middle of the free space in a subnet's heading, for an arrow from above. */
export function headingGap(name: string, facts: SubnetFacts, area: Rectangle): number {
  const left = area.x + PAD + textWidth(name, NORMAL, 600);
  const right = area.x + area.width - PAD - textWidth(facts.cidr, NORMAL, 400);
  return Math.round((left + right) / 2);
}

/** The heading of a data subnet. The short form is "isolated", the AWS CDK's term for a subnet without a default route. */
export function dataHeading(facts: SubnetFacts, area: Rectangle): string {
  if (facts.defaultRoute !== "none") return "Data";
  const [long, short] = ["Data subnets, no internet route", "Data, isolated"] as const;
  const texts = textWidth(long, NORMAL, 600) + textWidth(facts.cidr, NORMAL, 400);
  return texts + 4 * PAD <= area.width ? long : short;
}

/** A resource in several zones: a bar over their subnets, with icon and text in the middle. */
export function bars(
  grid: Grid,
  zones: readonly string[],
  style: {
    name: string;
    icon: IconName;
    top: number;
    height: number;
    color: Color;
    fill: Color;
    dash?: string | undefined;
    text: readonly string[];
  },
): Item[] {
  const { name, top, height, color, fill, dash, text } = style;
  return stretches(grid, zones).flatMap((columns) => {
    const [first, last] = [columns[0], columns.at(-1)];
    if (first === undefined || last === undefined) return [];
    const area = rectangle(first.inner.left + PAD, top, last.inner.right - PAD, top + height);
    const size = 44;
    const fitting = text.filter((line) => tileWidth([line], size) + 2 * PAD <= area.width);
    const x = area.x + (area.width - tileWidth(fitting, size)) / 2;
    return [
      box(name, area, { fill, stroke: color, radius: 6, covers: true, dash }),
      ...tile(style.icon, fitting, x, top + (height - size) / 2, { size, color }),
    ];
  });
}

/** Heading of a frame, in its upper left corner. */
export function heading(text: string, x: number, y: number, color: Color): Item {
  return label(text, x, y, { size: LARGE, weight: 600, color });
}
