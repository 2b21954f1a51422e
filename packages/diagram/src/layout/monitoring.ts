import { box, horizontal, type Item, label, LARGE, NORMAL, type Scene, shortened, SMALL, when } from "../drawing/scene";
import type { Monitoring } from "../source/monitoring";
import type { Platform } from "../source/platform";
import { CREDIT, drawCredit, drawHeader } from "./frame";
import { MARGIN, rectangle, WIDTH } from "./grid";
import { caption, heading, tile } from "./parts";
import { count, portsBetween } from "./words";

const TOP = 110;
const SOURCES = { left: MARGIN, right: 434 };
const DATADOG = { left: 548, right: 792 };
const RECIPIENTS = { left: 926, right: WIDTH - MARGIN };
const STEP = 84;
const BOX = 60;
const PULL_DASH = "7 5";

/** The flow of monitoring: from servers and CloudWatch through Datadog to the recipients. */
export function monitoringScene(platform: Platform, monitoring: Monitoring): Scene {
  const { recipients, others } = monitoring;
  const height = Math.max(4 + others.length, recipients.length) * STEP + 44;
  const bottom = TOP + height;
  const items = [
    ...drawHeader(platform, `${platform.environment}, monitoring`, `AWS ${platform.region} to ${monitoring.site}`),
    ...drawDatadog(monitoring, bottom),
    ...drawSources(platform, monitoring, bottom),
    ...drawRecipients(monitoring, TOP + (height - recipients.length * STEP + STEP - BOX) / 2),
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
  const { elastic } = platform;
  const named = platform.zones.reduce((sum, { servers }) => sum + servers.length, 0);
  const helping = elastic === undefined ? "" : ` and ${elastic.minimum} to ${elastic.maximum} elastic`;
  const agents = [`${named} servers${helping}`, "Datadog agent on each: metrics,", "a custom check, logs"];
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
    box("servers", { ...inner, y: servers, height: 104 }, { fill: "serversFill", stroke: "servers", radius: 6 }),
    ...tile({ icon: "server", lines: agents }, x, servers + 26, { size: 52, color: "servers", room }),
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

function drawDatadog(monitoring: Monitoring, bottom: number): Item[] {
  const { left, right } = DATADOG;
  const parts = [
    [count(monitoring.logMetrics, "log-based metric"), "counted from logs"],
    [count(monitoring.monitors, "monitor"), "compare with thresholds"],
    [count(monitoring.objectives, "SLO"), "service level objectives"],
    [count(monitoring.dashboards, "dashboard"), "for people"],
    ...monitoring.others.map(({ type, paths: { length }, paths }) => {
      return [`${length} ${type.replace(/^datadog_/, "")}`, paths.join(", ")];
    }),
  ] as const;
  const space = (bottom - TOP - 56) / parts.length;
  const most = right - left - 40;
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

function drawRecipients({ recipients }: Monitoring, top: number): Item[] {
  const { left, right } = RECIPIENTS;
  return recipients.flatMap(({ service, name, monitors }, index) => {
    const y = top + index * STEP;
    return [
      box(`${service} ${name}`, rectangle(left, y, right, y + BOX), { fill: "groupFill", stroke: "group", radius: 6 }),
      label(service, left + 16, y + 26, { size: NORMAL, weight: 600 }),
      label(shortened(name, right - left - 32), left + 16, y + 47, { color: "muted" }),
      horizontal(`from Datadog to ${service} ${name}`, DATADOG.right, left, y + BOX / 2),
      caption(count(monitors, "monitor"), (DATADOG.right + left) / 2, y + BOX / 2 - 9, "inbound", "middle"),
    ];
  });
}
