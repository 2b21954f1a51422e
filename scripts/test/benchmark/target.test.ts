import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import type { JsonObject } from "@dev-one/cli/json";

import { measureInTurns, median } from "../../benchmark/measure";
import { targetOf, verdictOf } from "../../benchmark/target";

const taking = (name: string, medianSeconds: number) => ({ name, command: "", seconds: [], medianSeconds, peakMib: 1 });
const floor = taking("floor", 0.2);

test.each([
  [0.3, 1.5, true, "met: at most 3"],
  [0.6, 3, true, "met: at most 3"],
  [0.62, 3.1, false, "missed: at most 3"],
])("a synthesis of %d s is %d times the floor of 0.2 s", (seconds, times, met, verdict) => {
  const target = targetOf(floor, taking("npm run synth", seconds));
  expect(target).toEqual({ name: "npm run synth", timesTheFloor: expect.closeTo(times) as number, atMost: 3, met });
  expect(verdictOf(target)).toBe(verdict);
});

test("has no result when a measurement is missing", () => {
  const leftOut = { name: "npm run synth", reason: "it failed" };
  expect(targetOf(floor, leftOut)).toBeUndefined();
  expect(targetOf(leftOut, floor)).toBeUndefined();
  expect(verdictOf(undefined)).toBe("not known");
});

test("the target in the committed figures matches their times", () => {
  const file = resolve(__dirname, "../../../docs/benchmark.json");
  const figures = JSON.parse(readFileSync(file, "utf8")) as { synthesis: [typeof floor, typeof floor] } & JsonObject;
  expect(figures.target).toEqual(targetOf(figures.synthesis[0], figures.synthesis[1]));
  expect(figures.stepsMeasured).toMatch(/^\d{4}-\d{2}-\d{2}$/);
});

test("the median is the middle value, or the mean of the middle two", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test("an interruption stops the measured command, and is the reason of the failure", async () => {
  const hook = resolve(__dirname, "../../../scripts/benchmark/report-memory.cjs");
  const controller = new AbortController();
  const sleeper = { name: "sleeper", command: ["node", "-e", "setTimeout(() => {}, 60_000)"] as const };
  const measured = measureInTurns([sleeper], 1, hook, controller.signal);
  setTimeout(() => {
    controller.abort(new Error("Interrupted."));
  }, 300);
  await expect(measured).rejects.toThrow("Interrupted.");
});
