import { parseExpression, parseFormula } from "@dev-one/alert-trials/datadog";

import { evaluate, type Samples, type Series, understood } from "../sample";
import type { Formula, Query } from "../source/dashboard";
import type { Monitoring } from "../source/monitoring";

/** The samples, monitors and objectives that widgets show. */
export interface Context {
  readonly samples: Samples;
  readonly monitoring: Monitoring;
}

/** The series that a formula over queries returns. */
export function answer(
  queries: readonly Query[],
  { formula }: Formula,
  interval: number,
  samples: Samples,
): readonly Series[] {
  const references = Object.fromEntries(
    queries.map(({ name, query }) => [name, evaluate(understood(parseExpression, query), { samples, interval })]),
  );
  return evaluate(understood(parseFormula, formula), { samples, references, interval });
}
