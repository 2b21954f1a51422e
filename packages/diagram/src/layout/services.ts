import { textWidth } from "../drawing/fonts";
import { arrow, box, horizontal, type Item, label, NORMAL, shortened, SMALL } from "../drawing/scene";
import type { Flow } from "../source/flows";
import type { Platform } from "../source/platform";
import { type Grid, inRows } from "./grid";
import { caption, type Tile, tiles } from "./parts";
import { count, firstOf, portsBetween, range } from "./words";

/** Things in rows, and where the last row ends. */
interface Band {
  readonly items: Item[];
  readonly bottom: number;
}

/** Services that the servers use inside the VPC: the resolver and the endpoints. */
export function drawVpcServices(
  platform: Platform,
  grid: Grid,
  rows: { readonly group: number; readonly zonesEnd: number; readonly top: number },
): Band {
  const { dns, zones, interfaceEndpoints } = platform;
  const names = [...new Set(zones.flatMap(({ servers }) => servers.map(({ name }) => name)))];
  const named = [range(names), ...dns.privateNames].filter((name) => name !== "");
  const services: (Tile & { readonly ports: readonly string[] })[] = [
    {
      icon: "resolver",
      lines: [`Resolver ${platform.resolver}`, ...(named.length === 0 ? [] : [`private names: ${named.join(", ")}`])],
      ports: portsBetween(platform, "servers", "resolver"),
    },
    {
      icon: "endpoints",
      lines: ["Interface endpoints", interfaceEndpoints.join(", ")],
      ports: portsBetween(platform, "servers", "endpoints"),
    },
    ...platform.gatewayEndpoints.map((name) => ({
      icon: "endpoints" as const,
      lines: [`${name.toUpperCase()} endpoint`, "by route"],
      ports: [],
    })),
  ];
  const shown = services.filter((_, index) => index !== 1 || interfaceEndpoints.length > 0);
  const most = (grid.inner.right - grid.inner.left) / 2 - 20;
  const { items, bottom, places } = tiles(shown, grid.inner, rows.top, { most, space: 80 });
  const bus = rows.zonesEnd + 16;
  const reached = shown.flatMap((service, index) =>
    service.ports.length === 0 ? [] : [{ ...service, middle: (places[index]?.x ?? 0) + 22 }],
  );
  const arrows = reached.flatMap(({ lines, ports, middle }, index) => {
    const isLast = index === reached.length - 1;
    const trunk = [
      [grid.innerX, rows.group],
      [grid.innerX, bus],
    ] as const;
    const points = [...(isLast ? trunk : []), [middle, bus], [middle, rows.top - 4]] as const;
    return [
      arrow(`from servers to ${lines[0] ?? ""}`, points, { color: "inbound" }),
      caption(ports.join(", "), middle + 10, rows.top - 13, "inbound"),
    ];
  });
  return { items: [...items, ...arrows], bottom };
}

/** Regional services outside of the VPC, resources without a shape of their own, and traffic without an arrow above. */
export function drawRegional(platform: Platform, grid: Grid, top: number, flows: readonly Flow[]): Band {
  const { regional, others } = platform;
  const area = { left: grid.vpc.left + 10, right: grid.vpc.right - 10 };
  const most = area.right - area.left;
  const services: (Tile & { readonly isThere: boolean })[] = [
    {
      icon: "acm",
      lines: ["Certificate Manager", ...firstOf(regional.certificateNames)],
      isThere: regional.certificateNames.length > 0,
    },
    {
      icon: "secrets",
      lines: ["Secrets Manager", ...firstOf(regional.secrets)],
      isThere: regional.secrets.length > 0,
    },
    { icon: "kms", lines: ["KMS", `${count(regional.keys, "key")} for all data`], isThere: regional.keys > 0 },
    {
      icon: "cloudWatch",
      lines: ["CloudWatch", count(regional.logGroups, "log group"), count(regional.alarms, "alarm")],
      isThere: regional.logGroups + regional.alarms > 0,
    },
    { icon: "s3", lines: ["S3", "access logs"], isThere: regional.buckets > 0 },
  ];
  const known = tiles(
    services.filter(({ isThere }) => isThere),
    area,
    top,
    { most },
  );
  const generic = tiles(
    others.map(({ type, paths }) => ({
      lines: [paths.length === 1 ? type : `${paths.length} ${type}`, paths.join(", ")],
    })),
    area,
    known.bottom + 28,
    { most, space: 48 },
  );
  const below = others.length === 0 ? known.bottom : generic.bottom;
  const traffic = drawFlows(flows, area, below + 38);
  return {
    items: [...known.items, ...generic.items, ...traffic.items],
    bottom: traffic.bottom,
  };
}

/** Traffic as pairs of boxes with an arrow between them. */
function drawFlows(flows: readonly Flow[], area: { left: number; right: number }, top: number): Band {
  if (flows.length === 0) return { items: [], bottom: top - 38 };
  const [height, step] = [34, 54];
  const pairs = flows.map(({ from, to, ports }) => {
    const [one, other] = [from, to].map((name) => shortened(name, 330, NORMAL, 600));
    const words = shortened(ports.join(", "), 280, SMALL, 600);
    const widths = [one, other].map((name) => textWidth(name ?? "", NORMAL, 600) + 24);
    return { ends: [one ?? "", other ?? ""], widths, words, gap: textWidth(words, SMALL, 600) + 44 };
  });
  const places = inRows(
    pairs.map(({ widths: [one = 0, other = 0], gap }) => one + gap + other),
    area,
    60,
  );
  const items = pairs.flatMap(({ ends, widths, words, gap }, index) => {
    const { x = 0, row = 0 } = places[index] ?? {};
    const y = top + 18 + row * step;
    const [first = 0, second = 0] = widths;
    const starts = [x, x + first + gap];
    return [
      ...ends.flatMap((name, end) => {
        const [left = 0, width] = [starts[end], end === 0 ? first : second];
        return [
          box(name, { x: left, y, width, height }, { fill: "groupFill", stroke: "group", radius: 5 }),
          label(name, left + 12, y + 22, { size: NORMAL, weight: 600 }),
        ];
      }),
      horizontal(`from ${ends[0] ?? ""} to ${ends[1] ?? ""}`, x + first, x + first + gap, y + height / 2 + 6, {
        color: "inbound",
      }),
      caption(words, x + first + gap / 2 - 4, y + height / 2 - 1, "inbound", "middle"),
    ];
  });
  const rows = (places.at(-1)?.row ?? 0) + 1;
  const title = label("Other traffic that the security groups allow", area.left, top, { weight: 600, color: "muted" });
  return { items: [title, ...items], bottom: top + 18 + (rows - 1) * step + height };
}
