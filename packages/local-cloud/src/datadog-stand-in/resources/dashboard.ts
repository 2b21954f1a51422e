import { randomInt } from "node:crypto";

import { isJsonObject, type JsonObject, objectAt } from "@dev-one/cli/json";

import { objectBody, objectsIn, text, without } from "../bodies";
import { problemOf } from "../models";
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
    updateMethod: "PUT",
    store: ({ body, headers }, known) => {
      const given = without(objectBody(body), ...COMPUTED);
      check(given);
      if (known !== undefined && given.layout_type !== known.object.layout_type) {
        throw refusal("'layout_type' cannot be changed");
      }
      const key = known?.key ?? [0, 0, 0].map(() => randomText(3)).join("-");
      // Recorded: only the provider receives no `restricted_roles` that it did not send.
      const isTerraform = headers["user-agent"]?.includes("terraform-provider-datadog") ?? false;
      return { key, object: stored(key, isTerraform ? given : { restricted_roles: [], ...given }) };
    },
    deleted: (id) => ({ deleted_dashboard_id: id }),
  };
}

function stored(id: string, given: JsonObject): JsonObject {
  const slug = text(given.title)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-");
  return {
    description: null,
    notify_list: null,
    template_variables: null,
    ...given,
    widgets: objectsIn(given.widgets).map(withId),
    id,
    url: `/dashboard/${id}/${slug}`,
  };
}

function check(given: JsonObject): void {
  for (const property of ["title", "layout_type", "widgets"]) {
    if (given[property] === undefined) throw refusal(`'${property}' is a required property`);
  }
  const tags = Array.isArray(given.tags) ? given.tags : [];
  if (!tags.every((tag) => /^team:.+$/.test(text(tag)))) {
    throw refusal("Invalid tag format. Valid tag keys are: team.");
  }
  if (tags.length > MOST_TAGS) throw refusal(`Maximum number of elements in parameter 'tags' should be ${MOST_TAGS}`);
  for (const { default: one, defaults } of objectsIn(given.template_variables)) {
    if (one !== undefined && defaults !== undefined) throw refusal("'template_variables' is invalid");
    if (Array.isArray(defaults) && defaults.includes("")) {
      throw refusal("Minimum length of parameter 'defaults' should be 1");
    }
  }
  const widgets = objectsIn(given.widgets);
  widgets.forEach((widget, position) => {
    checkWidget(widget, `Invalid widget definition at position ${position}`);
    checkLayout(widget, given, `Widget at position ${position}`);
  });
  const problem = problemOf({ ...given, widgets: [] }, "Dashboard");
  if (problem !== undefined) throw refusal(problem.kind === "value" ? `'${problem.place}' is invalid` : problem.text);
}

/** Format of recorded error responses: "Invalid widget definition at position 0 of type note. Error: ...". */
function checkWidget(widget: JsonObject, where: string): void {
  const definition = objectAt(widget, "definition");
  if (definition === undefined) throw refusal(`${where}. Error: 'definition' is a required property.`);
  if (typeof definition.type !== "string") throw refusal(`${where}. Error: 'type' is a required property.`);
  const place = `${where} of type ${definition.type}. Error: `;
  if (definition.type === "group") {
    objectsIn(definition.widgets).forEach((inner, position) => {
      if (objectAt(inner, "definition")?.type === "group") {
        throw refusal(`${place}Widget type 'group' is not allowed in group widgets.`);
      }
      checkWidget(inner, `${place}Invalid inner widget definition at position ${position}`);
    });
  }
  const problem = problemOf(widget, "Widget");
  if (problem !== undefined) throw refusal(`${place}${problem.text}.`);
  // The API's description: every number of a layout is an integer of at least 0.
  for (const [key, value] of Object.entries(without(objectAt(widget, "layout") ?? {}, "is_column_break"))) {
    if (!Number.isInteger(value) || (value as number) < 0) {
      throw refusal(`${place}${shown(value)} is not a valid ${key} of a layout.`);
    }
  }
}

/** The API's description of `reflow_type`: "fixed" expects a layout of every widget, with "auto" none should have one. */
function checkLayout({ layout }: JsonObject, { layout_type, reflow_type }: JsonObject, widget: string): void {
  if (layout === undefined && (layout_type === "free" || reflow_type === "fixed")) {
    throw refusal(`${widget} has no layout`);
  }
  if (layout !== undefined && reflow_type === "auto") {
    throw refusal(`${widget} has a layout, which reflow type 'auto' sets by itself`);
  }
  if (layout_type === "ordered" && isJsonObject(layout) && Number(layout.x) + Number(layout.width) > COLUMNS) {
    throw refusal(`${widget} is wider than the dashboard's ${COLUMNS} columns`);
  }
}

function withId(widget: JsonObject): JsonObject {
  const definition = { ...objectAt(widget, "definition") };
  if (definition.type === "group") definition.widgets = objectsIn(definition.widgets).map(withId);
  return { id: randomInt(1e14, 2 ** 48 - 1), ...widget, definition };
}

const randomText = (length: number): string =>
  Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)] ?? "").join("");
