import { problemsOf, rowsOf } from "./support/design-table";
import { textOf } from "./support/project";

const rows = rowsOf(textOf("docs/design.md"));

test("the table has a line for everything that is asked for", () => {
  expect(rows.length).toBeGreaterThan(200);
});

test.each(rows.map((row) => [row.cells[0], row] as const))(
  "%s: is where the line says, and shown by what it names",
  (_what, row) => {
    expect(problemsOf(row)).toEqual([]);
  },
);

test("no two lines ask for the same", () => {
  const asked = rows.map(({ cells }) => cells[0]);
  expect(asked.filter((each, index) => asked.indexOf(each) !== index)).toEqual([]);
});

describe("the check would find", () => {
  const code = "[`Network`](../src/network/network.ts)";
  const proof = "[zones](../__tests__/network/zones.test.ts): “give the data subnets no way out”";
  const wrong = (what: string, where: string, shown: string) =>
    rowsOf(`| a | b | c |\n| --- | --- | --- |\n| ${what} | ${where} | ${shown} |\n`).flatMap(problemsOf);

  test("nothing in a line that is right", () => {
    expect(wrong("Something", code, proof)).toEqual([]);
  });

  test.each([
    ["an empty cell", "", code, proof, "cell 1 is empty"],
    ["a dash for a cell", "Something", "–", proof, "cell 2 is empty"],
    ["words without a link", "Something", code, "it is obvious", "nothing shows it"],
    ["a file that is gone", "Something", "[zone](../src/network/zone.ts)", proof, "src/network/zone.ts is not there"],
    [
      "a name that is not exported",
      "Something",
      "[`Subnet`](../src/network/network.ts)",
      proof,
      "src/network/network.ts exports no Subnet",
    ],
    [
      "a test file without a title",
      "Something",
      code,
      "[zones](../__tests__/network/zones.test.ts)",
      "no test of __tests__/network/zones.test.ts is named",
    ],
    [
      "part of a title",
      "Something",
      code,
      proof.replace("no way out", "no way"),
      "__tests__/network/zones.test.ts has no test “give the data subnets no way”",
    ],
    [
      "the title of a group of tests",
      "Something",
      code,
      proof.replace("give the data subnets no way out", "%s: the zones"),
      "__tests__/network/zones.test.ts has no test “%s: the zones”",
    ],
    [
      "a test of another file",
      "Something",
      code,
      proof.replace("zones.test.ts", "address-table.test.ts"),
      "__tests__/network/address-table.test.ts has no test “give the data subnets no way out”",
    ],
    [
      "a test in Python that is not there",
      "Something",
      code,
      "[check](../__tests__/servers/agent/test_tcp_check.py): “test\\_nothing”",
      "__tests__/servers/agent/test_tcp_check.py has no test “test_nothing”",
    ],
  ])("%s", (_name, what, where, shown, problem) => {
    expect(wrong(what, where, shown)).toContain(problem);
  });

  test("a line with a cell too few", () => {
    expect(rowsOf("| a | b | c |\n| --- | --- | --- |\n| one | two |").flatMap(problemsOf)).toEqual([
      "there are 2 cells, not 3",
    ]);
  });
});
