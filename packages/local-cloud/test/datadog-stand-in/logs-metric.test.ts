import { objectAt } from "@dev-one/cli/json";

import { errors, standIn } from "./support";

const { send } = standIn();

const base = "/api/v2/logs/config/metrics";
const requests = { compute: { aggregation_type: "count" }, filter: { query: "source:nginx" } };
const body = (attributes: object, id: unknown = "dev_one.http.requests"): object => ({
  data: { type: "logs_metrics", id, attributes },
});

test("a log-based metric is created once, read, updated and deleted", async () => {
  const group_by = [
    { path: "service", tag_name: "service" },
    { path: "@http.status_category", tag_name: "category" },
  ];
  const attributes = { ...requests, group_by: group_by.toReversed() };
  const path = `${base}/dev_one.http.requests`;

  expect(await send("POST", base, body({ ...requests, group_by }))).toEqual({
    status: 200,
    body: { data: { id: "dev_one.http.requests", type: "logs_metrics", attributes } },
  });
  const problem = "'dev_one.http.requests' cannot be used as metric name, a metric already exists with that name";
  expect(await send("POST", base, body(requests))).toEqual({
    status: 409,
    body: errors(`conflict(Field 'data.id' is invalid: ${problem})`),
  });
  expect(await send("PATCH", path, body({ compute: { include_percentiles: true } }))).toMatchObject({ status: 400 });
  expect(await send("PATCH", path, body({ filter: { query: "*" }, compute: {} }))).toMatchObject({
    body: { data: { attributes: { ...attributes, filter: { query: "*" } } } },
  });
  expect(await send("DELETE", path)).toEqual({ status: 204, body: {} });
  expect(await send("GET", path)).toEqual({
    status: 404,
    body: errors("not_found(Metric with name 'dev_one.http.requests' not found)"),
  });
});

test.each([
  {
    what: "with defaults for absent fields",
    given: { compute: { aggregation_type: "distribution", path: "@duration" }, group_by: [{ path: "@http.method" }] },
    stored: {
      compute: { aggregation_type: "distribution", path: "@duration", include_percentiles: false },
      filter: { query: "*" },
      group_by: [{ path: "@http.method", tag_name: "http.method" }],
    },
  },
  {
    what: "without the path of a count",
    given: { compute: { aggregation_type: "count", path: "@duration" } },
    stored: { compute: { aggregation_type: "count" }, filter: { query: "*" }, group_by: [] },
  },
])("is returned $what", async ({ given, stored }) => {
  expect(objectAt((await send("POST", base, body(given))).body, "data", "attributes")).toEqual(stored);
});

test.each([
  { compute: {}, place: "aggregation_type", problem: "undefined is not one of ['count', 'distribution']" },
  {
    compute: { aggregation_type: "gauge" },
    place: "aggregation_type",
    problem: "'gauge' is not one of ['count', 'distribution']",
  },
  { compute: { aggregation_type: "distribution" }, place: "path", problem: "is required for a distribution" },
  {
    compute: { aggregation_type: "count", include_percentiles: true },
    place: "include_percentiles",
    problem: "can only be applied to distributions",
  },
])("rejects compute.$place: $problem", async ({ compute, place, problem }) => {
  expect(await send("POST", base, body({ compute }))).toEqual({
    status: 400,
    body: errors(`input_validation_error(Field 'compute.${place}' is invalid: ${problem})`),
  });
});

test.each(["", "123", "two words", "a".repeat(201)])("rejects the name %p", async (name) => {
  expect(await send("POST", base, body(requests, name))).toMatchObject({ status: 400 });
});

test("rejects a body of another type", async () => {
  expect(await send("POST", base, { data: { type: "metrics", attributes: requests } })).toMatchObject({ status: 400 });
});
