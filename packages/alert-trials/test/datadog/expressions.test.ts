import { type Expression, parseExpression, parseFormula, QueryError, seriesIn } from "../../src/datadog";

describe("a metric", () => {
  test("has an aggregator, a filter, groups, and as_count() or as_rate()", () => {
    const text = "sum:aws.natgateway.packets_drop_count{env:staging,!zone:zone-1,$nat} by {name,region}.as_count()";
    expect(parseExpression(text)).toEqual({
      kind: "series",
      aggregator: "sum",
      metric: "aws.natgateway.packets_drop_count",
      filters: [
        { kind: "tag", key: "env", values: ["staging"], isNegated: false },
        { kind: "tag", key: "zone", values: ["zone-1"], isNegated: true },
        { kind: "variable", name: "nat" },
      ],
      by: ["name", "region"],
      as: "count",
    });
  });

  test("may have an empty filter and a rollup", () => {
    expect(parseExpression("avg:system.cpu.idle{*}.rollup(max, 300)")).toEqual({
      kind: "series",
      aggregator: "avg",
      metric: "system.cpu.idle",
      filters: [],
      by: [],
      rollup: { method: "max", seconds: 300 },
    });
  });

  test("may name several values of a tag", () => {
    const [series] = seriesIn(parseExpression("avg:aws.x.y{name IN (a-1, b-2) AND $nat}"));
    expect(series?.filters).toEqual([
      { kind: "tag", key: "name", values: ["a-1", "b-2"], isNegated: false },
      { kind: "variable", name: "nat" },
    ]);
  });

  test("may be a percentile of a distribution", () => {
    expect(parseExpression("p95:dev_one.staging.http.duration{env:staging}")).toMatchObject({ aggregator: "p95" });
  });
});

describe("arithmetic", () => {
  const shape = (one: Expression): unknown => {
    if (one.kind === "binary") return [shape(one.left), one.operator, shape(one.right)];
    if (one.kind === "reference") return one.name;
    return one.kind === "number" ? one.value : one;
  };

  test.each([
    ["a - b - c", [["a", "-", "b"], "-", "c"]],
    ["a / b * 100", [["a", "/", "b"], "*", 100]],
    ["a + b * 2", ["a", "+", ["b", "*", 2]]],
    ["(a + b) * 8 / 1000", [[["a", "+", "b"], "*", 8], "/", 1000]],
  ])("%s is left-associative, with products before sums", (text, expected) => {
    expect(shape(parseFormula(text))).toEqual(expected);
  });

  test("may call functions, with further arguments by position and by name", () => {
    expect(parseFormula("anomalies(a, 'agile', 3, interval=60, direction='both')")).toEqual({
      kind: "call",
      name: "anomalies",
      of: { kind: "reference", name: "a" },
      settings: ["agile", 3],
      named: { interval: 60, direction: "both" },
    });
  });
});

describe("an invalid query", () => {
  test.each([
    ["avg:system.cpu.idle", "a metric and its filter"],
    ["system.cpu.idle{*}", "a metric, a number or a function"],
    ["avg:system.cpu.idle{env:staging", '"," or "}"'],
    ["avg:system.cpu.idle{env}", '":" or "IN"'],
    ["avg:system.cpu.idle{a IN (b), c:d}", '"AND" or "}"'],
    ["avg:system.cpu.idle{*} by host", '"{"'],
    ["avg:system.cpu.idle{*}.as_counts()", '"("'],
    ["avg:system.cpu.idle{*} +", "a metric, a number or a function"],
    ["(avg:system.cpu.idle{*}", '")"'],
    ["avg:system.cpu.idle{*} 5", "the end"],
    ["median:system.cpu.idle{*}", "a metric, a number or a function"],
  ])("%s: the error names what was expected", (text, expected) => {
    const attempt = () => parseExpression(text);
    expect(attempt).toThrow(QueryError);
    expect(attempt).toThrow(`Expected ${expected} at character `);
  });

  test("refers to a query by name in formulas only", () => {
    expect(() => parseExpression("100 - idle")).toThrow(QueryError);
    expect(parseFormula("100 - idle")).toMatchObject({ kind: "binary" });
  });
});
