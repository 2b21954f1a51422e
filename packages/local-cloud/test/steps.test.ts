import { setTimeout as delay } from "node:timers/promises";

import { InterruptedError } from "@dev-one/cli/user-error";

import { Steps } from "../src/steps";

let lines: string[];
let user: AbortController;
let steps: Steps;

beforeEach(() => {
  lines = [];
  user = new AbortController();
  steps = new Steps((line) => lines.push(line.trim().replace(/^\d+\.\d s/, "done")), user.signal);
});

/** A step that ends when it is stopped, as those of Terraform do. */
const untilStopped = ({ signal }: Steps): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => {
      reject(new InterruptedError());
    });
  });

const outcomes = (): string[] => steps.results.map(({ name, outcome }) => `${name}: ${outcome}`);

test("two sequences at the same time: lines and results of the second follow those of the first", async () => {
  const result = await steps.runBoth(
    (first) => first.run("a", () => delay(50, "result"), String),
    async (second) => {
      await second.run("b", () => delay(10));
      await second.run("c", () => delay(80));
    },
  );

  expect(result).toBe("result");
  expect(lines).toEqual(["== a", "done: result", "== b", "done", "== c", "done"]);
  expect(outcomes()).toEqual(["a: done", "b: done", "c: done"]);
});

test.each([
  { failing: "the first", order: 0 },
  { failing: "the second", order: 1 },
])("a failure in $failing of two sequences stops the other, and is thrown when both have ended", async ({ order }) => {
  const fails = (own: Steps) => own.run("fails", () => delay(10).then(() => Promise.reject(new Error("broken"))));
  const waits = async (own: Steps) => {
    await own.run("waits", () => untilStopped(own));
    await own.run("never", () => Promise.resolve());
  };

  await expect(steps.runBoth(order === 0 ? fails : waits, order === 0 ? waits : fails)).rejects.toThrow("broken");

  expect(outcomes().sort()).toEqual(["fails: failed", "waits: interrupted"]);
  expect(lines).toContain("A step failed; waiting for the steps beside it to end ...");
});

test("an interruption stops both sequences, and no further step starts", async () => {
  const both = steps.runBoth(
    (first) => first.run("a", () => untilStopped(first)),
    (second) => second.run("b", () => untilStopped(second)),
  );
  user.abort();

  await expect(both).rejects.toThrow(InterruptedError);
  expect(outcomes()).toEqual(["a: interrupted", "b: interrupted"]);
  await expect(steps.run("c", () => Promise.resolve())).rejects.toThrow(InterruptedError);
});
