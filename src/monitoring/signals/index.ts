import type { Environment } from "../../config";
import type { Signal } from "../signal";
import { applicationSignals } from "./application";
import { dataSignals } from "./data";
import { serverSignals } from "./servers";

/** Everything that is watched: each with its graphs, its alerts and its place in a runbook. */
export function signalsOf(environment: Environment): Signal[] {
  return [...serverSignals(environment), ...applicationSignals(environment), ...dataSignals(environment)];
}
