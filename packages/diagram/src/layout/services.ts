import { textWidth } from "../drawing/fonts";
import { arrow, box, horizontal, type Item, label, NORMAL, shortened, SMALL } from "../drawing/scene";
import type { Flow } from "../source/flows";
import type { Platform } from "../source/platform";
import { type Grid, inRows, type Stretch } from "./grid";
import { caption, type Tile, tiles } from "./parts";
import { count, firstOf, portsBetween, range } from "./words";

/** Services that the servers use inside the VPC: the resolver and the endpoints. */
export function drawVpcServices(
  platform: Platform,
  grid: Grid,
  rows: { readonly group: { readonly bottom: number }; readonly zonesEnd: number; readonly services: number },
) {
  const { dns, zones, interfaceEndpoints } = platform;
  const names = [...new Set(zones.flatMap(({ servers }) => servers.map(({ name }) => name)))];
  const named = [range(names), ...dns.privateNames].filter((name) => name !== "").join(", ");
  const resolver = [`Resolver ${platform.resolver}`, ...(named === "" ? [] : [`private names: ${named}`])];
  const endpoints = ["Interface endpoints", interfaceEndpoints.join(", ")];
  const toEndpoints = portsBetween(platform, "servers", "endpoints");
  const services: (Tile & { readonly ports: readonly string[] })[] = [
    { icon: "resolver", lines: resolver, ports: portsBetween(platform, "servers", "resolver") },
    ...(interfaceEndpoints.length === 0 ? [] : [{ icon: "endpoints" as const, lines: endpoints, ports: toEndpoints }]),
    ...platform.gatewayEndpoints.map((name) => {
      return { icon: "endpoints" as const, lines: [`${name.toUpperCase()} endpoint`, "by route"], ports: [] };
    }),
  ];
  const most = (grid.inner.right - grid.inner.left) / 2 - 20;
  const { items, bottom, places } = tiles(services, grid.inner, rows.services, most, 80);
  const bus = rows.zonesEnd + 16;
  const reached = services
    .map((service, index) => ({ ...service, middle: (places[index]?.x ?? 0) + 22 }))
    .filter(({ ports }) => ports.length > 0);
  const arrows = reached.flatMap(({ lines, ports, middle }, index) => {
    const isLast = index === reached.length - 1;
    const trunk = [rows.group.bottom, bus].map((y) => [grid.innerX, y] as const);
    const points = [...(isLast ? trunk : []), [middle, bus], [middle, rows.services - 4]] as const;
    return [
      arrow(`from servers to ${lines[0] ?? ""}`, points),
      caption(ports.join(", "), middle + 10, rows.services - 13),
    ];
  });
  return { items: [...items, ...arrows], bottom };
}

/** Regional services outside of the VPC, resources without a shape of their own, and traffic without an arrow above. */
export function drawRegional({ regional, others }: Platform, grid: Grid, top: number, flows: readonly Flow[]) {
  const { certificateNames, secrets, keys, logGroups, alarms, buckets } = regional;
  const area = { left: grid.vpc.left + 10, right: grid.vpc.right - 10 };
  const watched = [count(logGroups, "log group"), count(alarms, "alarm")];
  const services: (Tile & { readonly amount: number })[] = [
    { icon: "acm", lines: ["Certificate Manager", ...firstOf(certificateNames)], amount: certificateNames.length },
    { icon: "secrets", lines: ["Secrets Manager", ...firstOf(secrets)], amount: secrets.length },
    { icon: "kms", lines: ["KMS", `${count(keys, "key")} for all data`], amount: keys },
    { icon: "cloudWatch", lines: ["CloudWatch", ...watched], amount: logGroups + alarms },
    { icon: "s3", lines: ["S3", buckets.join(", ")], amount: buckets.length },
  ];
  const known = tiles(
    services.filter(({ amount }) => amount > 0),
    area,
    top,
  );
  const unknown = others.map(({ type, paths }) => {
    return { lines: [paths.length === 1 ? type : `${paths.length} ${type}`, paths.join(", ")] };
  });
  const generic = tiles(unknown, area, known.bottom + 28, undefined, 48);
  const traffic = drawFlows(flows, area, generic.bottom + 38);
  return { items: [...known.items, ...generic.items, ...traffic.items], bottom: traffic.bottom };
}

/** Traffic as pairs of boxes with an arrow between them. */
function drawFlows(flows: readonly Flow[], area: Stretch, top: number): { items: Item[]; bottom: number } {
  if (flows.length === 0) return { items: [], bottom: top - 38 };
  const [height, step] = [34, 54];
  const pairs = flows.map(({ from, to, ports }) => {
    const [one, other] = [shortened(from, 330, NORMAL, 600), shortened(to, 330, NORMAL, 600)];
    const words = shortened(ports.join(", "), 280, SMALL, 600);
    const [first, second] = [textWidth(one, NORMAL, 600) + 24, textWidth(other, NORMAL, 600) + 24];
    const gap = textWidth(words, SMALL, 600) + 44;
    return { one, other, first, second, words, gap, width: first + gap + second };
  });
  const places = inRows(
    pairs.map(({ width }) => width),
    area,
    60,
  );
  const end = (name: string, x: number, y: number, width: number) => [
    box(name, { x, y, width, height }, { fill: "groupFill", stroke: "group", radius: 5 }),
    label(name, x + 12, y + 22, { size: NORMAL, weight: 600 }),
  ];
  const items = pairs.flatMap(({ one, other, first, second, words, gap }, index) => {
    const { x = 0, row = 0 } = places[index] ?? {};
    const y = top + 18 + row * step;
    const start = x + first;
    return [
      ...end(one, x, y, first),
      ...end(other, start + gap, y, second),
      horizontal(`from ${one} to ${other}`, start, start + gap, y + height / 2 + 6),
      caption(words, start + gap / 2 - 4, y + height / 2 - 1, "inbound", "middle"),
    ];
  });
  const title = label("Other traffic that the security groups allow", area.left, top, { weight: 600, color: "muted" });
  return { items: [title, ...items], bottom: top + 18 + (places.at(-1)?.row ?? 0) * step + height };
}
