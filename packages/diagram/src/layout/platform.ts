import { textWidth } from "../drawing/fonts";
import { arrow, box, horizontal, type Item, label, type Scene, SMALL, vertical, when } from "../drawing/scene";
import type { Flow } from "../source/flows";
import type { Platform } from "../source/platform";
import { CREDIT, drawFooter, drawHeader, drawOutside } from "./frame";
import { type Grid, gridOf, OUTSIDE_BOTTOM, PAD, rectangle } from "./grid";
import {
  BAR,
  bars,
  dataHeading,
  fittingName,
  HEADER,
  heading,
  headingGap,
  ports,
  subnet,
  tile,
  tileWidth,
} from "./parts";
import { drawCards, planCards } from "./servers";
import { drawRegional, drawVpcServices } from "./services";
import { count, portsBetween, range, span } from "./words";

const LABEL_GAP = 50;
const OUTBOUND_DASH = "7 5";

/** Draws the facts of a platform. */
export function platformScene(platform: Platform): Scene {
  const grid = gridOf(platform);
  const rows = rowsOf(platform, grid);
  const services = drawVpcServices(platform, grid, rows);
  const vpcEnd = services.bottom + 16;
  const flows = platform.flows.filter((flow) => !hasArrow(platform, flow));
  const regional = drawRegional(platform, grid, vpcEnd + 24, flows);
  const regionEnd = regional.bottom + 22;
  const height = regionEnd + 62;
  const ids = platform.zones.map(({ availabilityZoneId }) => availabilityZoneId).join(", ");
  const items = [
    ...drawHeader(platform, platform.environment, `AWS ${platform.region}, Availability Zones ${ids}`),
    ...drawFrames(platform, grid, rows, { vpcEnd, regionEnd }),
    ...drawPublic(platform, grid, rows),
    ...drawServers(platform, grid, rows),
    ...drawData(platform, grid, rows),
    ...services.items,
    ...regional.items,
    ...drawOutside(platform, grid, rows),
    ...drawFooter(platform, grid, height),
  ];
  return {
    title: `${platform.dns.domain}, ${platform.environment}: architecture`,
    description: describe(platform),
    credit: CREDIT,
    background: "page",
    width: grid.width,
    height,
    items,
  };
}

/** Whether a flow has an arrow between the shapes of its ends; all others are drawn below the regional services. */
function hasArrow({ loadBalancer, proxy, database, zones, interfaceEndpoints }: Platform, { from, to }: Flow): boolean {
  const arrows: Readonly<Record<string, boolean>> = {
    "internet > load balancer": loadBalancer !== undefined,
    "load balancer > servers": loadBalancer !== undefined,
    "servers > internet": zones.some(({ nat }) => nat !== undefined),
    "servers > proxy": proxy !== undefined,
    "servers > resolver": true,
    "servers > endpoints": interfaceEndpoints.length > 0,
    "servers > database": proxy === undefined && database !== undefined,
    "proxy > database": proxy !== undefined && database !== undefined,
  };
  return arrows[`${from} > ${to}`] === true;
}

/** Vertical positions of the rows, from top to bottom. Each row starts at the end of the row above it. */
type Rows = ReturnType<typeof rowsOf>;

function rowsOf({ loadBalancer, elastic, namedServices, serviceGroups, proxy }: Platform, grid: Grid) {
  const groups = (elastic === undefined ? 0 : 1) + serviceGroups.length;
  const region = 214;
  const vpc = region + 50;
  const zones = vpc + 42;
  const publicTop = zones + 38;
  const edge = row(publicTop + HEADER, loadBalancer === undefined ? 0 : BAR);
  const exit = edge.bottom + 20;
  const nat = exit + 16;
  const publicBottom = nat + 44 + PAD;
  const groupTop = publicBottom + LABEL_GAP;
  const cards = grid.zones.map(
    ({ zone, inner }) => planCards(zone.servers, inner.right - inner.left - 2 * PAD, namedServices.length > 1).height,
  );
  const servers = row(groupTop + 34, HEADER + Math.max(0, ...cards) + PAD);
  const elasticRow = row(servers.bottom + PAD, HEADER + groups * (BAR + PAD));
  const group = { top: groupTop, bottom: elasticRow.bottom + PAD };
  const dataTop = group.bottom + LABEL_GAP;
  const pool = row(dataTop + HEADER, proxy === undefined ? 0 : BAR);
  const database = pool.bottom + (proxy === undefined ? 8 : 44);
  const data = { top: dataTop, bottom: database + 62 + PAD };
  const zonesEnd = data.bottom + PAD;
  return {
    region,
    vpc,
    zones,
    public: { top: publicTop, bottom: publicBottom },
    loadBalancer: edge,
    exit,
    nat,
    group,
    servers,
    elastic: elasticRow,
    data,
    proxy: pool,
    database,
    zonesEnd,
    services: zonesEnd + 58,
  };
}

