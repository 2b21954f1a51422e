import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { environments } from "../../src/environments";
import { synthesize } from "../support/synthesis";

const example = readFileSync(resolve(__dirname, "../../terraform.tfvars.example"), "utf8");

test("the example lists every variable of every stack, each with a comment, and no other", () => {
  const declared = environments.flatMap((environment) =>
    synthesize(environment).stacks.flatMap(({ document }) => Object.keys(document.variable ?? {})),
  );
  const listed = example.split("\n\n").flatMap((block) => {
    const [, name] = /^(\w+) = /m.exec(block) ?? [];
    return name === undefined ? [] : [{ name, isExplained: /^# \S.{30,}/.test(block) }];
  });
  expect(listed.map(({ name }) => name).sort()).toEqual([...new Set(declared)].sort());
  expect(listed.filter(({ isExplained }) => !isExplained)).toEqual([]);
});
