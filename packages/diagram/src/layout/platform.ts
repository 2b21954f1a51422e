import { UserError } from "@dev-one/cli/user-error";

import { arrow, box, type Item, label, type Scene, SMALL } from "../drawing/scene";
import type { Party } from "../source/flows";
import type { Platform } from "../source/model";
import { CREDIT, drawFooter, drawHeader, drawOutside } from "./frame";
import { type Grid, gridOf, OUTSIDE_BOTTOM, PAD, rectangle, WIDTH } from "./grid";
import { bars, dataHeading, HEADER, heading, headingGap, subnet, tile, tileWidth } from "./parts";
import { drawCards, planCards } from "./servers";
import { drawRegional, drawVpcServices } from "./services";
import { count, portsBetween, range } from "./words";

const LABEL_GAP = 50;
const BAR = 64;
const OUTBOUND_DASH = "7 5";

/** Vertical positions of the rows, from top to bottom. Each row starts at the end of the row above it. */
interface Rows {
  readonly region: number;
  readonly vpc: number;
  readonly zones: number;
  readonly public: Rectangle1D;
  readonly loadBalancer: Rectangle1D;
  readonly exit: number;
  readonly nat: number;
  readonly group: Rectangle1D;
  readonly servers: Rectangle1D;
  readonly elastic: Rectangle1D;
  readonly data: Rectangle1D;
  readonly proxy: Rectangle1D;
  readonly database: number;
  readonly zonesEnd: number;
  readonly services: number;
  readonly vpcEnd: number;
  readonly regional: number;
  readonly regionEnd: number;
}
interface Rectangle1D {
  readonly top: number;
  readonly bottom: number;
}

/** Flows that the picture can draw as an arrow. */
const WAYS: readonly (readonly [Party, Party])[] = [
  ["internet", "load balancer"],
  ["load balancer", "servers"],
  ["servers", "internet"],
  ["servers", "proxy"],
  ["servers", "resolver"],
  ["servers", "endpoints"],
  ["proxy", "database"],
];

/** Draws the facts of a platform. @throws UserError for a flow without an arrow in the picture */
export function platformScene(platform: Platform): Scene {
  const stray = platform.flows.find(({ from, to }) => !WAYS.some(([a, b]) => a === from && b === to));
  if (stray !== undefined) {
    throw new UserError(
      `The security groups let ${stray.ports.join(", ")} from ${stray.from} to ${stray.to}, ` +
        "and the picture has no arrow for that; give it one in packages/diagram/src/layout/platform.ts.",
    );
  }
  const grid = gridOf(platform);
  const rows = rowsOf(platform, grid);
  const height = rows.regionEnd + 62;
  const items = [
    ...drawHeader(platform),
    ...drawFrames(platform, grid, rows),
    ...drawPublic(platform, grid, rows),
    ...drawServers(platform, grid, rows),
    ...drawData(platform, grid, rows),
    ...drawVpcServices(platform, grid, { group: rows.group.bottom, zonesEnd: rows.zonesEnd, top: rows.services }),
    ...drawRegional(platform, grid, rows.regional),
    ...drawOutside(platform, grid, { region: rows.region, vpc: rows.vpc, loadBalancer: rows.loadBalancer.top }),
    ...drawFooter(platform, height),
  ];
  return {
    title: titleOf(platform),
    description: describe(platform),
    credit: CREDIT,
    background: "page",
    width: WIDTH,
    height,
    items,
  };
}

