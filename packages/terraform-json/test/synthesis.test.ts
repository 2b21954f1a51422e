import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { scratchDirectory } from "@dev-one/cli/test/files";
import { UserError } from "@dev-one/cli/user-error";

import { pinnedCdktfVersion, readStacks } from "../src/synthesis";

const scratch = scratchDirectory();
const CDKTF = pinnedCdktfVersion(process.cwd());
const written = (stackName: string, version = CDKTF) => JSON.stringify({ "//": { metadata: { stackName, version } } });

/** The stacks that a manifest lists, and those that exist. */
interface Synthesis {
  readonly listed: readonly string[];
  readonly there: Readonly<Record<string, string>>;
}

function directoryOf(name: string, { listed, there }: Synthesis): string {
  const directory = join(scratch, name.replaceAll(" ", "-"));
  for (const [stack, text] of Object.entries(there)) {
    mkdirSync(join(directory, "stacks", stack), { recursive: true });
    writeFileSync(join(directory, "stacks", stack, "cdk.tf.json"), text);
  }
  mkdirSync(directory, { recursive: true });
  const stacks = Object.fromEntries(listed.map((stack) => [stack, {}]));
  writeFileSync(join(directory, "manifest.json"), JSON.stringify({ version: CDKTF, stacks }));
  return directory;
}

test("reads the stacks of the manifest and ignores those of an older synthesis", () => {
  const there = { staging: written("staging"), production: written("production"), rehearsal: written("rehearsal") };
  const stacks = readStacks(directoryOf("left behind", { listed: ["staging", "production"], there }));
  expect(stacks.map(({ name }) => name)).toEqual(["production", "staging"]);
});

describe("rejects a synthesis that", () => {
  test.each<[string, Synthesis, RegExp]>([
    ["has no stack", { listed: [], there: {} }, /manifest\.json lists no stack: run `npm run synth` again/],
    [
      "lacks one of its stacks",
      { listed: ["staging", "staging-monitoring"], there: { staging: written("staging") } },
      /staging-monitoring\/cdk\.tf\.json is missing, and the manifest lists it: run `npm run synth` again/,
    ],
    ["holds half a file", { listed: ["staging"], there: { staging: '{"resource": {' } }, /cdk\.tf\.json is not JSON/],
    ["holds a list", { listed: ["staging"], there: { staging: "[]" } }, /does not hold a JSON object/],
    [
      "holds another tool's JSON, resources in lists",
      { listed: ["staging"], there: { staging: '{"resource": [{"aws_vpc": [{"main": [{}]}]}]}' } },
      /cdk\.tf\.json is not what CDKTF writes for stack staging: run `npm run synth` again/,
    ],
    [
      "holds one stack under the name of another",
      { listed: ["staging"], there: { staging: written("production") } },
      /is not what CDKTF writes for stack staging/,
    ],
    [
      "was written by an older CDKTF",
      { listed: ["staging"], there: { staging: written("staging", "0.19.2") } },
      /was written by CDKTF "0\.19\.2", and the project uses [\d.]+: run `npm run synth` again/,
    ],
  ])("%s", (name, synthesis, sentence) => {
    const directory = directoryOf(name, synthesis);
    expect(() => readStacks(directory)).toThrow(UserError);
    expect(() => readStacks(directory)).toThrow(sentence);
  });

  test.each([
    ["does not exist", join(scratch, "nowhere")],
    ["is a file", join(process.cwd(), "package.json")],
    ["is another directory", join(process.cwd(), "docs")],
  ])("%s", (_name, directory) => {
    expect(() => readStacks(directory)).toThrow(
      /holds no synthesized stacks: name the directory that `npm run synth` wrote/,
    );
  });
});
