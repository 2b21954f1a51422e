import type { IconName } from "../drawing/icons";
import { arrow, type Item, label } from "../drawing/scene";
import type { Platform } from "../source/model";
import type { Grid } from "./grid";
import { tile, tileWidth } from "./parts";
import { count, portsBetween, range } from "./words";

/** Services that the servers use inside the VPC: the resolver and the endpoints. */
export function drawVpcServices(
  platform: Platform,
  grid: Grid,
  rows: { readonly group: number; readonly zonesEnd: number; readonly top: number },
): Item[] {
  const { dns, zones } = platform;
  const names = [...new Set(zones.flatMap(({ servers }) => servers.map(({ name }) => name)))];
  const services: { icon: IconName; lines: string[]; ports: readonly string[] }[] = [
    {
      icon: "resolver",
      lines: [`Resolver ${platform.resolver}`, `private names: ${[range(names), ...dns.privateNames].join(", ")}`],
      ports: portsBetween(platform, "servers", "resolver"),
    },
    ...(platform.interfaceEndpoints.length === 0
      ? []
      : [
          {
            icon: "endpoints" as const,
            lines: ["Interface endpoints", platform.interfaceEndpoints.join(", ")],
            ports: portsBetween(platform, "servers", "endpoints"),
          },
        ]),
    ...platform.gatewayEndpoints.map((name) => ({
      icon: "endpoints" as const,
      lines: [`${name.toUpperCase()} endpoint`, "by route"],
      ports: [],
    })),
  ];
  const left = grid.zones[0]?.left ?? 0;
  const right = grid.zones.at(-1)?.right ?? 0;
  const widths = services.map(({ lines }) => tileWidth(lines));
  const space = (right - left - widths.reduce((sum, width) => sum + width, 0)) / Math.max(1, services.length - 1);
  const bus = rows.zonesEnd + 16;
  let x = left;
  const placed = services.map((service, index) => {
    const place = { ...service, x };
    x += (widths[index] ?? 0) + Math.min(space, 80);
    return place;
  });
  const reached = placed.filter(({ ports }) => ports.length > 0);
  return [
    ...placed.flatMap(({ icon, lines, x: start }) => tile(icon, lines, start, rows.top)),
    ...reached.flatMap(({ lines, ports, x: start }, index) => {
      const middle = start + 22;
      const from: readonly (readonly [number, number])[] =
        index === reached.length - 1
          ? [
              [grid.innerX, rows.group],
              [grid.innerX, bus],
              [middle, bus],
            ]
          : [[middle, bus]];
      return [
        arrow(`from servers to ${lines[0] ?? ""}`, [...from, [middle, rows.top - 4]], { color: "inbound" }),
        label(ports.join(", "), middle + 10, rows.top - 13, { weight: 600, color: "inbound" }),
      ];
    }),
  ];
}

/** Regional services that an environment uses outside of the VPC. */
export function drawRegional({ regional }: Platform, grid: Grid, top: number): Item[] {
  const services: { icon: IconName; lines: string[]; isThere: boolean }[] = [
    {
      icon: "acm",
      lines: ["Certificate Manager", ...regional.certificateNames],
      isThere: regional.certificateNames.length > 0,
    },
    { icon: "secrets", lines: ["Secrets Manager", ...regional.secrets], isThere: regional.secrets.length > 0 },
    { icon: "kms", lines: ["KMS", `${count(regional.keys, "key")} for all data`], isThere: regional.keys > 0 },
    {
      icon: "cloudWatch",
      lines: ["CloudWatch", count(regional.logGroups, "log group"), count(regional.alarms, "alarm")],
      isThere: regional.logGroups + regional.alarms > 0,
    },
    { icon: "s3", lines: ["S3", "access logs"], isThere: regional.buckets > 0 },
  ];
  const shown = services.filter(({ isThere }) => isThere);
  const left = grid.vpc.left + 10;
  const right = grid.vpc.right - 10;
  const widths = shown.map(({ lines }) => tileWidth(lines));
  const space = (right - left - widths.reduce((sum, width) => sum + width, 0)) / Math.max(1, shown.length - 1);
  let x = left;
  return shown.flatMap(({ icon, lines }, index) => {
    const start = x;
    x += (widths[index] ?? 0) + space;
    return tile(icon, lines, start, top);
  });
}
