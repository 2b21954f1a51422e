import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { measureInTurns, median } from "../../benchmark/measure";
import { verdictOf } from "../../benchmark/target";
import { ROOT } from "../documents/support/project";

const taking = (name: string, medianSeconds: number) => ({ name, command: "", seconds: [], medianSeconds, peakMib: 1 });

test.each([
  [0.3, "1.50, met: at most 3"],
  [0.6, "3.00, met: at most 3"],
  [0.62, "3.10, missed: at most 3"],
])("a synthesis of %d s with a floor of 0.2 s is %s", (seconds, verdict) => {
  const synthesis = taking("npm run synth", seconds);
  expect(verdictOf(synthesis, taking("floor", 0.2), true)).toBe(verdict);
  expect(verdictOf(synthesis, { name: "floor", reason: "it failed" }, true)).toBe("not known");
});

test("the median is the middle value, or the mean of the middle two", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test("an interruption stops the measured command, and is the reason of the failure", async () => {
  const controller = new AbortController();
  const sleeper = { name: "sleeper", command: ["node", "-e", "setTimeout(() => {}, 60_000)"] as const };
  const measured = measureInTurns([sleeper], 1, controller.signal);
  setTimeout(() => {
    controller.abort(new Error("Interrupted."));
  }, 300);
  await expect(measured).rejects.toThrow("Interrupted.");
});

test("Ctrl-C leaves no scratch directory and no figures", async () => {
  const scratch = mkdtempSync(join(tmpdir(), "dev-one-figures-"));
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
  rmSync(scratch, { recursive: true });
}, 60_000);
