import {
  catalogue,
  type Expression,
  metricNamed,
  monitorsIn,
  parseExpression,
  parseFormula,
  parseMonitorQuery,
  type SeriesExpression,
  seriesIn,
  serviceChecks,
  UnitError,
  unitOf,
} from "@dev-one/alert-trials/datadog";

import { likeness } from "../../src/config/validation/suggestions";
import { both } from "../fixtures/environment";
import { besideShop, threeZones } from "../fixtures/variants";
import { dashboardsOf, monitorsOf, tilesOf } from "../support/datadog";
import { synthesize } from "../support/synthesis";

const environments = [...both, ["three zones", threeZones], ["a second service", besideShop]] as const;

/** Whether two names differ in two letters at most, side by side. */
function isLike(one: string, other: string): boolean {
  return likeness(one, other) >= Math.max(one.length, other.length) - 2;
}

/** What is wrong with a metric, by the catalogue: its name, a tag that it does not carry, a percentile that it does not know. */
function wrongWith(
  { metric, aggregator, by, filters, as, rollup }: SeriesExpression,
  variables: Readonly<Record<string, string>> = {},
): string[] {
  const entry = metricNamed(metric);
  // A metric that the catalogue does not describe is drawn and listed by its name. One that is almost in it is a typing error.
  if (entry === undefined)
    return Object.keys(catalogue).some((known) => isLike(known, metric)) ? [`${metric} is not in the catalogue`] : [];
  const keys = [
    ...by,
    ...filters.map((filter) => (filter.kind === "tag" ? filter.key : (variables[filter.name] ?? `$${filter.name}`))),
  ];
  return [
    ...keys.filter((key) => !entry.tags.includes(key)).map((key) => `${metric} does not carry ${key}`),
    ...(/^p\d\d$/.test(aggregator) && entry.type !== "distribution" ? [`${metric} has no percentiles`] : []),
    ...(as !== undefined && entry.type !== "count" ? [`${metric} is no count`] : []),
    ...(as === undefined && rollup === undefined && entry.type === "count"
      ? [`${metric} is a count, and nothing says how to read it`]
      : []),
  ];
}

const problemsOf = (expression: Expression, variables?: Readonly<Record<string, string>>): string[] =>
  seriesIn(expression).flatMap((series) => wrongWith(series, variables));

/** An expression and everything in it. */
function partsOf(expression: Expression): Expression[] {
  switch (expression.kind) {
    case "call":
      return [expression, ...partsOf(expression.of)];
    case "binary":
      return [expression, ...partsOf(expression.left), ...partsOf(expression.right)];
    default:
      return [expression];
  }
}

/** Whether a query has default_zero over as_count() and a division, which Datadog advises against. */
function fillsADivisionOfCounts(query: string): boolean {
  const parsed = parseMonitorQuery(query);
  const parts = parsed.kind === "metric" ? partsOf(parsed.expression) : [];
  return (
    parts.some((part) => part.kind === "binary" && part.operator === "/") &&
    parts.some(
      (part) =>
        part.kind === "call" && part.name === "default_zero" && seriesIn(part.of).some(({ as }) => as === "count"),
    )
  );
}

/**
 * Whether a monitor notifies of missing data that its query never has: default_zero fills it.
 * Datadog rejects on_missing_data beside it: issue 2815 of DataDog/terraform-provider-datadog (read 2026-12-01).
 */
function notifiesOfFilledData(monitor: {
  readonly query: string;
  readonly notify_no_data?: unknown;
  readonly on_missing_data?: unknown;
}): boolean {
  const { notify_no_data: notifies = false, on_missing_data: action = "default" } = monitor;
  return monitor.query.includes("default_zero(") && (notifies !== false || action !== "default");
}

