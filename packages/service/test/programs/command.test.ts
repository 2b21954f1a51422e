import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { waitUntil } from "@dev-one/cli/test/processes";
import { execa } from "execa";

import { ask } from "../../src/http";
import { folderOf, NODE, nodeWith } from "./support/folders";
import { ROOT } from "./support/trial";

// The command as a service team runs it, without the set-up step.

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "dev-one-command-test-"));
  // The user of the service must be able to enter it.
  chmodSync(scratch, 0o755);
});
afterEach(() => {
  rmSync(scratch, { recursive: true, force: true });
});

function start(...args: readonly string[]) {
  let printed = "";
  const run = execa(process.execPath, [join(ROOT, "scripts/run.mjs"), "packages/service/src/main.ts", ...args], {
    cwd: ROOT,
    env: { TMPDIR: scratch, INIT_CWD: "/" },
    all: true,
    reject: false,
    stdin: "ignore",
  });
  run.all.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  return { run, printed: () => printed };
}

/** Processes that have a path of the run on their command line, and what is left of its files. */
function left() {
  const processes = readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`${scratch}/`);
    } catch {
      return false; // it has ended
    }
  });
  return { processes, files: readdirSync(scratch) };
}
const NOTHING = { processes: [], files: [] };

test("a fault is one line, the exit code is 1, and nothing is left", async () => {
  const { exitCode, all } = await start(folderOf({ run: "#!/bin/sh\nexit 4\n" })).run;
  expect(all).toMatch(/^failed {3}start: run ended with status 4/m);
  expect(all).toMatch(/\n2 ok, 0 warnings, 1 failed\.$/);
  expect({ exitCode, ...left() }).toEqual({ exitCode: 1, ...NOTHING });
});

test("a folder that does not exist is told without a stack trace", async () => {
  const { exitCode, all } = await start("no/such/folder").run;
  expect({ exitCode, trace: /^\s+at /m.test(all) }).toEqual({ exitCode: 1, trace: false });
  expect(all).toContain("failed   folder: /no/such/folder does not exist; name the folder that holds run.");
});

test("--keep leaves the program running behind nginx, shows what it prints, and ends with Ctrl-C", async () => {
  const folder = folderOf({ run: nodeWith(["request.resume()", "console.log(request.url); request.resume()"]) });
  const { run, printed } = start(folder, "--keep");
  await waitUntil(() => printed().includes("until Ctrl-C"));
  const port = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(printed())?.[1]);
  expect(await ask({ host: "127.0.0.1", port }, "/by/hand")).toMatchObject({ status: 200 });
  const readyz = Number(/^readyz +http:\/\/127\.0\.0\.1:(\d+)\/readyz$/m.exec(printed())?.[1]);
  expect(await ask({ host: "127.0.0.1", port: readyz }, "/readyz")).toMatchObject({ status: 503 });
  const socketPath = /--unix-socket (\S+)/.exec(printed())?.[1] ?? "";
  expect(await ask({ socketPath }, "/directly")).toMatchObject({ status: 200 });
  await waitUntil(() => printed().includes("/by/hand"));
  run.kill("SIGINT");
  const { exitCode } = await run;
  expect({ exitCode, ...left() }).toEqual({ exitCode: 0, ...NOTHING });
});

test("a reader of the output that ends early, such as head, ends everything", async () => {
  const { run, printed } = start(folderOf({ run: NODE }));
  await waitUntil(() => printed().includes("ok       start"));
  run.stdout.destroy();
  const { exitCode } = await run;
  expect({ exitCode, ...left() }).toEqual({ exitCode: 130, ...NOTHING });
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 130],
] as const)("%s ends everything", async (signal, code) => {
  const { run, printed } = start(folderOf({ run: NODE }));
  await waitUntil(() => printed().includes("ok       headers"));
  expect(left().processes.length).toBeGreaterThan(1);
  run.kill(signal);
  const { exitCode, all } = await run;
  expect({ exitCode, ...left() }).toEqual({ exitCode: code, ...NOTHING });
  expect(all).toMatch(/Interrupted\.$/);
});