function rowsOf(platform: Platform, grid: Grid): Rows {
  const region = 214;
  const vpc = region + 50;
  const zones = vpc + 42;
  const publicTop = zones + 38;
  const loadBalancer = { top: publicTop + HEADER, bottom: publicTop + HEADER + BAR };
  const exit = loadBalancer.bottom + 20;
  const nat = exit + 16;
  const publicBottom = nat + 44 + PAD;
  const groupTop = publicBottom + LABEL_GAP;
  const serversTop = groupTop + 34;
  const cards = Math.max(
    ...grid.zones.map(({ zone, inner }) => planCards(zone.servers, inner.right - inner.left - 2 * PAD).height),
  );
  const serversBottom = serversTop + HEADER + cards + PAD;
  const elasticTop = serversBottom + PAD;
  const elasticBottom = elasticTop + HEADER + (platform.elastic === undefined ? 0 : BAR + PAD);
  const groupBottom = elasticBottom + PAD;
  const dataTop = groupBottom + LABEL_GAP;
  const proxy = { top: dataTop + HEADER, bottom: dataTop + HEADER + BAR };
  const database = proxy.bottom + 44;
  const dataBottom = database + 62 + PAD;
  const zonesEnd = dataBottom + PAD;
  const services = zonesEnd + 58;
  const vpcEnd = services + 44 + 16;
  const regional = vpcEnd + 24;
  return {
    region,
    vpc,
    zones,
    public: { top: publicTop, bottom: publicBottom },
    loadBalancer,
    exit,
    nat,
    group: { top: groupTop, bottom: groupBottom },
    servers: { top: serversTop, bottom: serversBottom },
    elastic: { top: elasticTop, bottom: elasticBottom },
    data: { top: dataTop, bottom: dataBottom },
    proxy,
    database,
    zonesEnd,
    services,
    vpcEnd,
    regional,
    regionEnd: regional + 44 + 22,
  };
}

function drawFrames({ region, vpcCidr, instanceType }: Platform, grid: Grid, rows: Rows): Item[] {
  const first = grid.zones[0];
  const last = grid.zones.at(-1);
  return [
    box(`region ${region}`, rectangle(grid.region.left, rows.region, grid.region.right, rows.regionEnd), {
      stroke: "region",
      dash: "4 4",
      radius: 6,
    }),
    box(`VPC ${vpcCidr}`, rectangle(grid.vpc.left, rows.vpc, grid.vpc.right, rows.vpcEnd), {
      stroke: "vpc",
      radius: 6,
    }),
    heading(`Region ${region}`, grid.region.left + 16, rows.region + 30, "region"),
    heading(`VPC ${vpcCidr}`, grid.vpc.left + 18, rows.vpc + 29, "vpc"),
    box(
      "security group of the servers",
      rectangle(grid.vpc.left + 16, rows.group.top, (last?.right ?? 0) + 10, rows.group.bottom),
      { fill: "groupFill", stroke: "group", dash: "2 4", radius: 6, covers: true },
    ),
    ...grid.zones.flatMap(({ zone, left, right }) => [
      box(zone.name, rectangle(left, rows.zones, right, rows.zonesEnd), { stroke: "zone", dash: "8 5", radius: 6 }),
      label(zoneName(zone.name), left + PAD, rows.zones + 26, { size: 17, weight: 700, color: "zone" }),
      label(zone.availabilityZoneId, right - PAD, rows.zones + 26, { size: 17, color: "zone", anchor: "end" }),
    ]),
    label("Security group of the servers", (first?.left ?? 0) + PAD, rows.group.top + 23, {
      weight: 600,
      color: "muted",
    }),
    label(`all ${instanceType}`, (last?.right ?? 0) - PAD, rows.group.top + 23, {
      color: "muted",
      anchor: "end",
    }),
  ];
}

