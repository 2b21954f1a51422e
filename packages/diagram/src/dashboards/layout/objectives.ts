import { type Item, panel, type Rectangle, shortened, SMALL, text, TITLE } from "../../drawing/scene";
import { budgetLeft } from "../sample";
import type { SloList } from "../source/dashboard";
import { found, type Objective } from "../source/monitoring";
import { body, card } from "./card";
import type { Context } from "./context";

const GAP = 14;
const MOST = 150;
const BAR = 10;

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
  const height = Math.min(MOST, (inner.height - GAP * (shown.length - 1)) / shown.length);
  return [
    ...card(definition.title, area),
    ...shown.flatMap(({ objective, left, reached }, index) =>
      tile(objective, left, reached, { ...inner, y: inner.y + index * (height + GAP), height }),
    ),
  ];
}

/** @param good status in percent, which corresponds to the remaining share of the error budget */
function tile(objective: Objective, left: number, good: number, area: Rectangle): Item[] {
  const { name, targetPercent, warningPercent, timeframe } = objective;
  const color = good >= warningPercent ? "ok" : good >= targetPercent ? "warning" : "error";
  const [x, right] = [area.x + 14, area.x + area.width - 14];
  const bar = { x, y: area.y + area.height - 18 - BAR, width: right - x, height: BAR };
  const title = shortened(name.replace(/^\[[^\]]*\] /, ""), area.width - 28, TITLE, 600);
  return [
    panel(name, area, "panel", { stroke: "border", radius: 6 }),
    text(title, x, area.y + 27, area, { size: TITLE, weight: 600 }),
    text(`${Number(good.toFixed(3))}%`, x, area.y + 72, area, { size: 34, weight: 700, color }),
    text(`target ${targetPercent}%`, right, area.y + 53, area, { color: "subdued", anchor: "end" }),
    text(`over ${timeframe.replace(/d$/, " days")}`, right, area.y + 73, area, { color: "subdued", anchor: "end" }),
    text("error budget", x, bar.y - 9, area, { color: "subdued" }),
    text(`${Math.round(left * 100)}% left`, right, bar.y - 9, area, { weight: 600, anchor: "end", size: SMALL }),
    panel("error budget", bar, "track", { radius: BAR / 2, covers: true }),
    panel("left of it", { ...bar, width: bar.width * left }, color, { radius: BAR / 2, covers: true }),
  ];
}
