import { textWidth } from "../drawing/fonts";
import { box, horizontal, type Item, label, LARGE, NORMAL, type Scene, shortened, SMALL, when } from "../drawing/scene";
import type { About, Monitoring } from "../source/monitoring";
import type { Platform } from "../source/platform";
import { CREDIT, drawCredit, drawHeader } from "./frame";
import { MARGIN, rectangle, WIDTH } from "./grid";
import { caption, heading, tile } from "./parts";
import { count, portsBetween, range, span } from "./words";

const TOP = 110;
const SOURCES = { left: MARGIN, right: 434 };
const DATADOG = { left: 548, right: 792 };
const RECIPIENTS = { left: 926, right: WIDTH - MARGIN };
/** From the top of a box to that of the next one. */
const STEP = 84;
const BOX = 60;
const LINE = 20;
const PULL_DASH = "7 5";

/** The flow of monitoring: from servers and CloudWatch through Datadog to the recipients. */
export function monitoringScene(platform: Platform, monitoring: Monitoring): Scene {
  const { recipients, others } = monitoring;
  const isShared = servicesIn(platform).length > 1;
  const step = isShared ? STEP + LINE : STEP;
  const height = Math.max(
    (4 + others.length) * STEP + 44,
    recipients.length * step + 44,
    56 + agentsHeight(agentsIn(platform)) + 24 + 148,
  );
  const bottom = TOP + height;
  const items = [
    ...drawHeader(platform, `${platform.environment}, monitoring`, `AWS ${platform.region} to ${monitoring.site}`),
    ...drawDatadog(platform, monitoring, bottom),
    ...drawSources(platform, monitoring, bottom),
    ...drawRecipients(monitoring, TOP + (height - recipients.length * step + STEP - BOX) / 2, platform),
    drawCredit(bottom + 36),
  ];
  return {
    title: `${platform.dns.domain}, ${platform.environment}: monitoring`,
    description:
      `The Datadog agent of every server sends metrics, checks and logs to ${monitoring.site}; Datadog reads CloudWatch ` +
      `(${monitoring.namespaces.join(", ")}). ${count(monitoring.monitors, "monitor")} tell ` +
      `${recipients.map(({ service, name, monitors }) => `${service} ${name} (${monitors})`).join(", ")}.`,
    credit: CREDIT,
    background: "page",
    width: WIDTH,
    height: bottom + 66,
    items,
  };
}

function drawSources(platform: Platform, monitoring: Monitoring, bottom: number): Item[] {
  const { left, right } = SOURCES;
  const { namespaces, role = "" } = monitoring;
  const agents = agentsIn(platform);
  const height = agentsHeight(agents);
  const out = portsBetween(platform, "servers", "internet");
  const half = Math.ceil(namespaces.length / 2);
  const read = [namespaces.slice(0, half).join(", "), namespaces.slice(half).join(", ")];
  const servers = TOP + 56;
  const cloudWatch = bottom - 148;
  const x = left + 32;
  const room = right - 16 - x - 4;
  const between = (right + DATADOG.left) / 2;
  const inner = { x: left + 16, width: right - left - 32 };
  const group = { fill: "groupFill", stroke: "group", radius: 6 } as const;
  return [
    box("region", rectangle(left, TOP, right, bottom), { stroke: "region", dash: "4 4", radius: 6 }),
    heading(`Region ${platform.region}`, left + 16, TOP + 30, "region"),
    box("servers", { ...inner, y: servers, height }, { fill: "serversFill", stroke: "servers", radius: 6 }),
    ...tile({ icon: "server", lines: agents }, x, servers + height / 2 - 26, { size: 52, color: "servers", room }),
    ...when(out.length > 0, [
      horizontal("from the agents to Datadog", right - 16, DATADOG.left, servers + 52, { color: "outbound" }),
      caption(shortened(out.join(", "), 106, SMALL, 600), between, servers + 43, "outbound", "middle"),
    ]),
    ...when(monitoring.role !== undefined, [
      box("CloudWatch", { ...inner, y: cloudWatch, height: 124 }, group),
      ...tile({ icon: "cloudWatch", lines: ["CloudWatch", ...read, `role ${role}`] }, x, cloudWatch + 36, {
        size: 52,
        room,
      }),
      horizontal("from CloudWatch to Datadog", right - 16, DATADOG.left, cloudWatch + 62, { dash: PULL_DASH }),
      caption("reads metrics", between, cloudWatch + 53, "inbound", "middle"),
    ]),
  ];
}

/** The lines of the box of the agents. */
function agentsIn(platform: Platform): string[] {
  return [...serversIn(platform), "Datadog agent on each: metrics,", "a custom check, logs"];
}

function agentsHeight({ length }: readonly string[]): number {
  return 44 + LINE * length;
}

