// Applies each mutant of list.json to a copy of the project and runs its tests on it: `node scripts/mutants/run.mjs`.
// The list is a sample of 60 of the 8,300 mutants of src that StrykerJS makes (@stryker-mutator/instrumenter 9.6.1, all mutators),
// drawn with seed 20261130 when the policy rules and their model of Terraform's JSON were part of src. Exit 1 if a mutant that
// `caught` lists is no longer caught. Three mutants of tables that are data now (src/config/catalog/ec2.json) were taken out.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const TESTS = {
  src: ["--selectProjects", "unit"],
  packages: ["--selectProjects", "tools", "--", "packages/policy", "packages/terraform-json"],
};
const mutants = JSON.parse(readFileSync(join(import.meta.dirname, "list.json"), "utf8"));
const copy = mkdtempSync(join(tmpdir(), "dev-one-mutants-"));
process.on("exit", () => rmSync(copy, { recursive: true, force: true }));
execFileSync("git", ["clone", "--quiet", root, copy]);
// Workspace links are relative, so that the links in the copy point to the packages of the copy.
execFileSync("cp", ["-al", join(root, "node_modules"), join(copy, "node_modules")]);

if (Object.values(TESTS).some(fail)) throw new Error("The tests fail without any mutant.");
let lost = 0;
for (const [index, mutant] of mutants.entries()) {
  const file = join(copy, mutant.file);
  const before = readFileSync(file, "utf8");
  writeFileSync(file, mutated(before, mutant));
  const caught = fail(TESTS[mutant.file.split("/")[0]]);
  writeFileSync(file, before);
  if (mutant.caught === true && !caught) lost++;
  console.log(`${index + 1} ${caught ? "caught" : "NOT CAUGHT"} ${mutant.file}:${mutant.line} ${mutant.mutator}`);
}
process.exitCode = lost === 0 ? 0 : 1;

/** The text with the mutant in the listed line; if lines have moved, in the nearest line with the same text. */
function mutated(text, { file, line, text: wanted, original, replacement }) {
  const lines = text.split("\n");
  const found = lines
    .map((content, index) => ({ content, index }))
    .filter(({ content }) => content.trim() === wanted)
    .sort((one, other) => Math.abs(one.index + 1 - line) - Math.abs(other.index + 1 - line))[0];
  const start = lines.slice(0, found?.index ?? 0).reduce((sum, each) => sum + each.length + 1, 0);
  const at = found === undefined ? -1 : text.indexOf(original, start);
  if (at < 0 || at > start + found.content.length) throw new Error(`${file}:${line} does not hold: ${original}`);
  return text.slice(0, at) + replacement + text.slice(at + original.length);
}

function fail(tests) {
  const args = ["jest", "--maxWorkers=100%", "--bail", "--silent", ...tests];
  return spawnSync("npx", args, { cwd: copy, stdio: "ignore", timeout: 300_000 }).status !== 0;
}
