import { parseVersion, satisfies } from "../src/version";

describe("version constraints", () => {
  test.each([
    ["6.25.0", "6.25.0", true],
    ["5.100.0", "6.25.0", false],
    ["5.100.0", "= 5.100.0", true],
    ["5.100.0", "~> 5.99", true],
    ["6.0.0", "~> 5.99", false],
    ["5.100.3", "~> 5.100.1", true],
    ["5.101.0", "~> 5.100.1", false],
    ["5.9.0", ">= 5.10", false],
    ["5.10.0", ">= 5.10, < 6.0", true],
    ["6.0.0", ">= 5.10, < 6.0", false],
    ["5.10.0", "!= 5.10.0", false],
    ["5.10.0", "latest", false],
    ["5.10.0", "", true],
  ])("%s meets %s: %s", (version, constraint, expected) => {
    expect(satisfies(version, constraint)).toBe(expected);
  });

  test("takes releases only", () => {
    expect(parseVersion("1.13.0-rc1")).toBeUndefined();
    expect(parseVersion("v1.11.4")).toEqual([1, 11, 4]);
  });
});
