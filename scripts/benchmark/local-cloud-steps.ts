import { existsSync, readFileSync } from "node:fs";

import { UserError } from "@dev-one/cli/user-error";
import * as z from "zod";

const steps = z.array(z.object({ name: z.string(), seconds: z.number() }));
const report = z.object({ steps });
const earlier = z.looseObject({ steps, stepsMeasured: z.string().optional() });

/** Durations of the steps of `npm start`, and the day of the measurement. */
export interface Steps {
  readonly steps: readonly { readonly name: string; readonly seconds: number }[];
  readonly stepsMeasured?: string | undefined;
}

/** Reads the steps of `npm start` from the report that it writes with `--json`. */
export function readSteps(file: string): Steps["steps"] {
  return report.parse(JSON.parse(readFileSync(file, "utf8"))).steps;
}

/** Reads the steps of an earlier run from its figures. @throws UserError when the file contains something other than figures */
export function earlierSteps(file: string): Steps {
  if (!existsSync(file)) return { steps: [] };
  try {
    const { steps: known, stepsMeasured } = earlier.parse(JSON.parse(readFileSync(file, "utf8")));
    return { steps: known, stepsMeasured };
  } catch {
    throw new UserError(`${file} holds no figures of \`npm run bench\` and would be replaced: name another file.`);
  }
}

/**
 * Measures the steps again. If that fails, the earlier steps are kept with their day, so that the other figures are not lost.
 * @param start runs `npm start` and returns its steps
 */
export async function measuredSteps(
  start: () => Promise<Steps["steps"]>,
  known: Steps,
  today: string,
): Promise<Steps & { readonly failure?: string }> {
  try {
    return { steps: await start(), stepsMeasured: today };
  } catch (error) {
    const [reason = "it failed"] = (error as Error).message.split("\n");
    return { ...known, failure: reason };
  }
}
