import { textWidth } from "../../drawing/fonts";
import { type Item, panel, type Rectangle, shortened, SMALL, text } from "../../drawing/scene";
import { lastTriggered, type Triggered } from "../sample";
import type { ManageStatus } from "../source/dashboard";
import { type Monitor, tagsAskedFor, withTags } from "../source/monitoring";
import { body, card } from "./card";
import { type Context, known } from "./context";

const ROW = 26;
const COUNTS = 62;
const PRIORITY = 30;
const AGO = 58;
const MARK = 18;
/** Minimum width of a list; a wide tile has two lists. */
const COLUMN = 340;
const BETWEEN = 28;

interface Row {
  readonly monitor: Monitor;
  readonly state: State;
  readonly triggered: Triggered | undefined;
}
type State = "alert" | "warning" | "ok";

/** In the order of counts and lists. */
const STATES = [
  { state: "alert", word: "ALERT", color: "error" },
  { state: "warning", word: "WARN", color: "warning" },
  { state: "ok", word: "OK", color: "ok" },
] as const;

/** Number of monitors per state, and the list of monitors. */
export function monitors(definition: ManageStatus, area: Rectangle, { samples, monitoring, notes }: Context): Item[] {
  const rows = withTags(monitoring.monitors, tagsAskedFor(definition.query, notes))
    .map((monitor): Row => {
      const triggered = known(notes, () => lastTriggered(monitor, samples));
      return { monitor, triggered, state: triggered?.secondsAgo === 0 ? triggered.level : "ok" };
    })
    .sort(byState);
  const inner = body(area);
  const deep = Math.floor((inner.height - COUNTS) / ROW);
  const columns = Math.max(1, Math.floor(inner.width / COLUMN));
  const room = deep * columns;
  const shown = rows.length <= room ? rows : rows.slice(0, room - 1);
  const column = (inner.width - (columns - 1) * BETWEEN) / columns;
  const place = (index: number): Rectangle => ({
    x: inner.x + Math.floor(index / deep) * (column + BETWEEN),
    y: inner.y + COUNTS + (index % deep) * ROW,
    width: column,
    height: ROW,
  });
  const hidden = rows.length - shown.length;
  return [
    ...card(definition.title, area),
    ...counts(rows, inner),
    ...shown.flatMap((row, index) => listed(row, beginning(rows), place(index))),
    ...(hidden === 0 ? [] : [more(hidden, place(shown.length))]),
  ];
}

function more(hidden: number, line: Rectangle): Item {
  return text(`and ${hidden} more`, line.x + MARK, line.y + 17, line, { color: "subdued" });
}

function byState(one: Row, other: Row): number {
  const order = (row: Row) => STATES.findIndex(({ state }) => state === row.state);
  const recent = (row: Row) => row.triggered?.secondsAgo ?? Infinity;
  return (
    order(one) - order(other) ||
    (recent(one) === recent(other) ? 0 : recent(one) - recent(other)) ||
    (one.monitor.priority ?? 6) - (other.monitor.priority ?? 6) ||
    one.monitor.name.localeCompare(other.monitor.name, "en")
  );
}

/** Counts per state; states with zero monitors are omitted. */
function counts(rows: readonly Row[], { x, y, width }: Rectangle): Item[] {
  const present = STATES.map((each) => ({
    ...each,
    count: rows.filter(({ state }) => state === each.state).length,
  })).filter(({ count }) => count > 0);
  const gap = 10;
  const each = (width - gap * (present.length - 1)) / present.length;
  return present.flatMap(({ state, word, color, count }, index): Item[] => {
    const tile = { x: x + index * (each + gap), y, width: each, height: COUNTS - 12 };
    const fill = { alert: "errorTint", warning: "warningTint", ok: "okTint" } as const;
    const number = count.toString();
    const total = textWidth(number, 28, 700) + 8 + textWidth(word, SMALL, 700);
    const left = tile.x + (tile.width - total) / 2;
    return [
      panel(`${number} ${word}`, tile, fill[state], { radius: 6 }),
      text(number, left, tile.y + 35, tile, { size: 28, weight: 700, color }),
      text(word, left + total, tile.y + 35, tile, { weight: 700, color, anchor: "end" }),
    ];
  });
}

function listed({ monitor, state, triggered }: Row, common: string, line: Rectangle): Item[] {
  const y = line.y + 17;
  const right = line.x + line.width;
  const color = STATES.find((each) => each.state === state)?.color ?? "ok";
  const room = line.width - MARK - PRIORITY - (triggered === undefined ? 0 : AGO);
  const name = shortened(monitor.name.slice(common.length), room, SMALL, 400);
  return [
    panel("", { x: line.x, y: y - 11, width: 11, height: 11 }, color, { radius: 5.5, covers: true }),
    text(name, line.x + MARK, y, line),
    ...(triggered === undefined
      ? []
      : [text(ago(triggered), right - PRIORITY, y, line, { color: "subdued", anchor: "end" })]),
    ...(monitor.priority === undefined
      ? []
      : [text(`P${monitor.priority}`, right, y, line, { color: "subdued", anchor: "end", weight: 600 })]),
  ];
}

/** Common prefix of all names, such as the environment in brackets, which a list does not repeat. */
function beginning(rows: readonly Row[]): string {
  const bracket = /^\[[^\]]*\] /.exec(rows[0]?.monitor.name ?? "")?.[0] ?? "";
  return rows.every(({ monitor }) => monitor.name.startsWith(bracket)) ? bracket : "";
}

function ago({ secondsAgo }: Triggered): string {
  return secondsAgo < 3600 ? `${Math.round(secondsAgo / 60)}m ago` : `${Math.round(secondsAgo / 3600)}h ago`;
}
