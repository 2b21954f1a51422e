import { textWidth } from "../../drawing/fonts";
import { type Item, NORMAL, panel, type Rectangle, shortened, SMALL, text, TITLE } from "../../drawing/scene";
import { budgetLeft } from "../sample";
import type { SloList } from "../source/dashboard";
import { found, type Objective } from "../source/monitoring";
import { body, card } from "./card";
import type { Context } from "./context";

const BAR = 10;
/** Tiles with the status in large letters, and rows for more objectives than there is space for such tiles. */
const TILE = { gap: 14, least: 118, most: 150 };
const ROW = { gap: 8, height: 56, bar: 6 };

/** Service level objectives with their status and remaining error budget, the lowest status first. */
export function objectives(definition: SloList, area: Rectangle, { monitoring, notes }: Context): Item[] {
  const [{ query }] = definition.requests;
  const shown = found(monitoring.objectives, query.query_string, notes)
    .map((objective) => {
      const left = budgetLeft(objective);
      return { objective, left, reached: 100 - (100 - objective.targetPercent) * (1 - left) };
    })
    .sort((one, other) => one.reached - other.reached)
    .slice(0, query.limit);
  const inner = body(area);
  const height = Math.min(TILE.most, (inner.height - TILE.gap * (shown.length - 1)) / shown.length);
  if (height >= TILE.least) {
    return [
      ...card(definition.title, area),
      ...shown.flatMap((each, index) => tile(each, { ...inner, y: inner.y + index * (height + TILE.gap), height })),
    ];
  }
  const step = ROW.height + ROW.gap;
  const fitting = Math.floor((inner.height + ROW.gap) / step);
  // The last row says how many are left out.
  const rows = shown.length <= fitting ? shown : shown.slice(0, fitting - 1);
  const more = `+ ${shown.length - rows.length} more, which are better`;
  return [
    ...card(definition.title, area),
    ...rows.flatMap((each, index) => row(each, { ...inner, y: inner.y + index * step, height: ROW.height })),
    ...(rows.length === shown.length
      ? []
      : [text(more, inner.x, inner.y + rows.length * step + 20, area, { color: "subdued" })]),
  ];
}

/** An objective with its status in percent, which corresponds to the remaining share of the error budget. */
interface Shown {
  readonly objective: Objective;
  readonly left: number;
  readonly reached: number;
}

const colorOf = ({ objective, reached }: Shown) =>
  reached >= objective.warningPercent ? "ok" : reached >= objective.targetPercent ? "warning" : "error";

const titleOf = ({ name }: Objective) => name.replace(/^\[[^\]]*\] /, "");
const statusOf = ({ reached }: Shown) => `${Number(reached.toFixed(3))}%`;
const leftOf = ({ left }: Shown) => `${Math.round(left * 100)}% left`;
const timeframeOf = ({ timeframe }: Objective) => `over ${timeframe.replace(/d$/, " days")}`;

function budget({ left }: Shown, bar: Rectangle, color: ReturnType<typeof colorOf>): Item[] {
  return [
    panel("error budget", bar, "track", { radius: bar.height / 2, covers: true }),
    panel("left of it", { ...bar, width: bar.width * left }, color, { radius: bar.height / 2, covers: true }),
  ];
}

/** Title and status above target and remaining error budget. */
function row(shown: Shown, area: Rectangle): Item[] {
  const { objective } = shown;
  const color = colorOf(shown);
  const [x, right] = [area.x + 12, area.x + area.width - 12];
  const status = statusOf(shown);
  const room = right - x - textWidth(status, NORMAL, 700) - 12;
  return [
    panel(objective.name, area, "panel", { stroke: "border", radius: 6 }),
    text(shortened(titleOf(objective), room, NORMAL, 600), x, area.y + 20, area, { size: NORMAL, weight: 600 }),
    text(status, right, area.y + 20, area, { size: NORMAL, weight: 700, color, anchor: "end" }),
    text(`target ${objective.targetPercent}% ${timeframeOf(objective)}`, x, area.y + 39, area, { color: "subdued" }),
    text(leftOf(shown), right, area.y + 39, area, { weight: 600, anchor: "end", size: SMALL }),
    ...budget(shown, { x, y: area.y + area.height - 3 - ROW.bar, width: right - x, height: ROW.bar }, color),
  ];
}

function tile(shown: Shown, area: Rectangle): Item[] {
  const { objective } = shown;
  const color = colorOf(shown);
  const [x, right] = [area.x + 14, area.x + area.width - 14];
  const bar = { x, y: area.y + area.height - 18 - BAR, width: right - x, height: BAR };
  const title = shortened(titleOf(objective), area.width - 28, TITLE, 600);
  return [
    panel(objective.name, area, "panel", { stroke: "border", radius: 6 }),
    text(title, x, area.y + 27, area, { size: TITLE, weight: 600 }),
    text(statusOf(shown), x, area.y + 72, area, { size: 34, weight: 700, color }),
    text(`target ${objective.targetPercent}%`, right, area.y + 53, area, { color: "subdued", anchor: "end" }),
    text(timeframeOf(objective), right, area.y + 73, area, { color: "subdued", anchor: "end" }),
    text("error budget", x, bar.y - 9, area, { color: "subdued" }),
    text(leftOf(shown), right, bar.y - 9, area, { weight: 600, anchor: "end", size: SMALL }),
    ...budget(shown, bar, color),
  ];
}
