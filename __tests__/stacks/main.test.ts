import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../..");

/** The account of an environment, whichever it is. */
const ACCOUNT = /accountId: "\d{12}"/;

let copy: string;

// A copy of the sources, because they are changed there; the packages are those of the project. One copy for all, so that
// it is bundled again only where a module changed.
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "dev-one-main-"));
  mkdirSync(join(copy, "scripts"));
  for (const path of [
    "main.ts",
    "src",
    "packages",
    "scripts/run.mjs",
    "scripts/bundle.mjs",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
  ]) {
    cpSync(join(root, path), join(copy, path), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
});

afterAll(() => {
  rmSync(copy, { recursive: true, force: true });
});

afterEach(() => {
  for (const [path, text] of changed) writeFileSync(path, text);
  changed.clear();
  rmSync(join(copy, "cdktf.out"), { recursive: true, force: true });
});

/** Files that the test changed, with what was in them. */
const changed = new Map<string, string>();

/** Changes a file of the copy; patterns leave open which account and sizes the environments have. */
function change(file: string, from: string | RegExp, to: string): void {
  const path = join(copy, file);
  const text = readFileSync(path, "utf8");
  expect(text).toMatch(from);
  changed.set(path, text);
  writeFileSync(path, text.replace(from, to));
}

function writtenStacks(): string[] {
  const stacks = join(copy, "cdktf.out/stacks");
  return existsSync(stacks) ? readdirSync(stacks).sort() : [];
}

async function synthesizeAll(
  entry = "main.ts",
  variables: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { PATH: process.env.PATH, CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1", ...variables };
  return await new Promise((done) => {
    execFile(process.execPath, ["scripts/run.mjs", entry], { cwd: copy, env }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

// Node.js 20 does not report calls of util.isArray, 22 and newer do: here every call fails.
test("main.ts writes the stacks of every environment, without the deprecated util.isArray", async () => {
  const preload = join(copy, "without-is-array.cjs");
  writeFileSync(preload, 'require("node:util").isArray = () => { throw new Error("util.isArray was called"); };');

  expect(await synthesizeAll("main.ts", { NODE_OPTIONS: `--require ${preload}` })).toMatchObject({ code: 0 });
  expect(writtenStacks()).toEqual(
    expect.arrayContaining(["production", "production-state", "staging", "staging-state"]),
  );
});

test("main.ts reports boot files that are too large in one line and writes nothing", async () => {
  // Random, because user data is compressed.
  const padding = randomBytes(16_384).toString("base64");
  change("src/servers/bootstrap/cloud-config.yaml", "#cloud-config", `#cloud-config\n# ${padding}`);
  const result = await synthesizeAll();
  expect(result).toMatchObject({ code: 1, stdout: "" });
  expect(result.stderr).toMatch(
    /^src\/servers\/bootstrap: user data of [a-z-]+ is \d+ bytes, compressed, and EC2 accepts 16384; shorten the files there, or bring some with the image\.\n$/,
  );
  expect(writtenStacks()).toEqual([]);
});

test("main.ts reports the mistakes of two environments, each in one line, and writes nothing", async () => {
  change("src/environments/staging.ts", ACCOUNT, 'accountId: "1111-2222-3333"');
  change("src/environments/production.ts", /backupRetentionDays: \d+/, "backupRetentionDays: 60");
  change("src/environments/shared.ts", /securityContact: ".*"/, 'securityContact: "security"');
  const contact = 'securityContact: "security" is not an e-mail address; write one such as security@dev-one.it.';
  const { stderr, ...result } = await synthesizeAll();
  // Another environment has mistakes in what it shares.
  const ofBoth = stderr.replaceAll(/^Environment "(?!staging|production).*\n/gm, "");
  expect({ ...result, stderr: ofBoth }).toEqual({
    code: 1,
    stdout: "",
    stderr: [
      'Environment "staging", accountId: "1111-2222-3333" is not an AWS account id, 12 digits in quotes; write one such as "111122223333".\n',
      `Environment "staging", ${contact}\n`,
      `Environment "production", ${contact}\n`,
      'Environment "production", database.backupRetentionDays: 60 is not a whole number of days from 1 to 35; write one such as 1.\n',
    ].join(""),
  });
  expect(writtenStacks()).toEqual([]);
});

test("a tool reports an invalid account in one line, wherever it imports the configuration", async () => {
  change("src/environments/staging.ts", ACCOUNT, 'accountId: "1111-2222-3333"');
  writeFileSync(
    join(copy, "scripts/late.ts"),
    'const { environments } = await import("../src/environments");\nexport { environments };\n',
  );
  writeFileSync(join(copy, "scripts/early.ts"), 'export { environments } from "../src/environments";\n');
  for (const entry of ["scripts/late.ts", "scripts/early.ts"]) {
    expect(await synthesizeAll(entry)).toEqual({
      code: 1,
      stdout: "",
      stderr:
        'Environment "staging", accountId: "1111-2222-3333" is not an AWS account id, 12 digits in quotes; write one such as "111122223333".\n',
    });
  }
});

test("main.ts is bundled again after a change that keeps the length of the sources", async () => {
  const account = "999988887777";
  const hasAccount = () =>
    readFileSync(join(copy, "cdktf.out/stacks/staging/cdk.tf.json"), "utf8").includes(`"${account}"`);
  for (let run = 0; run < 2; run += 1) expect(await synthesizeAll()).toMatchObject({ code: 0 });
  expect(hasAccount()).toBe(false);
  change("src/environments/staging.ts", ACCOUNT, `accountId: "${account}"`);
  expect(await synthesizeAll()).toMatchObject({ code: 0 });
  expect(hasAccount()).toBe(true);
});
