import type { JsonObject } from "@dev-one/cli/json";
import type { SynthesizedStack } from "@dev-one/terraform-json/synthesis";

import { synthesize } from "../../../../__tests__/support/synthesis";
import type { Environment } from "../../../../src/config";
import { scenesOf } from "../../src/dashboards/pictures";
import { type Item, type Scene, TITLE } from "../../src/drawing/scene";

/** A dashboard's JSON, which tests can change. */
export interface DashboardJson {
  title: string;
  widgets: { definition: { title: string; widgets: { definition: Record<string, unknown> & { type: string } }[] } }[];
}

/** The stacks of an environment as `npm run dashboards` reads them, with a change in every dashboard. */
export function stacksOf(
  environment: Environment,
  change: (dashboard: DashboardJson) => void = () => undefined,
): SynthesizedStack[] {
  const { monitoring } = synthesize(environment);
  const json = JSON.parse(monitoring.json) as JsonObject;
  const dashboards = (json.resource as Record<string, Record<string, { dashboard: string }>>).datadog_dashboard_json;
  for (const resource of Object.values(dashboards ?? {})) {
    const dashboard = JSON.parse(resource.dashboard) as DashboardJson;
    change(dashboard);
    resource.dashboard = JSON.stringify(dashboard);
  }
  return [{ name: monitoring.name, json, resources: 0 }];
}

/** A picture of every dashboard, by name. */
export function picturesByName(...[environment, change]: Parameters<typeof stacksOf>): Map<string, Scene> {
  return new Map(scenesOf(stacksOf(environment, change), environment).map(({ name, scene }) => [name, scene]));
}

export function wordsOf({ items }: Scene): string[] {
  return items.flatMap((item) => (item.kind === "label" ? [item.text] : []));
}

/** Texts with the size of a title. */
export function headingsOf({ items }: Scene): string[] {
  return items.flatMap((item) => (item.kind === "label" && item.size >= TITLE ? [item.text] : []));
}

/** Names of the lines and bars. */
export function linesOf({ items }: Scene): (Item & { readonly kind: "shape" })[] {
  return items.filter((item) => item.kind === "shape").filter(({ name }) => name !== "");
}
