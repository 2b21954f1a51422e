import { UserError } from "@dev-one/cli/user-error";
import * as z from "zod";

import type { Resource } from "../../source/terraform-json";

// Strict everywhere: an unsupported setting could make the preview wrong.

const unit = z.strictObject({
  type: z.literal("canonical_unit"),
  unit_name: z.string(),
  per_unit_name: z.string().optional(),
});
const palette = z.enum(["dog_classic", "cool", "purple", "warm", "gray"]);
const formula = z.strictObject({
  formula: z.string(),
  alias: z.string(),
  number_format: z.strictObject({ unit }),
  style: z.strictObject({ palette, palette_index: z.number() }).optional(),
});
const query = z.strictObject({
  data_source: z.literal("metrics"),
  name: z.string(),
  query: z.string(),
  aggregator: z.literal("last").optional(),
});
const titled = {
  title: z.string(),
  title_size: z.literal("16"),
  title_align: z.literal("left"),
};
const links = z.array(z.strictObject({ label: z.string(), link: z.string() }));

const timeseries = z.strictObject({
  type: z.literal("timeseries"),
  ...titled,
  show_legend: z.literal(true),
  legend_layout: z.literal("auto"),
  legend_columns: z.tuple([z.literal("avg"), z.literal("max"), z.literal("value")]),
  requests: z.array(
    z.strictObject({
      response_format: z.literal("timeseries"),
      queries: z.array(query),
      formulas: z.array(formula),
      display_type: z.enum(["line", "area", "bars"]),
      style: z.strictObject({ palette, line_type: z.literal("solid"), line_width: z.literal("normal") }),
    }),
  ),
  yaxis: z.strictObject({ include_zero: z.literal(true), scale: z.literal("linear") }),
  markers: z.array(
    z.strictObject({
      value: z.string().regex(/^y = -?[\d.]+(e[+-]?\d+)?$/),
      display_type: z.enum(["error dashed", "warning dashed"]),
      label: z.string(),
    }),
  ),
  custom_links: links,
});

const conditionalFormat = z.strictObject({
  comparator: z.enum([">", ">=", "<", "<="]),
  value: z.number(),
  palette: z.enum(["white_on_red", "white_on_yellow", "white_on_green"]),
});
const queryValue = z.strictObject({
  type: z.literal("query_value"),
  ...titled,
  requests: z.tuple([
    z.strictObject({
      response_format: z.literal("scalar"),
      queries: z.array(query),
      formulas: z.tuple([formula]),
      conditional_formats: z.array(conditionalFormat).optional(),
    }),
  ]),
  autoscale: z.literal(true),
  precision: z.number(),
  timeseries_background: z.strictObject({
    type: z.literal("area"),
    yaxis: z.strictObject({ include_zero: z.literal(true) }),
  }),
  custom_links: links,
});

const manageStatus = z.strictObject({
  type: z.literal("manage_status"),
  ...titled,
  query: z.string(),
  summary_type: z.literal("monitors"),
  display_format: z.literal("countsAndList"),
  color_preference: z.literal("text"),
  sort: z.literal("status,asc"),
  hide_zero_counts: z.literal(true),
  show_last_triggered: z.literal(true),
  show_priority: z.literal(true),
});

const sloList = z.strictObject({
  type: z.literal("slo_list"),
  ...titled,
  requests: z.tuple([
    z.strictObject({
      request_type: z.literal("slo_list"),
      query: z.strictObject({
        query_string: z.string(),
        limit: z.number(),
        sort: z.tuple([z.strictObject({ column: z.literal("status.sli"), order: z.literal("asc") })]),
      }),
    }),
  ]),
});

const note = z.strictObject({
  type: z.literal("note"),
  content: z.string(),
  background_color: z.literal("white"),
  font_size: z.literal("14"),
  text_align: z.literal("left"),
  vertical_align: z.literal("top"),
  show_tick: z.literal(false),
  has_padding: z.literal(true),
});

const leaf = z.discriminatedUnion("type", [timeseries, queryValue, manageStatus, sloList, note]);
const layout = z.strictObject({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
const groupColor = z.enum(["vivid_blue", "vivid_purple", "vivid_green", "vivid_orange", "gray"]);
const group = z.strictObject({
  type: z.literal("group"),
  layout_type: z.literal("ordered"),
  title: z.string(),
  background_color: groupColor,
  show_title: z.literal(true),
  widgets: z.array(z.strictObject({ definition: leaf, layout })),
});

const dashboard = z.strictObject({
  title: z.string(),
  description: z.string(),
  layout_type: z.literal("ordered"),
  reflow_type: z.literal("fixed"),
  notify_list: z.array(z.string()),
  tags: z.array(z.string()),
  template_variables: z.array(
    z.strictObject({
      name: z.string(),
      prefix: z.string(),
      available_values: z.array(z.string()),
      defaults: z.array(z.string()),
    }),
  ),
  widgets: z.array(z.strictObject({ definition: group, layout })),
});

export type Dashboard = z.infer<typeof dashboard>;
export type Group = z.infer<typeof group>;
export type GroupColor = z.infer<typeof groupColor>;
export type Leaf = z.infer<typeof leaf>;
export type Timeseries = z.infer<typeof timeseries>;
export type QueryValue = z.infer<typeof queryValue>;
export type ManageStatus = z.infer<typeof manageStatus>;
export type SloList = z.infer<typeof sloList>;
export type Note = z.infer<typeof note>;
export type Layout = z.infer<typeof layout>;
export type Palette = z.infer<typeof palette>;
export type Query = z.infer<typeof query>;
export type Formula = z.infer<typeof formula>;
export type Marker = Timeseries["markers"][number];

/**
 * Parses a dashboard, and refuses settings that the picture would not show.
 * @throws UserError for a widget, or a setting of one, that cannot be drawn
 */
export function dashboardOf({ address, values }: Resource): Dashboard {
  const json: unknown = typeof values.dashboard === "string" ? parse(values.dashboard) : undefined;
  const { data, error } = dashboard.safeParse(json);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  const path = issue?.path ?? [];
  throw new UserError(
    `${address} cannot be drawn: ${nearest(json, path)}${reason(json, path, issue?.message ?? "it is no dashboard")}; add a drawing of it to packages/diagram/src/dashboards.`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The title of the innermost element with a title on the path to an error. */
function nearest(json: unknown, path: readonly PropertyKey[]): string {
  const titles = path.map((_, length) => at(json, [...path.slice(0, length + 1), "title"]));
  const title = titles.findLast((each) => typeof each === "string");
  return title === undefined ? "" : `in "${title}", `;
}

function reason(json: unknown, path: readonly PropertyKey[], message: string): string {
  const value = at(json, path);
  if (path.at(-1) === "type" && typeof value === "string") return `there is no drawing of a widget of type ${value}`;
  const place = path.filter((key) => typeof key === "string").join(".");
  return `${place === "" ? "" : `${place}: `}${message.replace(/\.$/, "")}`;
}

function at(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    json,
  );
}