/** How many servers run an agent: in a line, and where there are several services, how many of each in a line of its own. */
function serversIn(platform: Platform): string[] {
  const { zones, elastic, serviceGroups } = platform;
  const named = zones.flatMap(({ servers }) => servers);
  const services = servicesIn(platform);
  if (services.length < 2) {
    return [`${count(named.length, "server")}${elastic === undefined ? "" : ` and ${span(elastic)} elastic`}`];
  }
  const groups = [...(elastic === undefined ? [] : [elastic]), ...serviceGroups];
  const sum = (of: "minimum" | "maximum") => groups.reduce((total, group) => total + group[of], named.length);
  const lines = services.map((service) => {
    const own = named.filter((server) => server.service === service).length;
    const sizes = [
      own === 0 ? "" : own.toString(),
      elastic?.service === service ? `${span(elastic)} elastic` : "",
      ...serviceGroups.filter((group) => group.service === service).map(span),
    ];
    return `${service}: ${sizes.filter((size) => size !== "").join(" and ")}`;
  });
  return [`${span({ minimum: sum("minimum"), maximum: sum("maximum") })} servers`, ...lines];
}

/** The services of an environment. */
function servicesIn({ namedServices, serviceGroups }: Platform): string[] {
  return [...namedServices, ...serviceGroups.map(({ service }) => service)];
}

/** What monitors or objectives are about, by the names of services or, where these do not fit, by their number. */
function aboutIn({ services, shared }: About, platform: Platform, room: number): string {
  const others = shared ? [...(services.length > 0 ? ["and"] : []), "what services share"] : [];
  const words = ["about", ...(services.length > 0 ? [range(services)] : []), ...others].join(" ");
  if (textWidth(words, SMALL, 400) <= room) return words;
  return `about ${services.length === servicesIn(platform).length ? "all" : services.length} services`;
}

function drawDatadog(platform: Platform, monitoring: Monitoring, bottom: number): Item[] {
  const { left, right } = DATADOG;
  const most = right - left - 40;
  const objectives =
    servicesIn(platform).length < 2 ? "service level objectives" : aboutIn(monitoring.objectivesAbout, platform, most);
  const parts = [
    [count(monitoring.logMetrics, "log-based metric"), "counted from logs"],
    [count(monitoring.monitors, "monitor"), "compare with thresholds"],
    [count(monitoring.objectives, "SLO"), objectives],
    [count(monitoring.dashboards, "dashboard"), "for people"],
    ...monitoring.others.map(({ type, paths: { length }, paths }) => {
      return [`${length} ${type.replace(/^datadog_/, "")}`, paths.join(", ")];
    }),
  ] as const;
  const space = (bottom - TOP - 56) / parts.length;
  const middle = (left + right) / 2;
  const strong = { size: NORMAL, weight: 600, color: "edge", anchor: "middle" } as const;
  return [
    box("Datadog", rectangle(left, TOP, right, bottom), { fill: "edgeFill", stroke: "edge", radius: 8 }),
    box("Datadog's name", rectangle(left, TOP, right, TOP + 44), { fill: "datadog", radius: 8 }),
    label("Datadog", middle, TOP + 29, { size: LARGE, weight: 700, color: "onDatadog", anchor: "middle" }),
    ...parts.flatMap(([name = "", what = ""], index) => {
      const top = TOP + 56 + index * space;
      return [
        box(name, rectangle(left + 14, top, right - 14, top + space - 12), { fill: "card", stroke: "edge", radius: 6 }),
        label(shortened(name, most, NORMAL, 600), middle, top + space / 2 - 10, strong),
        label(shortened(what, most), middle, top + space / 2 + 11, { color: "muted", anchor: "middle" }),
      ];
    }),
  ];
}

/** Where there are several services, each recipient has a line that says which its monitors are about. */
function drawRecipients({ recipients }: Monitoring, top: number, platform: Platform): Item[] {
  const { left, right } = RECIPIENTS;
  const room = right - left - 32;
  const isShared = servicesIn(platform).length > 1;
  const height = isShared ? BOX + LINE : BOX;
  return recipients.flatMap(({ service, name, monitors, about }, index) => {
    const y = top + index * (STEP - BOX + height);
    const lines = [name, ...(isShared ? [aboutIn(about, platform, room)] : [])];
    return [
      box(
        `${service} ${name}`,
        { x: left, y, width: right - left, height },
        {
          fill: "groupFill",
          stroke: "group",
          radius: 6,
        },
      ),
      label(service, left + 16, y + 26, { size: NORMAL, weight: 600 }),
      ...lines.map((line, row) => label(shortened(line, room), left + 16, y + 47 + row * LINE, { color: "muted" })),
      horizontal(`from Datadog to ${service} ${name}`, DATADOG.right, left, y + height / 2),
      caption(count(monitors, "monitor"), (DATADOG.right + left) / 2, y + height / 2 - 9, "inbound", "middle"),
    ];
  });
}
