import type { Rectangle } from "../drawing/scene";
import type { Platform, ZoneFacts } from "../source/model";

/** Width in units of the picture; a README shows 1240 units on 830 pixels. */
export const WIDTH = 1240;
export const MARGIN = 24;
export const PAD = 12;
export const GUTTER = 28;
/** Lower edge of the elements outside of the region. */
export const OUTSIDE_BOTTOM = 184;

/** Horizontal positions of the columns. Vertical positions depend on the content of the rows. */
export interface Grid {
  readonly region: { readonly left: number; readonly right: number };
  readonly vpc: { readonly left: number; readonly right: number };
  readonly zones: readonly Column[];
  /** Position of the line from the clients, between zones. */
  readonly entryX: number;
  /** Position of the line from the NAT gateways to the internet, right of every zone. */
  readonly exitX: number;
  /** Position of the line from the servers to other services inside the VPC, left of every zone. */
  readonly innerX: number;
}

export interface Column {
  readonly zone: ZoneFacts;
  readonly left: number;
  readonly right: number;
  /** Left and right edges of the zone's subnets. */
  readonly inner: { readonly left: number; readonly right: number };
}

export function gridOf(platform: Platform): Grid {
  const region = { left: MARGIN, right: WIDTH - MARGIN };
  const vpc = { left: region.left + 16, right: region.right - 16 };
  const [left, right] = [vpc.left + 58, vpc.right - 58];
  const count = platform.zones.length;
  const width = (right - left - (count - 1) * GUTTER) / count;
  const zones = platform.zones.map((zone, index) => {
    const start = left + index * (width + GUTTER);
    return {
      zone,
      left: start,
      right: start + width,
      inner: { left: start + PAD, right: start + width - PAD },
    };
  });
  const before = zones[Math.max(0, Math.floor(count / 2) - 1)];
  const entryX = count === 1 ? (left + right) / 2 : (before?.right ?? left) + GUTTER / 2;
  return { region, vpc, zones, entryX, exitX: vpc.right - 26, innerX: vpc.left + 32 };
}

export function rectangle(left: number, top: number, right: number, bottom: number): Rectangle {
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Groups of adjacent zones: a resource in zones 1 and 3 of three is drawn as two pieces. */
export function stretches(grid: Grid, zones: readonly string[]): Column[][] {
  const found: Column[][] = [];
  let current: Column[] = [];
  for (const column of grid.zones) {
    if (zones.includes(column.zone.name)) {
      if (current.length === 0) found.push((current = []));
      current.push(column);
    } else current = [];
  }
  return found;
}
