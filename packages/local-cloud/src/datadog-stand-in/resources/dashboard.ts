import { randomInt } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

import { objectBody, text, timestamp, without } from "../bodies";
import { fit } from "../models";
import { refusal, shown } from "../refusal";
import type { Resource } from "../resource";

const LETTERS = "23456789abcdefghijkmnpqrstuvwxyz";
/** Set by Datadog; values in a request are ignored. */
const COMPUTED = ["id", "author_handle", "author_name", "created_at", "modified_at", "url"];
const MOST_TAGS = 5;
/** Width of a dashboard of layout type "ordered", in columns. */
const COLUMNS = 12;

/**
 * Dashboards as JSON. Widgets are returned as they were sent, with an id each, as in 142 recorded responses.
 *
 * @see https://docs.datadoghq.com/api/latest/dashboards/
 */
export function dashboards(): Resource {
  return {
    kind: "dashboard",
    path: "/api/v1/dashboard",
    notFound: (id) => refusal(`Dashboard with ID ${id} not found`, 404),
    create: ({ body, headers }) => {
      const now = timestamp(new Date());
      const id = [0, 0, 0].map(() => randomText(3)).join("-");
      const object = { ...checked(objectBody(body), id, isTerraform(headers)), id, created_at: now, modified_at: now };
      return { key: id, object };
    },
    updateMethod: "PUT",
    update: ({ body, headers }, { key: id, object: { layout_type, created_at = null } }) => {
      const changed = checked(objectBody(body), id, isTerraform(headers));
      if (changed.layout_type !== layout_type) throw refusal("'layout_type' cannot be changed");
      return { key: id, object: { ...changed, id, created_at, modified_at: timestamp(new Date()) } };
    },
    deleted: (id) => ({ deleted_dashboard_id: id }),
  };
}

function checked(body: JsonObject, id: string, isTerraform: boolean): JsonObject {
  const given = without(body, ...COMPUTED);
  checkSettings(given);
  const widgets = Array.isArray(given.widgets) ? given.widgets : [];
  widgets.forEach((widget, position) => {
    checkWidget(widget, `Invalid widget definition at position ${position}`);
  });
  checkLayouts(given, widgets.filter(isJsonObject));
  const finding = fit({ ...given, widgets: [] }, "Dashboard");
  if (finding.kind === "broken") throw refusal(finding.message);
  if (finding.kind === "unknown value") throw refusal(`'${snake(finding.place.at(-1) ?? "")}' is invalid`);
  if (finding.kind === "unknown property") {
    throw refusal(`Additional properties are not allowed ('${finding.property}' was unexpected)`);
  }
  const slug = text(given.title)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-");
  return {
    description: null,
    notify_list: null,
    template_variables: null,
    ...(isTerraform ? {} : { restricted_roles: [] }),
    // `restricted_roles` is newer than the flag, and replaces it.
    ...(given.restricted_roles === undefined ? given : without(given, "is_read_only")),
    widgets: widgets.filter(isJsonObject).map(withId),
    author_handle: "stand-in@example.com",
    author_name: null,
    url: `/dashboard/${id}/${slug}`,
  };
}

function checkSettings({
  title,
  layout_type,
  widgets,
  tags,
  template_variables,
  template_variable_presets,
}: JsonObject): void {
  if (typeof title !== "string") throw refusal("'title' is a required property");
  if (layout_type === undefined) throw refusal("'layout_type' is a required property");
  if (!Array.isArray(widgets)) throw refusal("'widgets' is a required property");
  if (Array.isArray(tags)) {
    if (tags.some((tag) => typeof tag !== "string" || !/^team:.+$/.test(tag))) {
      throw refusal("Invalid tag format. Valid tag keys are: team.");
    }
    if (tags.length > MOST_TAGS) throw refusal(`Maximum number of elements in parameter 'tags' should be ${MOST_TAGS}`);
  }
  for (const variable of objects(template_variables)) {
    if (variable.default !== undefined && variable.defaults !== undefined)
      throw refusal("'template_variables' is invalid");
    if (Array.isArray(variable.defaults) && variable.defaults.includes("")) {
      throw refusal("Minimum length of parameter 'defaults' should be 1");
    }
  }
  for (const value of objects(template_variable_presets).flatMap((preset) => objects(preset.template_variables))) {
    if (value.value !== undefined && value.values !== undefined) {
      throw refusal(`'template_variables' value '${JSON.stringify(value)}' is invalid`);
    }
    if (Array.isArray(value.values) && value.values.length === 0) {
      throw refusal("Minimum number of elements in parameter 'values' should be 1");
    }
  }
}

