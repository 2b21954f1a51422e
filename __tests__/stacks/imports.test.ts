import { execFileSync } from "node:child_process";
import { resolve } from "node:path";

const root = resolve(__dirname, "../..");

/** Imports that would break the order main -> stacks -> areas -> config, or load all of a provider; and some that may stay. */
const imports = [
  { file: "src/config/x.ts", from: "../network", isAllowed: false },
  { file: "src/config/x.ts", from: "cdktf", isAllowed: false },
  { file: "src/config/x.ts", from: "./environment", isAllowed: true },
  { file: "src/network/x.ts", from: "../stacks", isAllowed: false },
  { file: "src/network/x.ts", from: "../stacks/platform-stack", isAllowed: false },
  { file: "src/network/x.ts", from: "../edge/load-balancer", isAllowed: false },
  { file: "src/edge/x.ts", from: "../network", isAllowed: true },
  { file: "src/edge/x.ts", from: "../config", isAllowed: true },
  { file: "src/network/x.ts", from: "@cdktf/provider-aws", isAllowed: false },
  { file: "src/network/x.ts", from: "@cdktf/provider-aws/lib", isAllowed: false },
  { file: "src/network/x.ts", from: "@cdktf/provider-aws/lib/vpc", isAllowed: true },
  { file: "src/network/x.ts", from: "../policy", isAllowed: false },
  { file: "src/policy/x.ts", from: "cdktf", isAllowed: false },
  { file: "src/policy/x.ts", from: "../network", isAllowed: false },
  { file: "src/policy/rules/x.ts", from: "../../stacks", isAllowed: false },
  { file: "src/policy/rules/x.ts", from: "../model", isAllowed: true },
  { file: "tools/x.ts", from: "../src/policy", isAllowed: true },
  { file: "tools/x.ts", from: "../src/stacks", isAllowed: false },
  { file: "tools/x.ts", from: "cdktf", isAllowed: false },
  { file: "tools/x.ts", from: "../src/config", isAllowed: true },
];

/** Asks the project's own ESLint configuration, and of it only about imports: types would take many seconds. */
const script = `
  import { ESLint, Linter } from "eslint";
  const eslint = new ESLint({ cwd: ${JSON.stringify(root)} });
  const linter = new Linter({ configType: "flat" });
  const verdicts = await Promise.all(${JSON.stringify(imports)}.map(async ({ file, from }) => {
    const { rules } = await eslint.calculateConfigForFile(file);
    const only = { rules: { "no-restricted-imports": rules["no-restricted-imports"] } };
    return linter.verify("import " + JSON.stringify(from) + ";", only).length === 0;
  }));
  console.log(JSON.stringify(verdicts));
`;

let verdicts: readonly boolean[];

beforeAll(() => {
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: root,
    encoding: "utf8",
  });
  verdicts = JSON.parse(output) as boolean[];
});

test.each(imports.map((each, index) => ({ ...each, index, may: each.isAllowed ? "may" : "may not" })))(
  "$file $may import $from",
  ({ index, isAllowed }) => {
    expect(verdicts[index]).toBe(isAllowed);
  },
);
