import { readFile } from "node:fs/promises";

import * as z from "zod";

const report = z.object({ steps: z.array(z.object({ name: z.string(), seconds: z.number() })) });

/** The steps of `npm start` with their times, from the report that it writes with `--json`. */
export async function readSteps(file: string): Promise<{ name: string; seconds: number }[]> {
  return report.parse(JSON.parse(await readFile(file, "utf8"))).steps;
}