/** Format of recorded error responses: "Invalid widget definition at position 0 of type note. Error: ...". */
function checkWidget(widget: Json, where: string): void {
  const definition = isJsonObject(widget) ? widget.definition : undefined;
  if (!isJsonObject(definition)) throw refusal(`${where}. Error: 'definition' is a required property.`);
  if (typeof definition.type !== "string") throw refusal(`${where}. Error: 'type' is a required property.`);
  const place = `${where} of type ${definition.type}. Error: `;
  if (definition.type === "group" && Array.isArray(definition.widgets)) {
    definition.widgets.forEach((inner, position) => {
      const innerType = isJsonObject(inner) && isJsonObject(inner.definition) ? inner.definition.type : undefined;
      if (innerType === "group") throw refusal(`${place}Widget type 'group' is not allowed in group widgets.`);
      checkWidget(inner, `${place}Invalid inner widget definition at position ${position}`);
    });
  }
  const finding = fit(widget, "Widget");
  if (finding.kind === "broken") throw refusal(`${place}${required(finding.message)}.`);
  if (finding.kind === "unknown value") {
    throw refusal(`${place}${shown(finding.value)} is not valid under any of the given schemas.`);
  }
  if (finding.kind === "unknown property") {
    throw refusal(`${place}Additional properties are not allowed ('${finding.property}' was unexpected).`);
  }
  const layout = isJsonObject(widget) ? widget.layout : undefined;
  if (!isJsonObject(layout)) return;
  // The API's description: every number of a layout is an integer of at least 0.
  for (const [key, value] of Object.entries(layout)) {
    if (key !== "is_column_break" && (!Number.isInteger(value) || (value as number) < 0)) {
      throw refusal(`${place}${shown(value)} is not a valid ${key} of a layout.`);
    }
  }
}

/** The API's description of `reflow_type`: "fixed" expects a layout of every widget, with "auto" none should have one. */
function checkLayouts({ layout_type, reflow_type }: JsonObject, widgets: readonly JsonObject[]): void {
  if (layout_type === "free" && reflow_type !== undefined)
    throw refusal("'reflow_type' is only for the layout type 'ordered'");
  const mustHave = layout_type === "free" || reflow_type === "fixed";
  widgets.forEach(({ layout }, position) => {
    if (mustHave && !isJsonObject(layout)) throw refusal(`Widget at position ${position} has no layout`);
    if (reflow_type === "auto" && layout !== undefined) {
      throw refusal(`Widget at position ${position} has a layout, which reflow type 'auto' sets by itself`);
    }
    if (layout_type !== "ordered" || !isJsonObject(layout)) return;
    if (Number(layout.x) + Number(layout.width) > COLUMNS) {
      throw refusal(`Widget at position ${position} is wider than the dashboard's ${COLUMNS} columns`);
    }
  });
}

function withId(widget: JsonObject): JsonObject {
  const { definition } = widget;
  const group = isJsonObject(definition) && definition.type === "group" ? objects(definition.widgets) : undefined;
  return {
    id: randomInt(1e14, 2 ** 48 - 1),
    ...widget,
    ...(group === undefined || !isJsonObject(definition)
      ? {}
      : { definition: { ...definition, widgets: group.map(withId) } }),
  };
}

/** Recorded: only the provider, identified by its user agent, receives no `restricted_roles` that it did not send. */
const isTerraform = (headers: IncomingHttpHeaders): boolean =>
  headers["user-agent"]?.includes("terraform-provider-datadog") ?? false;
/** The client says "missing required property 'requests'". */
const required = (message: string): string =>
  message.replace(/^missing required property ('.*')$/, "$1 is a required property");
const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const objects = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);
const randomText = (length: number): string =>
  Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)] ?? "").join("");
