import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { scratchDirectory } from "@dev-one/cli/test/files";

import { median } from "../../benchmark/measure";
import { ROOT } from "../documents/support/project";

test("the median is the middle value, or the mean of the middle two", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test("Ctrl-C leaves no scratch directory and no figures", async () => {
  const scratch = scratchDirectory();
  const json = join(scratch, "figures.json");
  const child = spawn(
    process.execPath,
    ["scripts/run.mjs", "scripts/benchmark/main.ts", "--no-start", "--json", json],
    { cwd: ROOT, env: { ...process.env, TMPDIR: scratch }, stdio: "ignore" },
  );
  const timer = setInterval(() => {
    if (!readdirSync(scratch).some((name) => name.startsWith("dev-one-bench-"))) return;
    // Only one signal is sent, because a second one would end the command without cleanup.
    clearInterval(timer);
    child.kill("SIGINT");
  }, 200);
  const code = await new Promise((done) => child.on("close", done));
  expect({ code, figures: existsSync(json), left: readdirSync(scratch) }).toEqual({
    code: 130,
    figures: false,
    left: [],
  });
}, 60_000);