function row(top: number, height: number) {
  return { top, bottom: top + height };
}

function drawFrames(
  platform: Platform,
  grid: Grid,
  rows: Rows,
  { vpcEnd, regionEnd }: { readonly vpcEnd: number; readonly regionEnd: number },
): Item[] {
  const { region, vpcCidr, instanceTypes } = platform;
  const { left, right } = grid.inner;
  const regionArea = rectangle(grid.region.left, rows.region, grid.region.right, regionEnd);
  const group = rectangle(grid.vpc.left + 16, rows.group.top, right + 10, rows.group.bottom);
  const types = instanceTypes.length === 1 ? `all ${instanceTypes.join()}` : instanceTypes.join(", ");
  const [first, ...others] = grid.zones;
  const room =
    (first?.inner.right ?? right) - left - 2 * PAD - (others.length === 0 ? textWidth(types, SMALL, 400) : 0);
  const zoneStyle = { size: 17, color: "zone" } as const;
  return [
    box(`region ${region}`, regionArea, { stroke: "region", dash: "4 4", radius: 6 }),
    box(`VPC ${vpcCidr}`, rectangle(grid.vpc.left, rows.vpc, grid.vpc.right, vpcEnd), { stroke: "vpc", radius: 6 }),
    heading(`Region ${region}`, grid.region.left + 16, rows.region + 30, "region"),
    heading(`VPC ${vpcCidr}`, grid.vpc.left + 18, rows.vpc + 29, "vpc"),
    box("security groups of the servers", group, {
      fill: "groupFill",
      stroke: "group",
      dash: "2 4",
      radius: 6,
      covers: true,
    }),
    ...grid.zones.flatMap(({ zone, left: start, right: end }) => [
      box(zone.name, rectangle(start, rows.zones, end, rows.zonesEnd), { stroke: "zone", dash: "8 5", radius: 6 }),
      label(zone.name.replace(/^zone-/, "Zone "), start + PAD, rows.zones + 26, { ...zoneStyle, weight: 700 }),
      label(zone.availabilityZoneId, end - PAD, rows.zones + 26, { ...zoneStyle, anchor: "end" }),
    ]),
    label(securityGroupsIn(platform, room), left + PAD, rows.group.top + 23, { weight: 600, color: "muted" }),
    label(types, right - PAD, rows.group.top + 23, { color: "muted", anchor: "end" }),
  ];
}

/** The security groups of the servers in words: all of them are one box, because they share subnets. */
function securityGroupsIn({ securityGroups }: Platform, room: number): string {
  if (securityGroups.length < 2) return "Security group of the servers";
  const full = `One security group each: ${range(securityGroups)}`;
  return textWidth(full, SMALL, 600) <= room ? full : `${securityGroups.length} security groups of servers`;
}

