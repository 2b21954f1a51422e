import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { writePlanOfBytes, writePlanOfChanges } from "../../../tools/bench/plans";
import { readPlans } from "../../../tools/review/plan/read-plan";
import { renderReview } from "../../../tools/review/render";
import { review } from "../../../tools/review/verdict";

const DAY = "2026-11-25";

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "dev-one-review-speed-"));
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

// Time of the processor, so that a busy machine fails nothing; `npm run bench` measures the whole command.
test.each([
  [
    "300 changes",
    1,
    (file: string) => {
      writePlanOfChanges(file, 300);
    },
  ],
  [
    "20 MB",
    5,
    (file: string) => {
      writePlanOfBytes(file, 20_000_000);
    },
  ],
])(
  "a plan of %s takes less than %d s",
  (_size, seconds, write) => {
    const file = join(scratch, "plan.json");
    write(file);
    const start = process.cpuUsage();
    const { verdict } = renderReview(review(readPlans([file]), { today: DAY }), DAY);
    const { user, system } = process.cpuUsage(start);
    expect(verdict).toBe("approve");
    expect((user + system) / 1e6).toBeLessThan(seconds);
  },
  60_000,
);
