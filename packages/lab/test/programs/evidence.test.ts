import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { processesIn, waitUntil } from "@dev-one/cli/test/processes";
import { execa } from "execa";

import { readEvidence } from "../../src/evidence/figures";

// Runs the command of `npm run evidence` with few connections, without the set-up step.
jest.setTimeout(180_000);

const ROOT = resolve(__dirname, "..", "..", "..", "..");
/** `worker_connections` of Debian's default configuration, per worker. */
const STOCK_CONNECTIONS = 768;
const cores = availableParallelism();
const connections = Math.min(STOCK_CONNECTIONS * cores + 300, 10_000);

let scratch: string;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "dev-one-evidence-test-"));
  // nginx's workers run as another user.
  chmodSync(scratch, 0o755);
});

afterEach(() => {
  rmSync(scratch, { recursive: true, force: true });
});

test("the shipped configuration holds more connections than Debian's default, and the report states it", async () => {
  const output = join(scratch, "output");

  const { exitCode, all } = await start("shipped", "stock").run;

  expect({ exitCode, all: exitCode === 0 ? "" : all }).toEqual({ exitCode: 0, all: "" });
  expect(readdirSync(output).sort()).toEqual([
    "README.md",
    "evidence.json",
    "shipped-and-stock.png",
    "shipped.png",
    "stock.png",
  ]);
  const { runs, substitutions } = readEvidence(join(output, "evidence.json"));
  const [shipped, stock] = runs;
  expect(shipped).toMatchObject({ scenario: "shipped", held: connections, errors: 0, reasons: [] });
  expect(stock?.scenario).toBe("stock");
  expect((stock?.errors ?? 0) > 0).toBe(connections > STOCK_CONNECTIONS * cores);
  expect(stock?.reasons.join() ?? "").toMatch(connections > STOCK_CONNECTIONS * cores ? /768 worker_connections/ : "");
  // Compares the sockets that the real check counts with the kernel's count at the same moment.
  const { check = [], established = [] } = shipped?.samples ?? {};
  const counted = check.filter((value, index) => value !== null && established[index] === connections);
  expect(counted.length).toBeGreaterThan(0);
  for (const value of counted) expect(value).toBeGreaterThanOrEqual(2 * connections);
  expect(JSON.stringify(substitutions)).not.toContain(scratch);
  expect(left()).toEqual({ processes: [], files: ["output"] });
});

test.each(["SIGINT", "SIGTERM"] as const)("%s stops all processes, and nothing is written", async (signal) => {
  const { run, printed } = start("shipped");
  await printed("keep-alive");
  await waitUntil(() => processesIn(scratch, "generator-0.plan").length > 0);

  run.kill(signal);

  expect((await run).exitCode).toBe(130);
  expect(left()).toEqual({ processes: [], files: [] });
});

test("a run that is ended by SIGKILL leaves no process", async () => {
  const { run, printed } = start("shipped");
  await printed("keep-alive");
  await waitUntil(() => processesIn(scratch, "generator-0.plan").length > 0);

  run.kill("SIGKILL");
  await run;

  await waitUntil(() => processesIn(scratch).length === 0);
});

test("refuses a low open-files limit with one sentence, before anything is started", async () => {
  const { exitCode, stdout, stderr } = await execa(
    "prlimit",
    ["--nofile=600:600", process.execPath, ...command("shipped")],
    { cwd: ROOT, reject: false, stdin: "ignore", env: { TMPDIR: scratch } },
  );
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toMatch(
    /^A process may have 600 open files here, and \d+ connections need \d+: raise the hard limit .*\.$/,
  );
});

function command(...args: string[]): string[] {
  const load = ["--connections", String(connections), "--seconds", "3", "--output", join(scratch, "output")];
  return ["scripts/run.mjs", "packages/lab/src/main.ts", ...load, "--only", ...args];
}

/** Starts the command with its own scratch directory, which identifies its processes. */
function start(...args: string[]) {
  const run = execa(process.execPath, command(...args), {
    cwd: ROOT,
    env: { TMPDIR: scratch },
    stdin: "ignore",
    reject: false,
    all: true,
  });
  const printed = (text: string): Promise<void> =>
    new Promise((done, fail) => {
      let output = "";
      run.stdout.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes(text)) done();
      });
      run.once("exit", () => {
        fail(new Error(`the run ended before it printed ${text}: ${output}`));
      });
    });
  return { run, printed };
}

function left(): { processes: number[]; files: string[] } {
  return { processes: processesIn(scratch), files: readdirSync(scratch) };
}
