import { base, defineWith, inDatabase, inServers, inZones, linesAbout, setting } from "./mistakes/mistake";

const cycle: Record<string, unknown> = { days: 7n };
cycle.itself = cycle;

const revoked = Proxy.revocable({}, {});
revoked.revoke();

const saying = (text: unknown) => Object.assign(() => 7, { toString: () => text });

describe("a value that is refused is shown on one line", () => {
  test.each<[string, unknown, string]>([
    ["a bigint", 7n, "7n"],
    ["NaN", NaN, "NaN"],
    ["Infinity", Infinity, "Infinity"],
    ["null", null, "null"],
    ["a symbol", Symbol("seven"), "Symbol(seven)"],
    ["an object with a bigint and a cycle", cycle, "<ref *1> { days: 7n, itself: [Circular *1] }"],
    ["a revoked proxy", revoked.proxy, "<Revoked Proxy>"],
    ["a text with ends of lines", "7\n\u2028\u0085", '"7\\n\\u2028\\u0085"'],
    ["a symbol with an end of a line", Symbol("7\n8"), "Symbol(7 8)"],
    ["a function, with what it says", saying("() => {\n  return 7;\n}"), "() => { return 7; }"],
    ["a value that cannot be read, by its type", saying({}), "a value of type function"],
  ])("%s", (_, value, shown) => {
    expect(() => defineWith(inDatabase({ backupRetentionDays: value }))).toThrow(
      new Error(
        `Environment "example", database.backupRetentionDays: ${shown} is not a whole number of days from 1 to 35; write one such as 1.`,
      ),
    );
  });

  test.each<[string, unknown]>([
    ["a long text", "7".repeat(10_000)],
    ["a long list", Array.from({ length: 10_000 }, () => "7".repeat(100))],
    ["the global object", globalThis],
  ])("%s, with its beginning alone", (_, value) => {
    expect(() => defineWith(inDatabase({ backupRetentionDays: value }))).toThrow(
      /^Environment "example", database\.backupRetentionDays: .{200}… is not a whole number of days from 1 to 35; write one such as 1\.$/,
    );
  });

  test("a symbol where one of several values belongs", () => {
    expect(() => defineWith(setting({ logRetentionDays: Symbol("long") }))).toThrow(
      'Environment "example", logRetentionDays: Symbol(long) is not one of the values; write 30, ',
    );
    expect(() => defineWith(setting({ datadog: { paging: { kind: Symbol("none") } } }))).toThrow(
      'Environment "example", datadog.paging.kind: Symbol(none) is not one of the values; write "none", ',
    );
  });
});

test("each unknown setting is a problem of its own, where it is", () => {
  expect(() => defineWith(inServers({ instancetype: "m3.xlarge", "a.b\n": 8 }), setting({ "": 1 }))).toThrow(
    new Error(
      [
        'Environment "example", servers.instancetype: is not a setting here; remove it, or spell it as in docs/configuration.md.',
        'Environment "example", servers["a.b\\n"]: is not a setting here; remove it, or spell it as in docs/configuration.md.',
        'Environment "example", [""]: is not a setting here; remove it, or spell it as in docs/configuration.md.',
      ].join("\n"),
    ),
  );
});

describe("in a list of environments", () => {
  const reference = "write it as docs/configuration.md describes it";

  test.each<[string, unknown, string]>([
    ["undefined", undefined, "is missing"],
    ["null", null, "null is not an object in { }"],
    ["a text", "staging", '"staging" is not an object in { }'],
    ["a number", 7n, "7n is not an object in { }"],
  ])("%s is a problem beside those of the others", (_, value, problem) => {
    expect(linesAbout({ ...base, accountId: "1" }, value)).toEqual([
      'Environment "example", accountId: "1" is not an AWS account id, 12 digits in quotes; write one such as "111122223333".',
      `Environment 2 (without a name): ${problem}; ${reference}.`,
    ]);
  });

  test("a place that was left out is a problem", () => {
    const beside = { ...base, name: "other", accountId: "888899990000", domain: "other.dev-one.it" };
    // eslint-disable-next-line no-sparse-arrays
    expect(linesAbout(...[base, , beside])).toEqual([`Environment 2 (without a name): is missing; ${reference}.`]);
  });

  test("environments of one name are told apart by their positions", () => {
    const labels = linesAbout(
      { ...base, accountId: "1" },
      { ...base, name: "other", accountId: "2" },
      { ...base, accountId: "3", domain: "third.dev-one.it" },
    ).map((line) => line.split(":")[0]);
    expect(labels).toEqual([
      'Environment 1 ("example"), accountId',
      'Environment "other", accountId',
      'Environment 3 ("example"), accountId',
      'Environment "other", domain',
      'Environment 3 ("example"), name',
    ]);
  });

  test("an environment whose name is no text is called by its position", () => {
    expect(linesAbout({ ...base, name: 7n })).toEqual([
      "Environment 1 (7n), name: 7n is not a lower-case DNS label; write one such as staging.",
    ]);
  });
});

describe("a remedy names each value once", () => {
  test("where two zones have one name", () => {
    const twice = inZones((zones) => zones.map((zone) => ({ ...zone, name: "zone-1" })));
    expect(() => defineWith(twice, inDatabase({ proxyZones: ["zone-1", "zone-2"] }))).toThrow(
      'database.proxyZones: "zone-2" is not a zone of the environment; use zone-1.',
    );
  });

  test("where a server has the database's name", () => {
    const servers = inZones((zones) =>
      zones.map((zone, index) => ({ ...zone, servers: { postgres: `172.31.${index + 1}.101` } })),
    );
    const delegations = { postgres: ["ns-1.awsdns-01.com", "ns-2.awsdns-02.net"] };
    expect(() => defineWith(servers, setting({ delegations }))).toThrow(
      "delegations.postgres: the name is already that of a server or of the database; avoid postgres.",
    );
  });
});
