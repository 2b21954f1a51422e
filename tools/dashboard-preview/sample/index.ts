import type { Environment } from "../../../src/config";
import { agentSamples } from "./agents";
import { cloudWatchSamples } from "./cloudwatch";
import type { Samples } from "./metric";
import { logSamples } from "./requests";
import { serversOf } from "./servers";

export { END, orZero, STEP, times } from "./day";
export { type Context, evaluate, type Series, understood } from "./evaluate";
export type { Samples } from "./metric";
export { budgetLeft, lastTriggered, type Triggered } from "./status";

/** A day like any other of an environment, with one server that fails and is replaced. The same one every time. */
export function sampleOf(environment: Environment): Samples {
  const servers = serversOf(environment);
  return {
    ...agentSamples(environment, servers),
    ...logSamples(environment, servers),
    ...cloudWatchSamples(environment, servers),
  };
}
