import type { Environment } from "../../src/config";
import type { Stack } from "./stack";
import { synthesize } from "./synthesis";

/** A monitor as Terraform would send it. */
export interface MonitorResource {
  /** Last part of the construct path that says something, such as `cpu-server`. */
  readonly id: string;
  readonly address: string;
  readonly name: string;
  readonly type: string;
  readonly query: string;
  readonly message: string;
  readonly priority: string;
  readonly tags: readonly string[];
  readonly notify_no_data?: boolean;
  readonly no_data_timeframe?: number;
  readonly on_missing_data?: string;
  readonly timeout_h?: number;
  readonly new_group_delay?: number;
  readonly evaluation_delay?: number;
  readonly renotify_interval?: number;
  readonly renotify_statuses?: readonly string[];
  readonly require_full_window: boolean;
  readonly include_tags: boolean;
  readonly escalation_message?: string;
  readonly monitor_thresholds?: Readonly<Record<string, string>>;
  readonly monitor_threshold_windows?: Readonly<Record<string, string>>;
}

/** Every monitor of an environment. */
export function monitorsOf(environment: Environment): MonitorResource[] {
  const { monitoring } = synthesize(environment);
  return monitoring.resources("datadog_monitor").map(({ path, address, values }) => ({
    ...(values as unknown as Omit<MonitorResource, "id" | "address">),
    id:
      path
        .split("/")
        .filter((part) => part !== "monitor")
        .at(-1) ?? path,
    address,
  }));
}

export function monitorNamed(environment: Environment, id: string): MonitorResource {
  const found = monitorsOf(environment).find((monitor) => monitor.id === id);
  if (found === undefined) throw new Error(`There is no monitor ${id}`);
  return found;
}

/** A dashboard as Datadog would get it. */
export interface DashboardDocument {
  readonly title: string;
  readonly description: string;
  readonly layout_type: string;
  readonly reflow_type: string;
  readonly notify_list: readonly string[];
  readonly tags: readonly string[];
  readonly template_variables: readonly { readonly name: string; readonly prefix: string }[];
  readonly widgets: readonly Widget[];
}

export interface Widget {
  readonly definition: WidgetDefinition;
  readonly layout: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

export interface WidgetDefinition {
  readonly type: string;
  readonly title?: string;
  readonly content?: string;
  readonly query?: string;
  readonly widgets?: readonly Widget[];
  readonly events?: readonly { readonly q: string }[];
  readonly markers?: readonly { readonly value: string; readonly display_type: string }[];
  readonly custom_links?: readonly { readonly label: string; readonly link: string }[];
  readonly requests?: readonly {
    readonly queries?: readonly { readonly name: string; readonly query: string }[];
    readonly formulas?: readonly {
      readonly formula: string;
      readonly number_format: { readonly unit: { readonly unit_name: string; readonly per_unit_name?: string } };
    }[];
    readonly conditional_formats?: readonly {
      readonly comparator: string;
      readonly value: number;
      readonly palette: string;
    }[];
  }[];
}

/** The dashboards of an environment, by tier. */
export function dashboardsOf(environment: Environment): ReadonlyMap<string, DashboardDocument> {
  const { monitoring } = synthesize(environment);
  return new Map(
    monitoring
      .resources("datadog_dashboard_json")
      .map(({ path, values }) => [
        path.split("/").at(-2) ?? path,
        JSON.parse(String(values.dashboard)) as DashboardDocument,
      ]),
  );
}

/** Every tile, those in groups as well. */
export function tilesOf({ widgets }: DashboardDocument): WidgetDefinition[] {
  return widgets.flatMap(({ definition }) => [
    definition,
    ...(definition.widgets ?? []).map((inner) => inner.definition),
  ]);
}

/** Every text of a stack, however deep. */
export function textsOf(stack: Stack): string[] {
  const texts = (value: unknown): string[] => {
    if (typeof value === "string") return [value];
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
  };
  return texts(stack.document);
}
