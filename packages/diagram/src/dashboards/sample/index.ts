import type { Environment } from "../../../../../src/environments";
import { agentSamples } from "./agents";
import { cloudWatchSamples } from "./cloudwatch";
import { logSamples } from "./requests";
import type { Sample, Samples } from "./samples";
import { serversOf } from "./servers";

export * from "./day";
export { evaluate, NoSampleError, type Series } from "./evaluate";
export type { Samples } from "./samples";
export { budgetLeft, lastTriggered, type Triggered } from "./status";

/** The sample of a normal day of an environment, with one server that fails and is replaced. It is the same on every call. */
export function sampleOf(environment: Environment): Samples {
  const servers = serversOf(environment);
  const samples = {
    ...agentSamples(environment, servers),
    ...logSamples(environment, servers),
    ...cloudWatchSamples(environment, servers),
  };
  return Object.fromEntries(Object.entries(samples).map(([metric, sample]) => [metric, remembered(sample)]));
}

/** Caches a sample, because many queries read the same metric. */
function remembered(sample: Sample): Sample {
  const known = new Map<string, ReturnType<Sample>>();
  return (aggregator) => {
    const stored = known.get(aggregator) ?? sample(aggregator);
    known.set(aggregator, stored);
    return stored;
  };
}
