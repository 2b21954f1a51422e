import type { Rectangle } from "../drawing/scene";
import type { Platform, ZoneFacts } from "../source/platform";

/** Width in units of the picture with up to three zones; a README shows 1240 units on 830 pixels. */
export const WIDTH = 1240;
/** Additional width of each further zone. */
const FURTHER = 350;
export const MARGIN = 24;
export const PAD = 12;
const GUTTER = 28;
/** Lower edge of the elements outside of the region. */
export const OUTSIDE_BOTTOM = 184;

export interface Stretch {
  readonly left: number;
  readonly right: number;
}

/** Horizontal positions of the columns. Vertical positions depend on the content of the rows. */
export type Grid = ReturnType<typeof gridOf>;

export interface Column extends Stretch {
  readonly zone: ZoneFacts;
  /** Left and right edges of the zone's subnets. */
  readonly inner: Stretch;
}

export function gridOf(platform: Platform) {
  const count = platform.zones.length;
  const width = WIDTH + Math.max(0, count - 3) * FURTHER;
  const region = { left: MARGIN, right: width - MARGIN };
  const vpc = { left: region.left + 16, right: region.right - 16 };
  const [left, right] = [vpc.left + 58, vpc.right - 58];
  const zoneWidth = (right - left - (count - 1) * GUTTER) / Math.max(1, count);
  const zones = platform.zones.map((zone, index): Column => {
    const start = left + index * (zoneWidth + GUTTER);
    const end = start + zoneWidth;
    return { zone, left: start, right: end, inner: { left: start + PAD, right: end - PAD } };
  });
  const before = zones[Math.max(0, Math.floor(count / 2) - 1)];
  return {
    width,
    region,
    vpc,
    zones,
    /** All zones together. */
    inner: { left, right },
    /** Position of the line from the clients, between zones. */
    entryX: count < 2 ? (left + right) / 2 : (before?.right ?? left) + GUTTER / 2,
    /** Position of the line from the NAT gateways to the internet, right of every zone. */
    exitX: vpc.right - 26,
    /** Position of the line from the servers to other services inside the VPC, left of every zone. */
    innerX: vpc.left + 32,
  };
}

export function rectangle(left: number, top: number, right: number, bottom: number): Rectangle {
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** First and last of adjacent zones: a resource in zones 1 and 3 of three is drawn as two pieces. */
export function stretches(grid: Grid, zones: readonly string[]): (readonly [Column, Column])[] {
  const isIn = (column: Column | undefined) => column !== undefined && zones.includes(column.zone.name);
  const firsts = grid.zones.filter((column, index) => isIn(column) && !isIn(grid.zones[index - 1]));
  const lasts = grid.zones.filter((column, index) => isIn(column) && !isIn(grid.zones[index + 1]));
  return firsts.map((first, index) => [first, lasts[index] ?? first]);
}

/** Places things side by side: over the whole width when they fit in a row, otherwise in several rows. */
export function inRows(widths: readonly number[], { left, right }: Stretch, mostSpace = Infinity, leastSpace = 36) {
  const room = right - left - widths.reduce((sum, width) => sum + width, 0);
  const space = Math.max(leastSpace, Math.min(room / Math.max(1, widths.length - 1), mostSpace));
  let [x, row] = [left, 0];
  return widths.map((width) => {
    if (x > left && x + width > right + 1) [x, row] = [left, row + 1];
    const place = { x, row };
    x += width + space;
    return place;
  });
}
