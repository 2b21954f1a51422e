import type { SeriesColor } from "../../drawing/theme";
import { aggregate, orZero, type Series, STEP, times } from "../sample";
import type { Formula, Palette, Timeseries } from "../source/dashboard";
import { answer, type Context } from "./context";

/** A line of a graph, with its style. */
export type Curve = ReturnType<typeof curvesOf>[number];
type Request = Timeseries["requests"][number];

/** Seconds per bar in a graph of one day. */
const BAR = 1200;
/** Datadog's palettes, mapped to colours that people with colour blindness can tell apart. */
const PALETTES: Readonly<Record<Palette, readonly SeriesColor[]>> = {
  dog_classic: ["blue", "teal", "purple", "orange", "pink", "gold", "sky", "slate"],
  cool: ["teal", "sky", "blue", "purple"],
  purple: ["purple", "pink", "blue", "slate"],
  warm: ["orange", "gold", "pink", "purple"],
  gray: ["slate", "sky", "gold", "blue"],
};

/** All lines of a graph. Areas and bars of one request are stacked, as in Datadog. */
export function curvesOf({ requests }: Timeseries, context: Context) {
  const formulas = requests.flatMap((request) => request.formulas).length;
  const lists = requests.map((request) => curvesOfRequest(request, context, formulas));
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  // Interleaved, so that a legend without space for all names shows names of every request.
  return Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list.slice(index, index + 1))).flat();
}

/** @param drawn number of formulas in the whole graph */
function curvesOfRequest(
  { queries, formulas, display_type: display, style }: Request,
  context: Context,
  drawn: number,
) {
  const interval = display === "bars" ? BAR : STEP;
  let stack: readonly number[] | undefined;
  return formulas.flatMap((formula) => {
    const { series: all, isPlain } = answer(queries, formula, interval, context);
    const byName = (one: Series, other: Series) => named(one).localeCompare(named(other), "en", { numeric: true });
    return [...all].sort(byName).map((series, index) => {
      const points = display === "bars" ? inBars(series) : { times, values: series.values };
      /** Sum of the values below it in a stack; undefined for a line that is not stacked. */
      const below = display === "line" ? undefined : (stack ?? points.values.map(() => 0));
      stack = below?.map((value, at) => value + orZero(points.values[at]));
      const palette = PALETTES[formula.style?.palette ?? style?.palette ?? "dog_classic"];
      const position = index + (formula.style?.palette_index ?? 0);
      // Each repetition of the palette is shifted by one colour, because a stack can show lines 4 and 12 next to each other.
      const color = palette[(position + Math.floor(position / palette.length)) % palette.length] ?? "blue";
      /** Whether the line is dashed, because its colour is used a second time. */
      const isDashed = position >= palette.length;
      const label = labelOf(series, all, formula, drawn);
      return { label, formula, display, color, isDashed, ...points, below, isPlain };
    });
  });
}

/** A bar is the average of its samples, because counts are already per interval of a bar. */
function inBars({ values }: Series) {
  const length = BAR / STEP;
  const starts = values.flatMap((_, index) => (index % length === 0 && index + length <= values.length ? [index] : []));
  return {
    times: starts.map((start) => times[start] ?? 0),
    values: starts.map((start) => aggregate("avg", values.slice(start, start + length))),
  };
}

/** Display name of a group. A server is shown by its name, without its instance id. */
function named({ group }: Series): string {
  const entries = Object.entries(group);
  const known = entries.filter(([tag]) => tag !== "host" || entries.length === 1);
  return known.map(([, value]) => value).join(", ");
}

function labelOf(series: Series, all: readonly Series[], { alias, formula }: Formula, formulas: number): string {
  const name = named(series);
  const title = alias ?? formula;
  if (name === "") return title;
  const isAmbiguous = all.filter((other) => named(other) === name).length > 1;
  const label = isAmbiguous ? `${name}, ${series.group.host?.slice(0, 7) ?? ""}…` : name;
  return formulas > 1 ? `${title}, ${label}` : label;
}