function drawPublic(platform: Platform, grid: Grid, rows: Rows): Item[] {
  const { loadBalancer, dns } = platform;
  const toServers = portsBetween(platform, "load balancer", "servers");
  const out = portsBetween(platform, "servers", "internet");
  const gateways = grid.zones.flatMap(({ inner, zone }) => {
    if (zone.nat === undefined) return [];
    const lines = ["NAT gateway", zone.nat.isProtected ? "Elastic IP, protected" : "Elastic IP"];
    return [{ zone, lines, inner, x: inner.right - 2 * PAD - tileWidth(lines) }];
  });
  const downs = grid.zones
    .filter(({ zone }) => toServers.length > 0 && loadBalancer?.zones.includes(zone.name) === true)
    .map(({ zone, inner }) => ({ zone, inner, x: inner.left + 28 }));
  const outbound = { color: "outbound", dash: OUTBOUND_DASH } as const;
  const captionY = rows.public.bottom + 31;
  const hosts = loadBalancer?.hosts.map((host) => host.replace(`.${dns.domain}`, "")) ?? [];
  const byHost = hosts.length === 0 ? "" : `${range(hosts)} by host name, everything else `;
  return [
    ...grid.zones.flatMap(({ zone, inner }) => {
      const area = rectangle(inner.left, rows.public.top, inner.right, rows.public.bottom);
      return subnet("Public subnet", zone.subnets.public, area, "public");
    }),
    ...gateways.map(({ zone, x: left }, index) => {
      const x = left + 22;
      const up = [
        [x, rows.nat - 2],
        [x, rows.exit],
      ] as const;
      if (index > 0) return arrow(`from NAT of ${zone.name}`, up, { ...outbound, hasHead: false });
      const points = [...up, [grid.exitX, rows.exit], [grid.exitX, OUTSIDE_BOTTOM]] as const;
      return arrow("from NAT to the internet", points, { ...outbound, hops: downs.map((down) => down.x) });
    }),
    ...downs.flatMap(({ zone, x, inner }) => {
      const name = `from load balancer to servers of ${zone.name}`;
      const end = (gateways.find((gateway) => gateway.zone === zone)?.x ?? inner.right) + 16;
      return [
        vertical(name, x, rows.loadBalancer.bottom, rows.group.top),
        ...ports(toServers, x + 10, captionY, end - x - 10),
      ];
    }),
    ...gateways.flatMap(({ lines, x, zone, inner }) => {
      const outgoing = out.map((port) => `${port} out`);
      return [
        ...tile({ icon: "nat", lines }, x, rows.nat),
        ...when(out.length > 0, [
          vertical(`from servers to NAT of ${zone.name}`, x + 22, rows.group.top, rows.nat + 46, outbound),
          ...ports(outgoing, x + 32, captionY, inner.right - x - 32, "outbound"),
        ]),
      ];
    }),
    ...bars(grid, loadBalancer?.zones ?? [], {
      name: "load balancer",
      icon: "loadBalancer",
      top: rows.loadBalancer.top,
      color: "edge",
      fill: "edgeFill",
      lines: ["Application Load Balancer", `${byHost}${loadBalancer?.otherwise ?? ""}`],
    }),
  ];
}

function drawServers({ elastic, namedServices, serviceGroups, regional }: Platform, grid: Grid, rows: Rows): Item[] {
  const groups = [
    elastic && {
      ...elastic,
      name: "elastic group",
      note: `scaled by ${count(regional.scalingAlarms, "CloudWatch alarm")} on fleet CPU and connections`,
    },
    ...serviceGroups.map((group) => ({
      ...group,
      name: `group of ${group.service}`,
      note: [group.instanceType, group.policies.length > 0 && `scaled by ${group.policies.join(", ")}`]
        .filter((part) => part !== false)
        .join(", "),
    })),
  ].filter((group) => group !== undefined);
  const zones = groups.flatMap((group) => group.zones);
  const ofNamed = [...(namedServices.length === 1 ? [`Servers of ${namedServices.join()}`] : []), "Servers"];
  return [
    ...grid.zones.flatMap(({ zone, inner }) => {
      const area = rectangle(inner.left, rows.servers.top, inner.right, rows.servers.bottom);
      const below = rectangle(inner.left, rows.elastic.top, inner.right, rows.elastic.bottom);
      const names = zones.includes(zone.name)
        ? ["Elastic servers", "Elastic"]
        : ["Elastic servers: none", "Elastic: none"];
      return [
        ...subnet(fittingName(ofNamed, zone.subnets.servers, area), zone.subnets.servers, area, "servers"),
        ...drawCards(
          zone.servers,
          inner.left + PAD,
          rows.servers.top + HEADER,
          area.width - 2 * PAD,
          namedServices.length > 1,
        ),
        ...subnet(fittingName(names, zone.subnets.elastic, below), zone.subnets.elastic, below, "elastic"),
      ];
    }),
    ...groups.flatMap((group, index) =>
      bars(grid, group.zones, {
        name: group.name,
        icon: "autoScaling",
        top: rows.elastic.top + HEADER + index * (BAR + PAD),
        color: "elastic",
        dash: "6 4",
        lines: [
          `Auto Scaling group${group.service === undefined ? "" : ` of ${group.service}`}: ${span(group)} servers`,
          group.note,
        ],
      }),
    ),
  ];
}

