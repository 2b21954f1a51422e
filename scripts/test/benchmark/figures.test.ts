import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { refuseUnwritable, writeFigures } from "../../benchmark/figures-file";
import { earlierSteps, measuredSteps } from "../../benchmark/local-cloud-steps";

const known = { steps: [{ name: "deploy staging", seconds: 111.6 }], stepsMeasured: "2026-11-25" };

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "dev-one-figures-"));
});
afterEach(() => {
  rmSync(scratch, { recursive: true, force: true });
});

test("keeps earlier steps with their day", () => {
  const file = join(scratch, "figures.json");
  expect(earlierSteps(file)).toEqual({ steps: [] });
  writeFigures(file, { runs: 1, ...known });
  expect(earlierSteps(file)).toEqual(known);
  expect(readdirSync(scratch)).toEqual(["figures.json"]);
});

test("gives newly measured steps today's date, and keeps the earlier steps when npm start fails", async () => {
  const fresh = [{ name: "deploy staging", seconds: 99 }];
  expect(await measuredSteps(() => Promise.resolve(fresh), known, "2026-11-26")).toEqual({
    steps: fresh,
    stepsMeasured: "2026-11-26",
  });
  const failing = () => Promise.reject(new Error("Command failed with exit code 1: npm start\nmore"));
  expect(await measuredSteps(failing, known, "2026-11-26")).toEqual({
    ...known,
    failure: "Command failed with exit code 1: npm start",
  });
});

test("refuses to replace a file without figures", () => {
  const file = join(scratch, "package.json");
  writeFileSync(file, '{"name":"x"}');
  expect(() => earlierSteps(file)).toThrow(/holds no figures of `npm run bench` and would be replaced/);
});

test("refuses an unwritable file", () => {
  mkdirSync(join(scratch, "directory"));
  expect(() => {
    refuseUnwritable(join(scratch, "directory"));
  }).toThrow(/is no file: name one with --json/);
  expect(() => {
    refuseUnwritable(join(scratch, "none", "figures.json"));
  }).toThrow(/cannot be written \(ENOENT\): name another file with --json/);
});

/** Runs the command with its own scratch directory, and can interrupt it after its first use of that directory. */
async function bench(args: readonly string[], interrupt: boolean): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, ["scripts/run.mjs", "scripts/benchmark/main.ts", ...args], {
    cwd: resolve(__dirname, "../../.."),
    env: { ...process.env, TMPDIR: scratch },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  const timer = setInterval(() => {
    if (!interrupt || !readdirSync(scratch).some((name) => name.startsWith("dev-one-bench-"))) return;
    // Only one signal is sent, because a second one would end the command without cleanup.
    clearInterval(timer);
    child.kill("SIGINT");
  }, 200);
  const code = await new Promise<number | null>((done) => child.on("close", done));
  clearInterval(timer);
  return { code, stderr };
}

test("reports an unwritable file and an invalid argument before anything is measured", async () => {
  const file = join(scratch, "none", "figures.json");
  expect(await bench(["--json", file], false)).toEqual({
    code: 1,
    stderr: `${file} cannot be written (ENOENT): name another file with --json.\n`,
  });
  expect((await bench(["--runs", "many"], false)).stderr).toMatch(/^.*whole number from 1 to 100.*\n$/);
}, 60_000);

test("Ctrl-C leaves no scratch directory and no figures", async () => {
  const json = join(scratch, "figures.json");
  expect(await bench(["--no-start", "--json", json], true)).toMatchObject({ code: 130 });
  expect(readdirSync(scratch)).toEqual([]);
}, 60_000);
