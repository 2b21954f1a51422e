import { writeFile } from "node:fs/promises";

import { printable } from "@dev-one/cli/printable";
import { runMain, UserError } from "@dev-one/cli/user-error";
import { readPlans, UNFINISHED } from "@dev-one/terraform-json/read-plan";

import { readAllowances } from "./allowances";
import { parseArguments } from "./arguments";
import { EXIT_CODES } from "./verdict";
import { wholeReview } from "./whole-review";

/** A defect of the review exits with Node's own code 1, which is that of an error and of no verdict. */
await runMain(async () => {
  const parsed = parseArguments(process.argv.slice(2));
  if (parsed === undefined) return;
  const { plans, json, allowances, date } = parsed;
  const allowed = readAllowances(allowances);
  const { markdown, jsonReport, verdict } = wholeReview(readPlans(plans), { today: date, allowances: allowed });
  if (json !== undefined) {
    await writeFile(json, `${JSON.stringify(jsonReport, null, 2)}\n`).catch(() => {
      throw new UserError(`${printable(json)} cannot be written.`);
    });
  }
  process.stdout.write(markdown);
  if (verdict === "error") console.error(UNFINISHED);
  process.exitCode = EXIT_CODES[verdict];
});
