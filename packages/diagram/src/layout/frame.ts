import { textWidth } from "../drawing/fonts";
import { box, horizontal, icon, type Item, label, NORMAL, shortened, SMALL, vertical, when } from "../drawing/scene";
import type { Platform } from "../source/platform";
import { type Grid, MARGIN, OUTSIDE_BOTTOM, rectangle, WIDTH } from "./grid";
import { caption, ports, tile, tileWidth } from "./parts";
import { count, firstOf, portsBetween } from "./words";

export const CREDIT =
  "AWS Architecture Icons, Amazon Web Services, CC BY-ND 2.0, unchanged. Letters: Open Sans, OFL 1.1.";
const ACTORS = 118;
const SIZE = 52;

/** Domain, environment and a line of details. */
export function drawHeader({ dns }: Platform, subject: string, details: string): Item[] {
  const most = WIDTH - 2 * MARGIN - textWidth(subject, 32, 400) - 14;
  const title = shortened(dns.domain, most, 32, 700);
  return [
    ...(title === "" ? [] : [label(title, MARGIN, 48, { size: 32, weight: 700 })]),
    label(subject, title === "" ? MARGIN : MARGIN + textWidth(title, 32, 700) + 14, 48, { size: 32, color: "muted" }),
    label(details, MARGIN, 76, { size: NORMAL, color: "muted" }),
  ];
}

/** Elements outside of the region: clients, DNS, and the internet with Datadog, with their ingress and egress paths. */
export function drawOutside(
  platform: Platform,
  grid: Grid,
  rows: { readonly region: number; readonly vpc: number; readonly loadBalancer: { readonly top: number } },
): Item[] {
  const { dns, regional } = platform;
  const { entryX, exitX } = grid;
  const inbound = portsBetween(platform, "internet", "load balancer");
  const outside = rectangle(grid.width - MARGIN - 300, ACTORS - 12, grid.width - MARGIN, OUTSIDE_BOTTOM);
  const lines = ["Route 53", ...firstOf(dns.publicNames)];
  const room = entryX - SIZE / 2 - MARGIN - 110;
  const dnsEnd = MARGIN + 16 + Math.min(room, tileWidth(lines, SIZE)) + 18;
  const fixed = platform.zones.filter(({ nat }) => nat !== undefined).length;
  const middle = (entryX + exitX) / 2;
  const strong = { size: NORMAL, weight: 600 } as const;
  const onDatadog = { size: NORMAL, weight: 700, color: "onDatadog", anchor: "middle" } as const;
  const redirecting = inbound.map((port) =>
    platform.loadBalancer?.redirects && port === "HTTP 80" ? `${port} redirects` : port,
  );
  const portsX = entryX + 12;
  return [
    ...when(dns.publicNames.length > 0, [
      ...tile({ icon: "route53", lines }, MARGIN + 16, ACTORS, { size: SIZE, room }),
      horizontal("from clients to DNS", entryX - SIZE / 2 - 8, dnsEnd, ACTORS + SIZE / 2),
      caption("DNS", (entryX - SIZE / 2 + dnsEnd) / 2, ACTORS + SIZE / 2 - 9, "inbound", "middle"),
    ]),
    icon("users", entryX - SIZE / 2, ACTORS, SIZE),
    label("Clients", entryX + SIZE / 2 + 10, ACTORS + 30, strong),
    ...when(inbound.length > 0 && platform.loadBalancer !== undefined, [
      vertical("from clients to load balancer", entryX, ACTORS + SIZE + 4, rows.loadBalancer.top),
      ...ports(redirecting, portsX, rows.region - 18, outside.x - portsX - 12),
    ]),
    ...when(fixed > 0, [
      caption(`from ${count(fixed, "Elastic IP")}`, exitX - 12, rows.region - 11, "outbound", "end"),
    ]),
    box("internet", outside, { stroke: "group", radius: 6 }),
    icon("internet", outside.x + 14, outside.y + 17, 44),
    label("Internet", outside.x + 68, outside.y + 45, strong),
    ...when(regional.hasDatadog, [
      box("Datadog", { x: outside.x + 166, y: outside.y + 19, width: 118, height: 40 }, { fill: "datadog", radius: 6 }),
      label("Datadog", outside.x + 225, outside.y + 45, onDatadog),
    ]),
    ...when(platform.hasInternetGateway, [
      box("internet gateway", rectangle(entryX - 30, rows.vpc - 20, exitX + 16, rows.vpc + 20), {
        fill: "page",
        stroke: "vpc",
        radius: 20,
        covers: true,
      }),
      icon("internetGateway", middle - 92, rows.vpc - 15, 30),
      label("Internet gateway", middle - 54, rows.vpc + 5.5, { ...strong, color: "vpc" }),
    ]),
  ];
}

/** The legend of the lines, and the source of the icons. */
export function drawFooter({ database }: Platform, { width }: Grid, height: number): Item[] {
  const y = height - 30;
  const samples = [
    { text: "allowed by the security groups", color: "inbound", dash: undefined },
    { text: "outbound, from Elastic IPs", color: "outbound", dash: "7 5" },
    { text: "replication", color: "data", dash: "2 4" },
  ] as const;
  let x = MARGIN;
  const legend = samples
    .filter(({ color }) => color !== "data" || database?.multiAz === true)
    .flatMap(({ text, color, dash }) => {
      const start = x;
      x += 48 + textWidth(text, SMALL, 400) + 26;
      return [
        horizontal(`legend: ${text}`, start, start + 38, y - 5, { color, dash }),
        label(text, start + 48, y, { color: "muted" }),
      ];
    });
  return [...legend, drawCredit(y, width)];
}

export function drawCredit(y: number, width = WIDTH): Item {
  return label("AWS Architecture Icons: CC BY-ND 2.0, Amazon", width - MARGIN, y, { color: "muted", anchor: "end" });
}
