import { parseExpression, parseFormula, QueryError } from "@dev-one/alert-trials/datadog";

import type { Notes } from "../../source/coverage";
import { evaluate, load, NoSampleError, overDay, type Samples, type Series, wobble } from "../sample";
import type { Formula, Query } from "../source/dashboard";
import type { Monitoring } from "../source/monitoring";

/** The samples, monitors and objectives that widgets show. */
export interface Context {
  readonly samples: Samples;
  readonly monitoring: Monitoring;
  readonly notes: Notes;
}

/** The typical value of a unit that is not a count. */
const TYPICAL: Readonly<Record<string, number>> = {
  percent: 40,
  fraction: 0.4,
  second: 0.2,
  millisecond: 200,
  microsecond: 2e5,
  nanosecond: 2e8,
  byte: 4 * 1024 ** 3,
};

/** The series that a formula over queries returns; a plain sample of its unit, with a note, when the sample has no model of it. */
export function answer(
  queries: readonly Query[],
  { formula, number_format }: Formula,
  interval: number,
  { samples, notes }: Context,
): { readonly series: readonly Series[]; readonly isPlain: boolean } {
  const series = known(notes, () => {
    const answers = queries.map(
      ({ name, query }) => [name, evaluate(parseExpression(query), { samples, interval })] as const,
    );
    return evaluate(parseFormula(formula), { samples, references: Object.fromEntries(answers), interval });
  });
  if (series !== undefined) return { series, isPlain: false };
  const typical = TYPICAL[number_format?.unit.unit_name ?? ""] ?? 100;
  const values = overDay((index) => typical * (0.4 + 0.6 * load(index)) * wobble(formula, index, 0.05));
  return { series: [{ group: {}, values }], isPlain: true };
}

/** What the sample answers; undefined, with a note, for what it has no model of. */
export function known<T>(notes: Notes, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof NoSampleError || error instanceof QueryError)) throw error;
    notes.add(`Dashboards: ${error.message.replace(/\.$/, "")}; a graph shows a plain sample, a monitor is OK.`);
    return undefined;
  }
}
