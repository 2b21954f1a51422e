import { textWidth } from "../../drawing/fonts";
import { type Item, panel, type Rectangle, shortened, SMALL, text } from "../../drawing/scene";
import { lastTriggered, type Triggered } from "../sample";
import type { ManageStatus } from "../source/dashboard";
import { found, type Monitor } from "../source/monitoring";
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

/** In the order of counts and lists. */
const STATES = [
  { word: "ALERT", color: "error", tint: "errorTint" },
  { word: "WARN", color: "warning", tint: "warningTint" },
  { word: "OK", color: "ok", tint: "okTint" },
] as const;
const [ALERT, WARN, OK] = STATES;

interface Row {
  readonly monitor: Monitor;
  readonly state: (typeof STATES)[number];
  readonly triggered: Triggered | undefined;
}

/** Number of monitors per state, and the list of monitors. */
export function monitors(definition: ManageStatus, area: Rectangle, { samples, monitoring, notes }: Context): Item[] {
  const rows = found(monitoring.monitors, definition.query, notes)
    .map((monitor): Row => {
      const triggered = known(notes, () => lastTriggered(monitor, samples));
      const last = triggered?.level === "alert" ? ALERT : WARN;
      return { monitor, triggered, state: triggered?.secondsAgo === 0 ? last : OK };
    })
    .sort(byState);
  const inner = body(area);
  const deep = Math.floor((inner.height - COUNTS) / ROW);
  const columns = Math.max(1, Math.floor(inner.width / COLUMN));
  const room = deep * columns;
  const shown = rows.length <= room ? rows : rows.slice(0, room - 1);
  const width = (inner.width - (columns - 1) * BETWEEN) / columns;
  const place = (index: number): Rectangle => {
    const x = inner.x + Math.floor(index / deep) * (width + BETWEEN);
    return { x, y: inner.y + COUNTS + (index % deep) * ROW, width, height: ROW };
  };
  const more = place(shown.length);
  const hidden = rows.length - shown.length;
  return [
    ...card(definition.title, area),
    ...counts(rows, inner),
    ...shown.flatMap((row, index) => listed(row, beginning(rows), place(index))),
    ...(hidden === 0 ? [] : [text(`and ${hidden} more`, more.x + MARK, more.y + 17, more, { color: "subdued" })]),
  ];
}

function byState(one: Row, other: Row): number {
  const recent = (row: Row) => row.triggered?.secondsAgo ?? Number.MAX_SAFE_INTEGER;
  return (
    STATES.indexOf(one.state) - STATES.indexOf(other.state) ||
    recent(one) - recent(other) ||
    (one.monitor.priority ?? 6) - (other.monitor.priority ?? 6) ||
    one.monitor.name.localeCompare(other.monitor.name, "en")
  );
}

/** Counts per state; states with zero monitors are omitted. */
function counts(rows: readonly Row[], { x, y, width }: Rectangle): Item[] {
  const present = STATES.map((each) => ({ ...each, count: rows.filter(({ state }) => state === each).length })).filter(
    ({ count }) => count > 0,
  );
  const gap = 10;
  const each = (width - gap * (present.length - 1)) / present.length;
  return present.flatMap(({ word, color, tint, count }, index): Item[] => {
    const tile = { x: x + index * (each + gap), y, width: each, height: COUNTS - 12 };
    const total = textWidth(`${count}`, 28, 700) + 8 + textWidth(word, SMALL, 700);
    const left = tile.x + (tile.width - total) / 2;
    return [
      panel(`${count} ${word}`, tile, tint, { radius: 6 }),
      text(`${count}`, left, tile.y + 35, tile, { size: 28, weight: 700, color }),
      text(word, left + total, tile.y + 35, tile, { weight: 700, color, anchor: "end" }),
    ];
  });
}

function listed({ monitor, state, triggered }: Row, common: string, line: Rectangle): Item[] {
  const y = line.y + 17;
  const right = line.x + line.width;
  const room = line.width - MARK - PRIORITY - (triggered === undefined ? 0 : AGO);
  const style = { color: "subdued", anchor: "end" } as const;
  return [
    panel("", { x: line.x, y: y - 11, width: 11, height: 11 }, state.color, { radius: 5.5, covers: true }),
    text(shortened(monitor.name.slice(common.length), room), line.x + MARK, y, line),
    ...(triggered === undefined ? [] : [text(ago(triggered), right - PRIORITY, y, line, style)]),
    ...(monitor.priority === undefined
      ? []
      : [text(`P${monitor.priority}`, right, y, line, { ...style, weight: 600 as const })]),
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
