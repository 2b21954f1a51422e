import { errors, standIn } from "./support";

const { send } = standIn();

const base = "/api/v2/logs/config/metrics";
const requests = { compute: { aggregation_type: "count" }, filter: { query: "source:nginx" } };
const duration = { compute: { aggregation_type: "distribution", path: "@duration", include_percentiles: true } };
const body = (attributes: object, id: unknown = "dev_one.http.requests"): object => ({
  data: { type: "logs_metrics", id, attributes },
});
const invalid = (place: string, problem: string): object => ({
  status: 400,
  body: errors(`input_validation_error(Field '${place}' is invalid: ${problem})`),
});

test("a log-based metric is created, read, updated and deleted", async () => {
  const group_by = [
    { path: "service", tag_name: "service" },
    { path: "@http.status_category", tag_name: "category" },
  ];

  expect(await send("POST", base, body({ ...requests, group_by }))).toEqual({
    status: 200,
    body: {
      data: {
        id: "dev_one.http.requests",
        type: "logs_metrics",
        attributes: { ...requests, group_by: [group_by[1], group_by[0]] },
      },
    },
  });
  const path = `${base}/dev_one.http.requests`;
  expect(await send("PATCH", path, body({ filter: { query: "*" }, compute: {} }))).toMatchObject({
    body: { data: { attributes: { filter: { query: "*" }, compute: { aggregation_type: "count" } } } },
  });
  expect(await send("DELETE", path)).toEqual({ status: 204, body: {} });
  expect(await send("GET", path)).toEqual({
    status: 404,
    body: errors("not_found(Metric with name 'dev_one.http.requests' not found)"),
  });
});

test("returns defaults for absent fields", async () => {
  const compute = { aggregation_type: "distribution", path: "@duration" };

  expect((await send("POST", base, body({ compute, group_by: [{ path: "@http.method" }] }))).body).toMatchObject({
    data: {
      attributes: {
        compute: { ...compute, include_percentiles: false },
        filter: { query: "*" },
        group_by: [{ path: "@http.method", tag_name: "http.method" }],
      },
    },
  });
});

test("drops the path of a count", async () => {
  const compute = { aggregation_type: "count", path: "@duration" };

  expect((await send("POST", base, body({ compute }))).body).toMatchObject({
    data: { attributes: { compute: { aggregation_type: "count" } } },
  });
});

test.each([
  { name: "dev-one.http requests", stored: "dev_one.http_requests" },
  { name: "1.errors_.count_", stored: "errors.count" },
])("stores the name $name as $stored", async ({ name, stored }) => {
  expect((await send("POST", base, body(requests, name))).body).toMatchObject({ data: { id: stored } });
});

test("rejects a duplicate name", async () => {
  await send("POST", base, body(requests));

  const problem = "'dev_one.http.requests' cannot be used as metric name, a metric already exists with that name";
  expect(await send("POST", base, body(duration))).toEqual({
    status: 409,
    body: errors(`conflict(Field 'data.id' is invalid: ${problem})`),
  });
});

test("only a distribution accepts percentiles, also in an update", async () => {
  await send("POST", base, body(requests));

  const change = body({ compute: { include_percentiles: true } });
  expect(await send("PATCH", `${base}/dev_one.http.requests`, change)).toEqual(
    invalid("compute.include_percentiles", "can only be applied to distributions"),
  );
});

test.each([
  { attributes: {}, place: "compute", problem: "'compute' is a required property" },
  {
    attributes: { compute: {} },
    place: "compute.aggregation_type",
    problem: "'aggregation_type' is a required property",
  },
  {
    attributes: { compute: { aggregation_type: "gauge" } },
    place: "compute.aggregation_type",
    problem: "'gauge' is not one of ['count', 'distribution']",
  },
  {
    attributes: { compute: { aggregation_type: "distribution" } },
    place: "compute.path",
    problem: "is required for a distribution",
  },
  {
    attributes: { compute: { aggregation_type: "count", include_percentiles: true } },
    place: "compute.include_percentiles",
    problem: "can only be applied to distributions",
  },
])("rejects $place: $problem", async ({ attributes, place, problem }) => {
  expect(await send("POST", base, body(attributes))).toEqual(invalid(place, problem));
});

test.each(["", "123", "a".repeat(201), 7])("rejects the name %p", async (name) => {
  expect(await send("POST", base, body(requests, name))).toMatchObject({ status: 400 });
});

test("rejects a body of another type", async () => {
  expect(await send("POST", base, { data: { type: "metrics", attributes: requests } })).toMatchObject({ status: 400 });
});