function drawPublic(platform: Platform, grid: Grid, rows: Rows): Item[] {
  const toServers = portsBetween(platform, "load balancer", "servers");
  const out = portsBetween(platform, "servers", "internet");
  const zones = grid.zones.map((column) => ({
    ...column,
    area: rectangle(column.inner.left, rows.public.top, column.inner.right, rows.public.bottom),
    downX: column.inner.left + 28,
  }));
  const subnets = zones.flatMap(({ zone, area }) =>
    subnet("Public subnet", zone.subnets.public, area, "public", "publicFill"),
  );
  const withNat = zones.flatMap((zone) => (zone.zone.nat === undefined ? [] : [{ ...zone, nat: zone.zone.nat }]));
  const gateways = withNat.map(({ inner, zone, nat }) => {
    const lines = ["NAT gateway", nat.isProtected ? "Elastic IP, protected" : "Elastic IP"];
    return { zone, lines, x: inner.right - 2 * PAD - tileWidth(lines) };
  });
  const downs =
    toServers.length === 0 ? [] : zones.filter(({ zone }) => platform.loadBalancer.zones.includes(zone.name));
  const [firstOut, ...otherOuts] = gateways;
  const exits =
    firstOut === undefined
      ? []
      : [
          arrow(
            "from NAT to the internet",
            [
              [firstOut.x + 22, rows.nat - 2],
              [firstOut.x + 22, rows.exit],
              [grid.exitX, rows.exit],
              [grid.exitX, OUTSIDE_BOTTOM],
            ],
            { color: "outbound", dash: OUTBOUND_DASH, hops: downs.map(({ downX }) => downX) },
          ),
          ...otherOuts.map(({ x, zone }) =>
            arrow(
              `from NAT of ${zone.name}`,
              [
                [x + 22, rows.nat - 2],
                [x + 22, rows.exit],
              ],
              { color: "outbound", dash: OUTBOUND_DASH, hasHead: false },
            ),
          ),
        ];
  return [
    ...subnets,
    ...exits,
    ...downs.flatMap(({ zone, downX }) => [
      arrow(
        `from load balancer to servers of ${zone.name}`,
        [
          [downX, rows.loadBalancer.bottom],
          [downX, rows.group.top],
        ],
        { color: "inbound" },
      ),
      label(toServers.join(", "), downX + 10, rows.public.bottom + 31, { weight: 600, color: "inbound" }),
    ]),
    ...gateways.flatMap(({ lines, x, zone }) => [
      ...tile("nat", lines, x, rows.nat),
      ...(out.length === 0
        ? []
        : [
            arrow(
              `from servers to NAT of ${zone.name}`,
              [
                [x + 22, rows.group.top],
                [x + 22, rows.nat + 46],
              ],
              { color: "outbound", dash: OUTBOUND_DASH },
            ),
            label(`${out.join(", ")} out`, x + 32, rows.public.bottom + 31, { weight: 600, color: "outbound" }),
          ]),
    ]),
    ...bars(grid, platform.loadBalancer.zones, {
      name: "load balancer",
      icon: "loadBalancer",
      top: rows.loadBalancer.top,
      height: BAR,
      color: "edge",
      fill: "edgeFill",
      text: ["Application Load Balancer", hostText(platform)],
    }),
  ];
}

function hostText({ loadBalancer, dns }: Platform): string {
  const names = loadBalancer.hosts.map((host) => host.replace(`.${dns.domain}`, ""));
  if (names.length === 0) return "to every server";
  return `${range(names)} by host name, everything else to every server`;
}

function drawServers(platform: Platform, grid: Grid, rows: Rows): Item[] {
  const { elastic } = platform;
  return [
    ...grid.zones.flatMap(({ zone, inner }) => {
      const area = rectangle(inner.left, rows.servers.top, inner.right, rows.servers.bottom);
      const width = area.width - 2 * PAD;
      return [
        ...subnet("Servers", zone.subnets.servers, area, "servers", "serversFill"),
        ...drawCards(zone.servers, planCards(zone.servers, width), inner.left + PAD, rows.servers.top + HEADER, width),
        ...subnet(
          elastic?.zones.includes(zone.name) === true ? "Elastic servers" : "Elastic servers: none",
          zone.subnets.elastic,
          rectangle(inner.left, rows.elastic.top, inner.right, rows.elastic.bottom),
          "elastic",
          "elasticFill",
        ),
      ];
    }),
    ...(elastic === undefined
      ? []
      : bars(grid, elastic.zones, {
          name: "elastic group",
          icon: "autoScaling",
          top: rows.elastic.top + HEADER,
          height: BAR,
          color: "elastic",
          fill: "card",
          dash: "6 4",
          text: [
            `Auto Scaling group: ${elastic.minimum} to ${elastic.maximum} servers`,
            `scaled by ${count(platform.regional.alarms, "CloudWatch alarm")} on fleet CPU and connections`,
          ],
        })),
  ];
}

