import { execFile } from "node:child_process";
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

let copy: string;

// A copy of the sources, because the configuration is changed there; the packages are those of the project.
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), "dev-one-main-"));
  mkdirSync(join(copy, "tools"));
  for (const path of ["main.ts", "src", "tools/run.mjs", "package.json", "package-lock.json", "tsconfig.json"]) {
    cpSync(join(root, path), join(copy, path), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
});

afterEach(() => {
  rmSync(copy, { recursive: true, force: true });
});

function change(file: string, from: string, to: string): void {
  const path = join(copy, file);
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

function writtenStacks(): string[] {
  const stacks = join(copy, "cdktf.out/stacks");
  return existsSync(stacks) ? readdirSync(stacks).sort() : [];
}

async function synthesizeAll(): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { PATH: process.env.PATH, CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1" };
  return await new Promise((done) => {
    execFile(process.execPath, ["tools/run.mjs", "main.ts"], { cwd: copy, env }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

test("main.ts writes the stacks of every environment", async () => {
  expect(await synthesizeAll()).toMatchObject({ code: 0, stderr: "" });
  expect(writtenStacks()).toEqual(
    expect.arrayContaining(["production", "production-state", "staging", "staging-state"]),
  );
});

test.each([
  [
    "an account that is none",
    ["src/config/staging.ts", '"111122223333"', '"1111-2222-3333"'],
    'Environment "staging", accountId: "1111-2222-3333" is not an AWS account id, 12 digits in quotes; write one such as "111122223333".\n',
  ],
  [
    "an address that AWS keeps",
    ["src/config/design.ts", '"172.31.2.101"', '"172.31.2.96"'],
    'Environment "production", zone "zone-2", servers.api-1: 172.31.2.96 is one of the five addresses of 172.31.2.96/28 that AWS keeps; choose one from 172.31.2.100 to 172.31.2.110.\n',
  ],
  [
    "two environments of one domain",
    ["src/config/staging.ts", '"staging.dev-one.it"', '"dev-one.it"'],
    'Environment "production", domain: another environment already has the domain "dev-one.it"; give each its own.\n',
  ],
] as const)("given %s, main.ts says so in one line and writes nothing", async (_mistake, [file, from, to], line) => {
  change(file, from, to);
  expect(await synthesizeAll()).toEqual({ code: 1, stdout: "", stderr: line });
  expect(writtenStacks()).toEqual([]);
});

test("given boot files that are too large, main.ts says so in one line and writes nothing", async () => {
  change("src/servers/bootstrap/cloud-config.yaml", "#cloud-config", `#cloud-config\n${"# padding\n".repeat(2000)}`);
  const result = await synthesizeAll();
  expect(result).toMatchObject({ code: 1, stdout: "" });
  expect(result.stderr).toMatch(
    /^src\/servers\/bootstrap: user data of staging is \d+ bytes, and EC2 accepts 16384; shorten the files there\.\n$/,
  );
  expect(writtenStacks()).toEqual([]);
});
