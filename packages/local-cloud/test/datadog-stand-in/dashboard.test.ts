import { text } from "../../src/datadog-stand-in/bodies";
import { errors, KEYS, standIn } from "./support";

const { send } = standIn();

const requests = [
  {
    response_format: "timeseries",
    queries: [{ data_source: "metrics", name: "query1", query: "avg:system.cpu.idle{$env} by {host}" }],
    formulas: [{ formula: "100 - query1" }],
    display_type: "line",
  },
];
const graph = {
  definition: {
    type: "timeseries",
    title: "CPU",
    requests,
    markers: [{ value: "y = 90", display_type: "error dashed" }],
  },
  layout: { x: 0, y: 0, width: 6, height: 2 },
};
const note = { definition: { type: "note", content: "text" }, layout: { x: 6, y: 0, width: 6, height: 2 } };
const group = {
  definition: { type: "group", layout_type: "ordered", title: "Servers", widgets: [graph] },
  layout: { x: 0, y: 0, width: 12, height: 3 },
};
const servers = {
  title: "Servers of staging",
  layout_type: "ordered",
  reflow_type: "fixed",
  template_variables: [{ name: "env", prefix: "env", available_values: ["staging"], defaults: ["staging"] }],
  tags: ["team:platform"],
  widgets: [group, note],
};

describe("a dashboard", () => {
  test("is created, read, updated and deleted", async () => {
    const made = await send("POST", "/api/v1/dashboard", servers);
    const id = text(made.body.id);
    const path = `/api/v1/dashboard/${id}`;

    expect(made).toMatchObject({ status: 200, body: { title: "Servers of staging", widgets: [group, note] } });
    expect(id).toMatch(/^[a-z0-9]{3}-[a-z0-9]{3}-[a-z0-9]{3}$/);
    expect(made.body.url).toBe(`/dashboard/${id}/servers-of-staging`);
    expect(await send("GET", path)).toEqual({ status: 200, body: made.body });
    expect(await send("PUT", path, { ...servers, title: "Other" })).toMatchObject({ body: { id, title: "Other" } });
    expect(await send("DELETE", path)).toEqual({ status: 200, body: { deleted_dashboard_id: id } });
    expect(await send("GET", path)).toEqual({ status: 404, body: errors(`Dashboard with ID ${id} not found`) });
  });

  test("is returned with defaults and an id for each widget", async () => {
    const { body } = await send("POST", "/api/v1/dashboard", { title: "a", layout_type: "ordered", widgets: [group] });

    expect(body).toMatchObject({
      description: null,
      notify_list: null,
      template_variables: null,
      restricted_roles: [],
    });
    const id: unknown = expect.any(Number);
    expect(body.widgets).toMatchObject([{ id, definition: { widgets: [{ id }] } }]);
    expect(body).not.toHaveProperty("tags");
  });

  test("is returned without roles to the provider, which compares them", async () => {
    const headers = { ...KEYS, "user-agent": "terraform-provider-datadog/3.82.0 (terraform 2.38.1)" };

    expect((await send("POST", "/api/v1/dashboard", servers, headers)).body).not.toHaveProperty("restricted_roles");
  });

  test("keeps its layout type", async () => {
    const { body } = await send("POST", "/api/v1/dashboard", servers);
    const free = { title: "a", layout_type: "free", widgets: [note] };

    expect(await send("PUT", `/api/v1/dashboard/${text(body.id)}`, free)).toMatchObject({ status: 400 });
  });
});

const withWidget = (definition: object, layout: object = note.layout): object => ({
  ...servers,
  widgets: [{ definition, layout }],
});
const withVariable = (variable: object): object => ({ ...servers, template_variables: [{ name: "env", ...variable }] });

describe("refused", () => {
  test.each([
    { dashboard: { ...servers, title: undefined }, message: "'title' is a required property" },
    { dashboard: { ...servers, layout_type: undefined }, message: "'layout_type' is a required property" },
    { dashboard: { ...servers, layout_type: "grid" }, message: "'layout_type' is invalid" },
    { dashboard: { ...servers, widgets: undefined }, message: "'widgets' is a required property" },
    {
      dashboard: { ...servers, colour: "red" },
      message: "Additional properties are not allowed ('colour' was unexpected)",
    },
    { dashboard: { ...servers, tags: ["env:staging"] }, message: "Invalid tag format. Valid tag keys are: team." },
    {
      dashboard: { ...servers, tags: [1, 2, 3, 4, 5, 6].map((team) => `team:${team}`) },
      message: "Maximum number of elements in parameter 'tags' should be 5",
    },
    { dashboard: withVariable({ default: "a", defaults: ["a"] }), message: "'template_variables' is invalid" },
    { dashboard: withVariable({ defaults: [""] }), message: "Minimum length of parameter 'defaults' should be 1" },
    {
      dashboard: { ...servers, widgets: [{ layout: note.layout }] },
      message: "Invalid widget definition at position 0. Error: 'definition' is a required property.",
    },
    {
      dashboard: withWidget({ content: "a" }),
      message: "Invalid widget definition at position 0. Error: 'type' is a required property.",
    },
    {
      dashboard: withWidget({ type: "graph" }),
      message:
        'Invalid widget definition at position 0 of type graph. Error: {"type":"graph"} is not valid under any of the given schemas.',
    },
    {
      dashboard: withWidget({ type: "note", content: "a", viz: 1 }),
      message:
        "Invalid widget definition at position 0 of type note. Error: Additional properties are not allowed ('viz' was unexpected).",
    },
    {
      dashboard: withWidget(note.definition, { x: 0, y: 0, width: 1 }),
      message: "Invalid widget definition at position 0 of type note. Error: 'height' is a required property.",
    },
    {
      dashboard: withWidget(note.definition, { ...note.layout, width: -1 }),
      message: "Invalid widget definition at position 0 of type note. Error: -1 is not a valid width of a layout.",
    },
    {
      dashboard: withWidget(note.definition, { ...note.layout, x: 7 }),
      message: "Widget at position 0 is wider than the dashboard's 12 columns",
    },
    {
      dashboard: { ...servers, widgets: [{ definition: note.definition }] },
      message: "Widget at position 0 has no layout",
    },
    {
      dashboard: { ...servers, reflow_type: "auto" },
      message: "Widget at position 0 has a layout, which reflow type 'auto' sets by itself",
    },
    {
      dashboard: withWidget({ type: "group", layout_type: "ordered", widgets: [group] }),
      message:
        "Invalid widget definition at position 0 of type group. Error: Widget type 'group' is not allowed in group widgets.",
    },
  ])("$message", async ({ dashboard, message }) => {
    expect(await send("POST", "/api/v1/dashboard", dashboard)).toEqual({ status: 400, body: errors(message) });
  });

  test("reports the position of an error within a group", async () => {
    const inner = { definition: { type: "timeseries", requests: [{ ...requests[0], display_type: "blobs" }] } };

    const { status, body } = await send(
      "POST",
      "/api/v1/dashboard",
      withWidget({ type: "group", layout_type: "ordered", widgets: [graph, inner] }),
    );

    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain(
      "Invalid widget definition at position 0 of type group. Error: Invalid inner widget definition at position 1 of type timeseries. Error: ",
    );
  });
});