function drawData(platform: Platform, grid: Grid, rows: Rows): Item[] {
  const { database, proxy, databaseZones } = platform;
  const toProxy = portsBetween(platform, "servers", "proxy");
  const toDatabase = portsBetween(platform, "proxy", "database");
  const homes = grid.zones.filter(({ zone }) => databaseZones.includes(zone.name));
  const [primary, standby] = homes;
  const at = (left: number) => left + PAD + 4;
  const size = 56;
  const lines = [database.engine, database.multiAz ? "primary" : "Single-AZ, in any zone", database.instanceClass];
  return [
    ...grid.zones.flatMap(({ zone, inner }) => {
      const area = rectangle(inner.left, rows.data.top, inner.right, rows.data.bottom);
      const name = dataHeading(zone.subnets.data, area);
      const x = headingGap(name, zone.subnets.data, area);
      const isReached = toProxy.length > 0 && proxy.zones.includes(zone.name);
      return [
        ...subnet(name, zone.subnets.data, area, "data", "dataFill"),
        ...(isReached
          ? [
              arrow(
                `from servers to proxy in ${zone.name}`,
                [
                  [x, rows.group.bottom],
                  [x, rows.proxy.top],
                ],
                { color: "inbound" },
              ),
              label(toProxy.join(", "), x + 10, rows.group.bottom + 31, { weight: 600, color: "inbound" }),
            ]
          : []),
      ];
    }),
    ...bars(grid, proxy.zones, {
      name: "proxy",
      icon: "proxy",
      top: rows.proxy.top,
      height: BAR,
      color: "data",
      fill: "card",
      text: ["RDS Proxy", `pools connections${proxy.requiresTls ? ", TLS required" : ""}`],
    }),
    ...(primary === undefined
      ? []
      : [
          ...tile("postgres", lines, at(primary.inner.left), rows.database, { size, color: "data" }),
          arrow(
            "from proxy to database",
            [
              [at(primary.inner.left) + size / 2, rows.proxy.bottom],
              [at(primary.inner.left) + size / 2, rows.database - 3],
            ],
            { color: "inbound" },
          ),
          label(toDatabase.join(", "), at(primary.inner.left) + size / 2 + 10, rows.proxy.bottom + 27, {
            weight: 600,
            color: "inbound",
          }),
        ]),
    ...(primary === undefined || standby === undefined || !database.multiAz
      ? []
      : [
          ...tile(
            "postgres",
            [database.engine, "standby for failover", database.instanceClass],
            at(standby.inner.left),
            rows.database,
            {
              size,
              color: "data",
            },
          ),
          arrow(
            "from primary to standby",
            [
              [at(primary.inner.left) + tileWidth(lines, size) + 14, rows.database + size / 2],
              [at(standby.inner.left) - 6, rows.database + size / 2],
            ],
            { color: "data", dash: "2 4" },
          ),
          label("synchronous", primary.inner.right - 6, rows.database + size / 2 - 8, {
            size: SMALL,
            color: "data",
            anchor: "end",
          }),
        ]),
  ];
}

function zoneName(name: string): string {
  return name.replace(/^zone-/, "Zone ");
}

function titleOf({ dns, environment }: Platform): string {
  return `${dns.domain}, ${environment}: architecture`;
}

/** The description for screen readers. */
function describe(platform: Platform): string {
  const zones = platform.zones.map(
    ({ name, availabilityZoneId, subnets, servers }) =>
      `${name} (${availabilityZoneId}): public ${subnets.public.cidr}, servers ${subnets.servers.cidr} with ` +
      `${servers.map((server) => `${server.name} ${server.address}`).join(", ")}, elastic ${subnets.elastic.cidr}, ` +
      `data ${subnets.data.cidr}.`,
  );
  const flows = platform.flows.map(({ from, to, ports }) => `${from} to ${to}: ${ports.join(", ")}`);
  return `Region ${platform.region}, VPC ${platform.vpcCidr}. ${zones.join(" ")} Allowed: ${flows.join("; ")}.`;
}
