import type { JsonObject } from "@dev-one/cli/json";
import type { SynthesizedStack } from "@dev-one/terraform-json/synthesis";

import { fixture, sandbox } from "../../../__tests__/fixtures/environment";
import {
  eachNameAService,
  eachNameBesideShop,
  fixtureWith,
  thirdZone,
  threeZones,
  withShop,
} from "../../../__tests__/fixtures/variants";
import { synthesize } from "../../../__tests__/support/synthesis";
import type { Environment } from "../../../src/config";
import { scenesOf as dashboardsOf } from "../src/dashboards/pictures";
import { type Item, type Label, type Scene, TITLE } from "../src/drawing/scene";
import { inBothThemes } from "../src/files";
import { scenesOf as diagramsOf } from "../src/pictures";

/** Resources by type and id. */
export type Resources = Record<string, Record<string, Record<string, unknown>>>;
/** Changes the resources of the platform and those of monitoring. */
export type Change = (platform: Resources, monitoring: Resources) => void;

export interface Widget {
  definition: Record<string, unknown> & { type: string; title?: string };
}

/** A dashboard's JSON, which tests can change. */
export interface DashboardJson {
  title: string;
  widgets: { definition: { type: string; title: string; widgets: Widget[] }; layout?: unknown }[];
}

/** The stacks of an environment as the commands read them, as copies that tests can change. */
export function stacksOf(environment: Environment, change: Change = () => undefined): SynthesizedStack[] {
  const { platform, monitoring } = synthesize(environment);
  const copies = [platform, monitoring].map(({ name, json }) => ({
    name,
    json: JSON.parse(json) as JsonObject,
    resources: 0,
  }));
  const [one, other] = copies.map(({ json }) => json.resource as unknown as Resources);
  change(one ?? {}, other ?? {});
  return copies;
}

/** The pictures of stacks in both themes. */
export function picturesOf(stacks: readonly SynthesizedStack[], notes = new Set<string>()) {
  return inBothThemes(diagramsOf(stacks, notes), notes);
}

/** Architecture and monitoring, with the notes about them. */
export function drawn(environment: Environment, change?: Change) {
  const notes = new Set<string>();
  const [architecture, monitoring] = diagramsOf(stacksOf(environment, change), notes).map(({ scene }) => scene);
  if (architecture === undefined || monitoring === undefined) throw new Error("A picture is missing");
  return { architecture, monitoring, notes: [...notes] };
}

/** Changes every dashboard. */
export function dashboards(change: (dashboard: DashboardJson) => void): Change {
  return (_platform, monitoring) => {
    for (const resource of Object.values(monitoring.datadog_dashboard_json ?? {})) {
      const dashboard = JSON.parse(String(resource.dashboard)) as DashboardJson;
      change(dashboard);
      resource.dashboard = JSON.stringify(dashboard);
    }
  };
}

/** The pictures of dashboards by name, with the notes about them. */
export function previewed(environment: Environment, change?: Change) {
  const notes = new Set<string>();
  const scenes = dashboardsOf(stacksOf(environment, change), environment, notes);
  return { scenes: new Map(scenes.map(({ name, scene }) => [name, scene])), notes: [...notes] };
}

/** Adds a resource with its construct path. */
export function add(resources: Resources, address: string, path: string, values: object = {}): void {
  const [type = "", id = ""] = address.split(".");
  resources[type] = { ...resources[type], [id]: { ...values, "//": { metadata: { path: `fixture/${path}` } } } };
}

export function labelsOf({ items }: Scene): Label[] {
  return items.filter((item) => item.kind === "label");
}

export function wordsOf(scene: Scene): string[] {
  return labelsOf(scene).map(({ text }) => text);
}

/** Texts with the size of a title. */
export function headingsOf(scene: Scene): string[] {
  return labelsOf(scene).flatMap(({ text, size }) => (size >= TITLE ? [text] : []));
}

/** The lines and bars that have a name. */
export function linesOf({ items }: Scene): (Item & { readonly kind: "shape" })[] {
  return items.filter((item) => item.kind === "shape").filter(({ name }) => name !== "");
}

const many = (count: number, subnet: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`web-${index + 1}`, `${subnet}.${index + 36}`]));

const withZones = (zones: Environment["zones"], count: number) =>
  fixtureWith({
    zones: zones.map((zone, index) => ({ ...zone, servers: many(count, `10.20.${index + 5}`) })),
    servers: { ...fixture.servers, peakConnections: 300_000 },
  });

/** Configurations that need different space in the pictures. */
export const configurations: readonly (readonly [string, Environment])[] = [
  ["the fixture", fixture],
  ["the sandbox", sandbox],
  ["three zones of five servers", withZones(threeZones.zones, 5)],
  [
    "three zones, and a proxy that leaves out the middle one",
    fixtureWith({
      zones: [...fixture.zones, thirdZone],
      database: { ...fixture.database, proxyZones: ["zone-5", "zone-7"] },
    }),
  ],
  ["no elastic group", fixtureWith({ servers: { ...fixture.servers, peakConnections: 36_000 } })],
  ["twenty servers", withZones(fixture.zones, 10)],
  ["a domain of forty characters", fixtureWith({ domain: "payments-and-settlement.example-group.it" })],
  ["a second service on a group of its own", withShop()],
  ["a service for each name", eachNameAService],
  ["a service for each name, and one on a group of its own", eachNameBesideShop],
];
