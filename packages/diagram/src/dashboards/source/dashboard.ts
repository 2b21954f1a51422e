import type { Resource } from "@dev-one/terraform-json/resources";
import * as z from "zod";

import type { Notes } from "../../source/coverage";
import { shown } from "../../source/resources";

// What is drawn has a type. What is known and makes no difference to the picture is `ignored`; other settings are noted.

const ignored = z.unknown().optional();
const palette = z.enum(["dog_classic", "cool", "purple", "warm", "gray"]).catch("dog_classic");
const formula = z.object({
  formula: z.string(),
  alias: z.string().optional(),
  number_format: z
    .object({ unit: z.object({ unit_name: z.string(), per_unit_name: z.string().optional() }) })
    .optional(),
  style: z.object({ palette: palette.optional(), palette_index: z.number().optional() }).optional(),
});
const query = z.object({ data_source: z.literal("metrics"), name: z.string(), query: z.string() });
const titled = { title: z.string().default(""), title_size: ignored, title_align: ignored, custom_links: ignored };

const timeseries = z.strictObject({
  type: z.literal("timeseries"),
  ...titled,
  show_legend: ignored,
  legend_layout: ignored,
  legend_columns: ignored,
  requests: z.array(
    z.strictObject({
      response_format: z.literal("timeseries"),
      queries: z.array(query),
      formulas: z.array(formula),
      display_type: z.enum(["line", "area", "bars"]).default("line"),
      style: z.object({ palette: palette.optional() }).optional(),
    }),
  ),
  yaxis: z.strictObject({ include_zero: ignored, scale: z.literal("linear").optional() }).optional(),
  // The samples have no events.
  events: ignored,
  markers: z
    .array(z.object({ value: z.string(), display_type: z.string().default("error"), label: z.string().optional() }))
    .default([]),
});

const queryValue = z.strictObject({
  type: z.literal("query_value"),
  ...titled,
  requests: z.tuple([
    z.strictObject({
      response_format: z.literal("scalar"),
      queries: z.array(query),
      formulas: z.tuple([formula]),
      conditional_formats: z
        .array(
          z.object({
            comparator: z.enum([">", ">=", "<", "<="]),
            value: z.number(),
            palette: z.enum(["white_on_red", "white_on_yellow", "white_on_green"]),
          }),
        )
        .default([]),
    }),
  ]),
  autoscale: ignored,
  precision: z.number().default(2),
  timeseries_background: ignored,
});

const manageStatus = z.object({ type: z.literal("manage_status"), ...titled, query: z.string() });
const sloList = z.object({
  type: z.literal("slo_list"),
  ...titled,
  requests: z.tuple([z.object({ query: z.object({ query_string: z.string(), limit: z.number().default(100) }) })]),
});
const note = z.object({ type: z.literal("note"), content: z.string() });
const drawn = z.discriminatedUnion("type", [timeseries, queryValue, manageStatus, sloList, note]);

/** A widget that has no drawing of its own. */
interface OtherWidget {
  readonly type: "other";
  readonly title: string;
  /** Datadog's type, such as `toplist`. */
  readonly widgetType: string;
}

const layout = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
const widgets = z.array(z.object({ definition: z.looseObject({ type: z.string() }), layout: layout.optional() }));
const groupColor = z.enum(["vivid_blue", "vivid_purple", "vivid_green", "vivid_orange", "gray"]).catch("gray");
const group = z.object({
  type: z.literal("group"),
  title: z.string().default(""),
  background_color: groupColor,
  widgets,
});
const dashboard = z.object({
  title: z.string().default(""),
  description: z.string().default(""),
  template_variables: z.array(z.object({ name: z.string(), defaults: z.array(z.string()).default(["*"]) })).default([]),
  widgets,
});

export type Layout = z.infer<typeof layout>;
export type GroupColor = z.infer<typeof groupColor>;
export type Timeseries = z.infer<typeof timeseries>;
export type QueryValue = z.infer<typeof queryValue>;
export type ManageStatus = z.infer<typeof manageStatus>;
export type SloList = z.infer<typeof sloList>;
export type Note = z.infer<typeof note>;
export type Palette = z.infer<typeof palette>;
export type Query = z.infer<typeof query>;
export type Formula = z.infer<typeof formula>;
export type Marker = Timeseries["markers"][number];

export type Widget = z.infer<typeof drawn> | Group | OtherWidget;
interface Placed {
  readonly definition: Widget;
  readonly layout: Layout;
}
export interface Group extends Omit<z.infer<typeof group>, "widgets"> {
  readonly widgets: readonly Placed[];
}
export interface Dashboard extends Omit<z.infer<typeof dashboard>, "widgets"> {
  readonly widgets: readonly Placed[];
}

/** Parses a dashboard, and notes what the picture shows in a generic way only. @returns undefined, with a note, for other JSON */
export function dashboardOf(resource: Resource, notes: Notes): Dashboard | undefined {
  const { address } = resource;
  const { data } = dashboard.safeParse(parse(shown(resource, "dashboard")));
  if (data === undefined) {
    notes.add(`${address} holds no dashboard and is not drawn.`);
    return undefined;
  }
  return { ...data, widgets: placed(data.widgets, (title, what) => notes.add(`${address}: in "${title}", ${what}.`)) };
}

type Inform = (title: string, what: string) => unknown;
type Definition = z.infer<typeof widgets>[number]["definition"];

/** Widgets without a layout, which Datadog places itself, are placed below those before them. */
function placed(all: z.infer<typeof widgets>, inform: Inform): Placed[] {
  let bottom = 0;
  return all.map(({ definition, layout: given }) => {
    const place = given ?? { x: 0, y: bottom, width: 12, height: 2 };
    bottom = Math.max(bottom, place.y + place.height);
    return { definition: widgetOf(definition, inform), layout: place };
  });
}

function widgetOf(definition: Definition, inform: Inform): Widget {
  const { data } = group.safeParse(definition);
  if (data !== undefined) return { ...data, widgets: placed(data.widgets, inform) };
  const title = typeof definition.title === "string" ? definition.title : definition.type;
  const first = drawn.safeParse(definition);
  if (first.success) return first.data;
  const unknown = first.error.issues.filter((issue) => issue.code === "unrecognized_keys");
  const second = drawn.safeParse(unknown.reduce(without, definition));
  if (second.success) {
    inform(title, `${unknown.flatMap(({ keys }) => keys).join(", ")} is not drawn`);
    return second.data;
  }
  const path = second.error.issues[0]?.path.filter((key) => typeof key === "string").join(".");
  const what = path === "type" ? `the type ${definition.type}` : path;
  inform(title, `${what} has no drawing; a generic tile is drawn`);
  return { type: "other", title, widgetType: definition.type };
}

/** A copy without the keys of an issue. */
function without(definition: Definition, { path, keys }: z.core.$ZodIssueUnrecognizedKeys): Definition {
  const copy = structuredClone(definition);
  const at = path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)[key], copy);
  for (const key of keys) Reflect.deleteProperty(at as object, key);
  return copy;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