function drawData(platform: Platform, grid: Grid, rows: Rows): Item[] {
  const { proxy } = platform;
  const toProxy = portsBetween(platform, "servers", "proxy");
  return [
    ...grid.zones.flatMap(({ zone, inner }) => {
      const area = rectangle(inner.left, rows.data.top, inner.right, rows.data.bottom);
      const name = dataHeading(zone.subnets.data, area);
      const x = headingGap(name, zone.subnets.data?.cidr ?? "", area);
      return [
        ...subnet(name, zone.subnets.data, area, "data"),
        ...when(toProxy.length > 0 && proxy?.zones.includes(zone.name) === true, [
          vertical(`from servers to proxy in ${zone.name}`, x, rows.group.bottom, rows.proxy.top),
          ...ports(toProxy, x + 10, rows.group.bottom + 31, inner.right - x - 10),
        ]),
      ];
    }),
    ...bars(grid, proxy?.zones ?? [], {
      name: "proxy",
      icon: "proxy",
      top: rows.proxy.top,
      color: "data",
      lines: ["RDS Proxy", `pools connections${proxy?.requiresTls === true ? ", TLS required" : ""}`],
    }),
    ...drawDatabase(platform, grid, rows),
  ];
}

function drawDatabase(platform: Platform, grid: Grid, rows: Rows): Item[] {
  const { database, proxy } = platform;
  const homes = grid.zones.filter(({ zone }) => database?.zones.includes(zone.name));
  const [primary = grid.zones[0], standby] = homes;
  if (database === undefined || primary === undefined) return [];
  const size = 56;
  const linesOf = (role: string) => [database.engine, role, database.instanceClass];
  const lines = linesOf(database.multiAz ? "primary" : "Single-AZ, in any zone");
  const { inner, zone } = primary;
  const { data } = zone.subnets;
  const area = rectangle(inner.left, rows.data.top, inner.right, rows.data.bottom);
  const inBox = PAD + 4;
  // Without a proxy the arrow comes from above, through the free space of the heading.
  const [from, start, captionY, left] =
    proxy === undefined
      ? ["servers", rows.group.bottom, 31, headingGap(dataHeading(data, area), data?.cidr ?? "", area) - size / 2]
      : ["proxy", rows.proxy.bottom, 27, inner.left + inBox];
  const x = left + size / 2;
  const allowed = portsBetween(platform, from, "database");
  const style = { size, color: "data" } as const;
  const middle = rows.database + size / 2;
  const lineStart = left + tileWidth(lines, size) + 14;
  const standbyLeft = standby?.inner.left ?? 0;
  const lineEnd = standbyLeft + PAD - 2;
  const standbyStyle = { ...style, room: area.width - 2 * PAD };
  const standbyTile = { icon: "postgres", lines: linesOf("standby for failover") } as const;
  return [
    ...tile({ icon: "postgres", lines }, left, rows.database, { ...style, room: inner.right - PAD - left }),
    ...when(allowed.length > 0, [
      vertical(`from ${from} to database`, x, start, rows.database - 3),
      ...ports(allowed, x + 10, start + captionY, inner.right - x - 10),
    ]),
    ...when(standby !== undefined && database.multiAz, [
      ...tile(standbyTile, standbyLeft + inBox, rows.database, standbyStyle),
      horizontal("from primary to standby", lineStart, lineEnd, middle, { color: "data", dash: "2 4" }),
      ...when(lineEnd - lineStart >= 150, [
        label("synchronous", inner.right - 6, middle - 8, { color: "data", anchor: "end" }),
      ]),
    ]),
  ];
}

/** The description for screen readers. */
function describe({ region, vpcCidr, zones: all, namedServices, flows, others }: Platform): string {
  const zones = all.map(({ name, availabilityZoneId, subnets, servers }) => {
    const cidrs = Object.entries(subnets).map(([tier, { cidr }]) => {
      const named = servers
        .map(({ name: server, address, service }) => {
          return `${server} ${address}${namedServices.length > 1 ? ` running ${service ?? "?"}` : ""}`;
        })
        .join(", ");
      return `${tier} ${cidr}${tier === "servers" ? ` with ${named}` : ""}`;
    });
    return `${name} (${availabilityZoneId}): ${cidrs.join(", ")}.`;
  });
  const allowed = flows.map(({ from, to, ports: open }) => `${from} to ${to}: ${open.join(", ")}`);
  const rest = others.map(({ type, paths }) => ` ${type}: ${paths.join(", ")}.`);
  return `Region ${region}, VPC ${vpcCidr}. ${zones.join(" ")} Allowed: ${allowed.join("; ")}.${rest.join("")}`;
}