describe.each(environments)("in %s", (_name, environment) => {
  const monitors = monitorsOf(environment);

  test("the query of every monitor parses, with metrics and tags of the catalogue", () => {
    const problems = monitors.flatMap(({ id, query }) => {
      const parsed = parseMonitorQuery(query);
      switch (parsed.kind) {
        case "metric":
          return problemsOf(parsed.expression).map((problem) => `${id}: ${problem}`);
        case "check": {
          const check = serviceChecks[parsed.check];
          const keys = [...parsed.by, ...parsed.over.map((tag) => tag.split(":")[0] ?? "")];
          return keys
            .filter((key) => check?.tags.includes(key) !== true)
            .map((key) => `${id}: ${parsed.check} does not carry ${key}`);
        }
        default:
          return [];
      }
    });
    expect(problems).toEqual([]);
  });

  test("the series of a formula have the same groups", () => {
    const mixed = monitors.filter(({ query }) => {
      const parsed = parseMonitorQuery(query);
      // `count_not_null` makes one number of its groups.
      if (query.includes("count_not_null(")) return false;
      return parsed.kind === "metric" && new Set(seriesIn(parsed.expression).map(({ by }) => by.join())).size !== 1;
    });
    expect(mixed.map(({ query }) => query)).toEqual([]);
  });

  test("no monitor has default_zero over as_count() in a division", () => {
    expect(monitors.some(({ query }) => query.includes("as_count() /"))).toBe(true);
    expect(monitors.filter(({ query }) => fillsADivisionOfCounts(query)).map(({ id }) => id)).toEqual([]);
  });

  test("no monitor notifies of missing data that default_zero fills", () => {
    expect(monitors.some(({ query }) => query.includes("default_zero("))).toBe(true);
    expect(monitors.filter(notifiesOfFilledData).map(({ id }) => id)).toEqual([]);
  });

  test("composites and burn rates refer to resources of the same stack", () => {
    const { monitoring } = synthesize(environment);
    const targets = monitors.flatMap(({ id, query }) => {
      const parsed = parseMonitorQuery(query);
      const references = parsed.kind === "composite" ? monitorsIn(parsed.condition) : [];
      if (parsed.kind === "burn rate") references.push(parsed.objective);
      return references.map((reference) => ({ id, kind: parsed.kind, type: monitoring.target(reference).type }));
    });
    const wanted = (kind: string) => (kind === "composite" ? "datadog_monitor" : "datadog_service_level_objective");
    expect(targets.filter(({ kind, type }) => type !== wanted(kind))).toEqual([]);
    expect(new Set(targets.map(({ kind }) => kind))).toEqual(new Set(["composite", "burn rate"]));
  });

  test("the queries of every graph parse, with metrics and tags of the catalogue, and have its unit", () => {
    const problems = [...dashboardsOf(environment).values()].flatMap((dashboard) => {
      const variables = Object.fromEntries(dashboard.template_variables.map(({ name, prefix }) => [name, prefix]));
      return tilesOf(dashboard).flatMap(({ title = "", requests = [] }) =>
        requests.flatMap(({ queries = [], formulas = [] }) => {
          const parsed = queries.map(({ name, query }) => ({ name, expression: parseExpression(query) }));
          const units = Object.fromEntries(parsed.map(({ name, expression }) => [name, unitOf(expression)]));
          const wrongUnits = formulas.flatMap(({ formula, number_format: { unit } }) => {
            const shown = [unit.unit_name, ...(unit.per_unit_name === undefined ? [] : [unit.per_unit_name])].join("/");
            const is = unitOf(parseFormula(formula), units);
            return is === shown ? [] : [`${title}: ${formula} is in ${is}, not ${shown}`];
          });
          return [
            ...wrongUnits,
            ...parsed.flatMap(({ expression }) =>
              problemsOf(expression, variables).map((problem) => `${title}: ${problem}`),
            ),
          ];
        }),
      );
    });
    expect(problems).toEqual([]);
  });

  test("the queries of objectives parse, and count requests", () => {
    const objectives = synthesize(environment).monitoring.resources("datadog_service_level_objective");
    const queries = objectives.flatMap(({ values }) => Object.values(values.query as Record<string, string>));
    const expressions = queries.map(parseExpression);
    expect(expressions.flatMap((expression) => problemsOf(expression))).toEqual([]);
    expect(expressions.map((expression) => unitOf(expression))).toEqual(queries.map(() => "request"));
    expect(queries).toHaveLength(4 * Object.keys(environment.services).length);
  });

  test("queried log metrics are created, with the tags of the catalogue", () => {
    const { monitoring } = synthesize(environment);
    const made = monitoring.resources("datadog_logs_metric");
    const tags = made.map(({ values }) => {
      return [values.name, (values.group_by as { tag_name: string }[]).map(({ tag_name }) => tag_name).sort()] as const;
    });
    const texts = [
      ...monitors.map(({ query }) => query),
      ...[...dashboardsOf(environment).values()].map((dashboard) => JSON.stringify(dashboard)),
      ...monitoring.resources("datadog_service_level_objective").map(({ values }) => JSON.stringify(values.query)),
    ];
    const read = new Set(
      texts.flatMap((text) => [...text.matchAll(/dev_one\.\w+\.http\.[\w.]+(?=\{)/g)].map(([name]) => name)),
    );
    const catalogued = [...read].map((name) => [name, [...(metricNamed(name)?.tags ?? [])].sort()]);
    expect(Object.fromEntries(tags)).toEqual(Object.fromEntries(catalogued));
  });
});

describe("the check of queries finds", () => {
  const wrong = (query: string) => {
    const parsed = parseMonitorQuery(query);
    return parsed.kind === "metric" ? problemsOf(parsed.expression) : [];
  };

  test.each([
    [
      "a typing error in a name",
      "avg(last_5m):avg:system.cpu.idel{env:staging} > 1",
      "system.cpu.idel is not in the catalogue",
    ],
    [
      "a group by a tag that the metric does not carry",
      "avg(last_5m):avg:aws.rds.cpuutilization{*} by {host} > 1",
      "aws.rds.cpuutilization does not carry host",
    ],
    [
      "a filter by a tag that a log metric was not given",
      "sum(last_5m):sum:dev_one.staging.http.requests{server:api-1}.as_count() > 1",
      "dev_one.staging.http.requests does not carry server",
    ],
    ["a percentile of a gauge", "avg(last_5m):p95:system.cpu.idle{*} > 1", "system.cpu.idle has no percentiles"],
    ["a gauge read as a count", "sum(last_5m):sum:system.cpu.idle{*}.as_count() > 1", "system.cpu.idle is no count"],
    [
      "a count without a rollup or as_count",
      "sum(last_5m):sum:aws.applicationelb.request_count{*} > 1",
      "aws.applicationelb.request_count is a count, and nothing says how to read it",
    ],
  ])("%s", (_name, query, problem) => {
    expect(wrong(query)).toEqual([problem]);
  });

  test("nothing in a metric that the catalogue does not describe", () => {
    expect(wrong("avg(last_5m):max:aws.sqs.approximate_age_of_oldest_message{*} by {queuename} > 60")).toEqual([]);
  });

  test.each([
    "sum(last_5m):default_zero(sum:a.b{*}.as_count()) / sum:a.c{*}.as_count() > 1",
    "sum(last_5m):sum:a.b{*}.as_count() / (sum:a.c{*}.as_count() + default_zero(sum:a.d{*}.as_count())) * 100 > 1",
    "sum(last_5m):default_zero(sum:a.b{*}.as_count() / sum:a.c{*}.as_count()) > 1",
  ])("default_zero over as_count() in a division: %s", (query) => {
    expect(fillsADivisionOfCounts(query)).toBe(true);
  });

  test.each([{ notify_no_data: true }, { on_missing_data: "resolve" }])(
    "a notification of missing data that default_zero fills: %j",
    (options) => {
      const query = "avg(last_5m):default_zero(avg:a.b{*}) < 1";
      expect(notifiesOfFilledData({ query, ...options })).toBe(true);
      expect(notifiesOfFilledData({ query, notify_no_data: false })).toBe(false);
      expect(notifiesOfFilledData({ query: "avg(last_5m):avg:a.b{*} < 1", ...options })).toBe(false);
    },
  );

  test.each([
    ["percent and fraction are added", "avg:system.cpu.idle{*} + avg:system.mem.pct_usable{*}"],
    ["bytes are divided by seconds", "avg:aws.rds.free_storage_space{*} / avg:aws.rds.read_latency{*}"],
    [
      "microseconds count as seconds",
      "avg:aws.rds.proxy.database_connections_borrow_latency{*} + avg:aws.rds.read_latency{*}",
    ],
  ])("a wrong unit: %s", (_name, query) => {
    expect(() => unitOf(parseExpression(query))).toThrow(UnitError);
  });
});
