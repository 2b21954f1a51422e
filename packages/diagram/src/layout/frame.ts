import { textWidth } from "../drawing/fonts";
import { arrow, box, icon, type Item, label, NORMAL, SMALL } from "../drawing/scene";
import type { Platform } from "../source/model";
import { type Grid, MARGIN, OUTSIDE_BOTTOM, rectangle, WIDTH } from "./grid";
import { tile, tileWidth } from "./parts";
import { count, portsBetween } from "./words";

export const CREDIT =
  "AWS Architecture Icons, Amazon Web Services, CC BY-ND 2.0, unchanged. Letters: Open Sans, OFL 1.1.";
const ACTORS = 118;
const SIZE = 52;

export function drawHeader({ dns, environment, region, zones }: Platform): Item[] {
  const title = dns.domain;
  const ids = zones.map(({ availabilityZoneId }) => availabilityZoneId);
  return [
    label(title, MARGIN, 48, { size: 32, weight: 700 }),
    label(environment, MARGIN + textWidth(title, 32, 700) + 14, 48, { size: 32, color: "muted" }),
    label(`AWS ${region}, Availability Zones ${ids.join(", ")}`, MARGIN, 76, { size: NORMAL, color: "muted" }),
  ];
}

/** Elements outside of the region: clients, DNS, and the internet with Datadog, with their ingress and egress paths. */
export function drawOutside(
  platform: Platform,
  grid: Grid,
  rows: { readonly region: number; readonly vpc: number; readonly loadBalancer: number },
): Item[] {
  const { dns, regional } = platform;
  const { entryX, exitX } = grid;
  const inbound = portsBetween(platform, "internet", "load balancer");
  const outside = rectangle(WIDTH - MARGIN - 300, ACTORS - 12, WIDTH - MARGIN, OUTSIDE_BOTTOM);
  const way = { color: "inbound" as const };
  const dnsLines = ["Route 53", ...chunk(dns.publicNames)];
  const dnsEnd = MARGIN + 16 + tileWidth(dnsLines, SIZE) + 18;
  const fixed = platform.zones.filter(({ nat }) => nat !== undefined).length;
  return [
    ...tile("route53", dnsLines, MARGIN + 16, ACTORS, { size: SIZE }),
    arrow(
      "from clients to DNS",
      [
        [entryX - SIZE / 2 - 8, ACTORS + SIZE / 2],
        [dnsEnd, ACTORS + SIZE / 2],
      ],
      way,
    ),
    label("DNS", (entryX - SIZE / 2 + dnsEnd) / 2, ACTORS + SIZE / 2 - 9, {
      weight: 600,
      color: "inbound",
      anchor: "middle",
    }),
    icon("users", entryX - SIZE / 2, ACTORS, SIZE),
    label("Clients", entryX + SIZE / 2 + 10, ACTORS + 30, { size: NORMAL, weight: 600 }),
    ...(inbound.length === 0
      ? []
      : [
          arrow(
            "from clients to load balancer",
            [
              [entryX, ACTORS + SIZE + 4],
              [entryX, rows.loadBalancer],
            ],
            way,
          ),
          label(inboundText(inbound, platform.loadBalancer.redirects), entryX + 12, rows.region - 18, {
            weight: 600,
            color: "inbound",
          }),
        ]),
    ...(fixed === 0
      ? []
      : [
          label(`from ${count(fixed, "Elastic IP")}`, exitX - 12, rows.region - 11, {
            weight: 600,
            color: "outbound",
            anchor: "end",
          }),
        ]),
    box("internet", outside, { stroke: "group", radius: 6 }),
    icon("internet", outside.x + 14, outside.y + 17, 44),
    label("Internet", outside.x + 68, outside.y + 45, { size: NORMAL, weight: 600 }),
    ...(regional.hasDatadog
      ? [
          box("Datadog", rectangle(outside.x + 166, outside.y + 19, outside.x + 284, outside.y + 59), {
            fill: "datadog",
            radius: 6,
          }),
          label("Datadog", outside.x + 225, outside.y + 45, {
            size: NORMAL,
            weight: 700,
            color: "onDatadog",
            anchor: "middle",
          }),
        ]
      : []),
    ...(platform.hasInternetGateway
      ? [
          box("internet gateway", rectangle(entryX - 30, rows.vpc - 20, exitX + 16, rows.vpc + 20), {
            fill: "page",
            stroke: "vpc",
            radius: 20,
            covers: true,
          }),
          icon("internetGateway", (entryX + exitX) / 2 - 92, rows.vpc - 15, 30),
          label("Internet gateway", (entryX + exitX) / 2 - 54, rows.vpc + 5.5, {
            size: NORMAL,
            weight: 600,
            color: "vpc",
          }),
        ]
      : []),
  ];
}

function inboundText(ports: readonly string[], redirects: boolean): string {
  return ports.map((port) => (redirects && port === "HTTP 80" ? `${port} redirects` : port)).join(", ");
}

/** The first names, as many as fit. */
function chunk(names: readonly string[]): string[] {
  return names.length <= 2 ? [...names] : [names[0] ?? "", `and ${names.length - 1} more`];
}

/** The legend of the lines, and the source of the icons. */
export function drawFooter({ database }: Platform, height: number): Item[] {
  const y = height - 30;
  const samples = [
    { text: "allowed by the security groups", color: "inbound", dash: undefined },
    { text: "outbound, from Elastic IPs", color: "outbound", dash: "7 5" },
    { text: "replication", color: "data", dash: "2 4" },
  ] as const;
  let x = MARGIN;
  const shown = samples.filter(({ color }) => color !== "data" || database.multiAz);
  const legend = shown.flatMap(({ text, color, dash }) => {
    const start = x;
    x += 48 + textWidth(text, SMALL, 400) + 26;
    return [
      arrow(
        `legend: ${text}`,
        [
          [start, y - 5],
          [start + 38, y - 5],
        ],
        { color, ...(dash === undefined ? {} : { dash }) },
      ),
      label(text, start + 48, y, { color: "muted" }),
    ];
  });
  return [...legend, ...drawCredit(y)];
}

export function drawCredit(y: number): Item[] {
  return [label("AWS Architecture Icons: CC BY-ND 2.0, Amazon", WIDTH - MARGIN, y, { color: "muted", anchor: "end" })];
}
