import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { scratchDirectory } from "@dev-one/cli/test/files";
import { execa } from "execa";

const PROGRAM = resolve(__dirname, "../../scripts/test-all.mjs");

const directory = scratchDirectory();
const scripts = {
  passes: "echo passes ran",
  fails: "echo fails ran && exit 3",
  other: "exit 1",
  stops: "kill -INT $$",
  killed: "kill -KILL $$",
  long: "echo long begins && sleep 1 && echo long ends",
  endless: "sleep 600; echo not reached",
};
writeFileSync(join(directory, "package.json"), JSON.stringify({ scripts }));

const run = (...scripts: string[]) => execa(process.execPath, [PROGRAM, ...scripts], { cwd: directory, reject: false });

test("continues after a failed part, lists all failed parts at the end, and exits with 1", async () => {
  const { exitCode, stdout, stderr } = await run("fails", "passes", "other", "missing");

  expect(exitCode).toBe(1);
  expect(stdout).toContain("fails ran\npasses ran");
  expect(stderr).toMatch(/\n3 of 4 parts failed: fails, other, missing\.$/);
});

test("exits with 0 when all parts passed", async () => {
  const { exitCode, stdout, stderr } = await run("passes", "passes");

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(/\nAll 2 parts passed: passes, passes\.$/);
});

test("ends immediately when a part is interrupted", async () => {
  const { exitCode, stdout, stderr } = await run("fails", "stops", "passes");

  expect(exitCode).toBe(130);
  expect(stdout).not.toContain("passes ran");
  expect(stderr).toMatch(/\nInterrupted in stops\. 2 of 3 parts failed: fails, stops\.$/);
});

test("runs a part beside the others, whose output it follows", async () => {
  const { exitCode, stdout, stderr } = await run("--beside", "long", "passes", "fails");

  expect(exitCode).toBe(1);
  expect(stdout).toBe("passes ran\nfails ran\nlong begins\nlong ends");
  expect(stderr).toMatch(/\n1 of 3 parts failed: fails\.$/);
});

test("ends the part beside when another part is interrupted", async () => {
  const { exitCode, stdout, stderr } = await run("--beside", "endless", "stops", "passes");

  expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: "" });
  expect(stderr).toMatch(/\nInterrupted in stops\. 1 of 3 parts failed: stops\.$/);
});

// The kernel kills a process like this when memory runs out. npm forwards the signal if its shell is bash.
test.each(["/bin/sh", "/bin/bash"])("continues after a part that was killed: %s", async (shell) => {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [PROGRAM, "killed", "passes"], {
    cwd: directory,
    env: { npm_config_script_shell: shell },
    reject: false,
  });

  expect(exitCode).toBe(1);
  expect(stdout).toContain("passes ran");
  expect(stderr).toMatch(/\n1 of 2 parts failed: killed\.$/);
});
