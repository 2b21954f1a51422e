import { type MetricQuery, type Series, seriesQuery, type Unit, withNames } from "../datadog/metric-query";
import type { Thresholds } from "../datadog/thresholds";
import { formatForMarker } from "../datadog/units";
import type { Graph, Line } from "../signals/signal";

/** Definition of a widget in Datadog's API. */
export type Definition = Readonly<Record<string, unknown>> & { readonly type: string };

/** Adds the template variables of a dashboard to a metric's filter. */
export type ApplyVariables = (series: Series) => Series;

/** A custom link of a widget. */
export interface Link {
  readonly label: string;
  readonly link: string;
}

/** Query of the events that a timeseries shows. */
export interface EventOverlay {
  readonly q: string;
}

/**
 * The events of roll-outs (packages/delivery/src/roll-out/markers.ts), of the service that a variable of the dashboard selects, or of all.
 * @see https://docs.datadoghq.com/dashboards/graphing_json/widget_json/#events-schema
 */
export function rollOuts(environmentName: string, variable?: string): EventOverlay {
  const all = `source:my_apps env:${environmentName} project:dev-one`;
  return { q: variable === undefined ? all : `${all} $${variable}` };
}

const TITLE = { title_size: "16", title_align: "left" } as const;

export function timeseries(
  { title, lines, display = "line", thresholds }: Graph,
  applyVariables: ApplyVariables,
  links: Link[],
  events: readonly EventOverlay[] = [],
): Definition {
  const request = (drawn: readonly Line[], first: number) => ({
    response_format: "timeseries",
    queries: drawn.flatMap((line, index) => queries(line.query, applyVariables, suffix(drawn, index))),
    formulas: drawn.map((line, index) => ({
      ...formula(line, suffix(drawn, index)),
      ...(drawn.length === 1 ? {} : { style: { palette: palette(index), palette_index: 0 } }),
    })),
    display_type: display,
    style: { palette: drawn[0]?.palette ?? palette(first), line_type: "solid", line_width: "normal" },
  });
  return {
    type: "timeseries",
    title,
    ...TITLE,
    show_legend: true,
    legend_layout: "auto",
    legend_columns: ["avg", "max", "value"],
    // Datadog stacks areas and bars of the same request only.
    requests: display === "line" ? lines.map((line, index) => request([line], index)) : [request(lines, 0)],
    yaxis: { include_zero: true, scale: "linear" },
    markers: thresholds === undefined ? [] : markers(thresholds),
    custom_links: links,
    ...(events.length === 0 ? {} : { events }),
  };
}

/** A query value, coloured by the thresholds of its alert. */
export function queryValue(
  title: string,
  line: Line,
  applyVariables: ApplyVariables,
  thresholds: Thresholds | undefined,
  links: Link[],
): Definition {
  return {
    type: "query_value",
    title,
    ...TITLE,
    requests: [
      {
        response_format: "scalar",
        queries: queries(line.query, applyVariables).map((query) => ({ ...query, aggregator: "last" })),
        formulas: [formula(line)],
        ...(thresholds === undefined ? {} : { conditional_formats: colours(thresholds) }),
      },
    ],
    autoscale: true,
    precision: 2,
    timeseries_background: { type: "area", yaxis: { include_zero: true } },
    custom_links: links,
  };
}

/** Summary of the monitors that have all of `tags` and one of `oneOf`. */
export function monitorSummary(title: string, tags: readonly string[], oneOf: readonly string[]): Definition {
  const quoted = (list: readonly string[], operator: string) =>
    `tag:(${list.map((tag) => JSON.stringify(tag)).join(` ${operator} `)})`;
  return {
    type: "manage_status",
    title,
    ...TITLE,
    query: `${quoted(tags, "AND")} AND ${quoted(oneOf, "OR")}`,
    summary_type: "monitors",
    display_format: "countsAndList",
    color_preference: "text",
    sort: "status,asc",
    hide_zero_counts: true,
    show_last_triggered: true,
    show_priority: true,
  };
}

/** Service level objectives with their remaining error budgets. */
export function objectiveList(title: string, tags: readonly string[]): Definition {
  return {
    type: "slo_list",
    title,
    ...TITLE,
    requests: [
      {
        request_type: "slo_list",
        query: { query_string: tags.join(" AND "), limit: 10, sort: [{ column: "status.sli", order: "asc" }] },
      },
    ],
  };
}

export function note(content: string): Definition {
  return {
    type: "note",
    content,
    background_color: "white",
    font_size: "14",
    text_align: "left",
    vertical_align: "top",
    show_tick: false,
    has_padding: true,
  };
}

/** Datadog palettes, one for each line of a graph. */
const PALETTES = ["dog_classic", "cool", "purple", "warm", "gray"] as const;

const palette = (index: number) => PALETTES[index % PALETTES.length];

/** Makes names of queries unique if several lines share a request. */
const suffix = (lines: readonly Line[], index: number): string => (lines.length === 1 ? "" : `_${index + 1}`);

function queries({ series }: MetricQuery, applyVariables: ApplyVariables, end = "") {
  return Object.entries(series).map(([name, each]) => ({
    data_source: "metrics",
    name: `${name}${end}`,
    query: seriesQuery(applyVariables(each)),
  }));
}

function formula({ label, query }: Line, end = "") {
  const unit = canonicalUnit(query.unit);
  return { formula: withNames(query, (name) => `${name}${end}`), alias: label, number_format: { unit } };
}

function canonicalUnit(unit: Unit) {
  const [name, per] = unit.split("/");
  return { type: "canonical_unit", unit_name: name, ...(per === undefined ? {} : { per_unit_name: per }) };
}

/** Thresholds of the alert as markers. */
function markers({ critical, warning, unit }: Thresholds) {
  const marker = (value: number, kind: "error" | "warning", label: string) => ({
    value: `y = ${value}`,
    display_type: `${kind} dashed`,
    label: ` ${label}: ${formatForMarker(value, unit)} `,
  });
  return [
    marker(critical, "error", "critical"),
    ...(warning === undefined ? [] : [marker(warning, "warning", "warning")]),
  ];
}

/** Conditional formats. Datadog applies the first that matches. */
function colours({ comparator, critical, warning }: Thresholds) {
  const opposite = { ">": "<=", ">=": "<", "<": ">=", "<=": ">" }[comparator];
  return [
    { comparator, value: critical, palette: "white_on_red" },
    ...(warning === undefined ? [] : [{ comparator, value: warning, palette: "white_on_yellow" }]),
    { comparator: opposite, value: warning ?? critical, palette: "white_on_green" },
  ];
}
