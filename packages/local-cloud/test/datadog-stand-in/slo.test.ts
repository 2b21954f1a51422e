import type { JsonObject } from "@dev-one/cli/json";

import { text } from "../../src/datadog-stand-in/bodies";
import { errors, standIn } from "./support";

const { send } = standIn();

const thresholds = [{ timeframe: "30d", target: 99, warning: 99.5 }];
const query = {
  numerator: "sum:dev_one.requests{!status:5xx}.as_count()",
  denominator: "sum:dev_one.requests{*}.as_count()",
};
const availability = {
  name: "Availability",
  type: "metric",
  query,
  thresholds,
  tags: ["env:staging", "team:platform"],
};
async function make(objective: object): Promise<JsonObject> {
  const { status, body } = await send("POST", "/api/v1/slo", objective);
  expect({ status, body: status === 200 ? {} : body }).toEqual({ status: 200, body: {} });
  const [made] = body.data as [JsonObject];
  return made;
}

describe("a service level objective", () => {
  test("is created and updated as a list, read as an object and deleted by its id", async () => {
    const made = await make(availability);
    const id = text(made.id);
    const path = `/api/v1/slo/${id}`;

    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(await send("GET", path)).toMatchObject({ status: 200, body: { data: { id }, error: null } });
    expect(await send("PUT", path, { ...availability, name: "Other" })).toMatchObject({
      body: { data: [{ id, name: "Other" }], error: null },
    });
    expect(await send("DELETE", path)).toEqual({ status: 200, body: { data: [id], error: null } });
    expect(await send("GET", path)).toEqual({ status: 404, body: errors(`SLO not found: ${id} not found`) });
  });

  test("is returned with the fields that Datadog adds, and tags in another order", async () => {
    expect(await make(availability)).toMatchObject({
      description: "",
      tags: ["team:platform", "env:staging"],
      timeframe: "30d",
      target_threshold: 99,
      warning_threshold: 99.5,
      thresholds,
    });
  });

  test("may refer to existing monitors only", async () => {
    const { body } = await send("POST", "/api/v1/monitor", {
      type: "query alert",
      query: "avg(last_5m):avg:system.load.1{*} > 4",
    });
    const about = (id: unknown): object => ({ name: "up", type: "monitor", monitor_ids: [id], thresholds });

    expect(await make(about(body.id))).toMatchObject({ monitor_ids: [body.id] });
    expect(await send("POST", "/api/v1/slo", about(1))).toEqual({
      status: 400,
      body: errors("Invalid payload: monitor 1 does not exist"),
    });
  });

  test("keeps its type, by which an update is validated", async () => {
    const { id } = await make(availability);
    const other = { name: "a", type: "monitor", thresholds };

    expect(await send("PUT", `/api/v1/slo/${text(id)}`, other)).toEqual({
      status: 400,
      body: errors("Invalid payload: must specify the query for count types"),
    });
  });

  test("that a dashboard shows is deleted only with force", async () => {
    const id = text((await make(availability)).id);
    const definition = { type: "slo", view_type: "detail", slo_id: id, view_mode: "overall", time_windows: ["30d"] };
    await send("POST", "/api/v1/dashboard", { title: "a", layout_type: "ordered", widgets: [{ definition }] });

    expect(await send("DELETE", `/api/v1/slo/${id}`)).toMatchObject({ status: 409 });
    expect(await send("DELETE", `/api/v1/slo/${id}?force=true`)).toMatchObject({ status: 200 });
  });
});

const TARGET = "The target is incorrect: target must be a positive number between (0.0, 100.0)";

test.each([
  { change: { name: undefined }, message: "must specify a name" },
  { change: { type: "count" }, message: "'count' is not a valid type" },
  { change: { query: undefined }, message: "must specify the query for count types" },
  { change: { query: { numerator: query.numerator } }, message: "'denominator' is a required property" },
  { change: { type: "monitor" }, message: "must specify monitor_ids" },
  { change: { type: "time_slice" }, message: "must specify sli_specification" },
  { change: { thresholds: [] }, message: "must specify at least one threshold" },
  {
    change: { thresholds: [{ timeframe: "31d", target: 99 }] },
    message: "'31d' is not valid under any of the given schemas",
  },
  { change: { thresholds: [...thresholds, ...thresholds] }, message: "more than one threshold for the timeframe 30d" },
  { change: { thresholds: [{ timeframe: "30d", target: 100 }] }, message: TARGET },
  { change: { thresholds: [{ timeframe: "30d", target: 0 }] }, message: TARGET },
  {
    change: { thresholds: [{ timeframe: "30d", target: 99.9, warning: 99 }] },
    message: "The warning is incorrect: warning must be greater than the target and less than 100.0",
  },
  { change: { timeframe: "7d" }, message: "there is no threshold for the timeframe 7d" },
  { change: { target_threshold: 98 }, message: "target_threshold must match the threshold of the primary timeframe" },
  { change: { tags: ["Env:x"] }, message: "tag Env:x must be lower case" },
])("rejects %j", async ({ change, message }) => {
  expect(await send("POST", "/api/v1/slo", { ...availability, ...change })).toEqual({
    status: 400,
    body: errors(`Invalid payload: ${message}`),
  });
});
