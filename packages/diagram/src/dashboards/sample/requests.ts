import type { Environment } from "../../../../../src/environments";
import { load, orZero, overDay, wobble } from "./day";
import { ripple } from "./incident";
import type { Sample, Samples } from "./metric";
import type { Server } from "./servers";

/** Seconds between two requests of a client. */
const PAUSE = 32;
/** Shares of all answers, by the category of the access log. */
const ANSWERS: Readonly<Record<string, number>> = { ok: 0.931, notice: 0.044, warning: 0.0247, error: 0.0003 };
/** Additional share of answers that fail while a server is replaced. */
const FAILING = 0.0118;

/** Requests per second that a server answers. */
function rate(server: Server, index: number): number {
  const connections = server.connections[index] ?? NaN;
  return (connections / PAUSE) * wobble(`${server.tags.host} requests`, index, 0.05);
}

/** Share of answers of one category. */
function shareOf(category: string, index: number): number {
  const failing = FAILING * ripple(index);
  const share = ANSWERS[category] ?? 0;
  if (category === "error") return share * wobble("errors", index, 0.7) + failing;
  return category === "ok" ? share - failing : share * wobble(category, index, 0.12);
}

/** Answers per second of all servers, of one category or all. */
export function answered(servers: readonly Server[], index: number, category?: string): number {
  const all = servers.reduce((sum, server) => sum + orZero(rate(server, index)), 0);
  return category === undefined ? all : all * shareOf(category, index);
}

/** Metrics that Datadog derives from the servers' access logs. */
export function logSamples(environment: Environment, servers: readonly Server[]): Samples {
  const { thresholds } = environment.datadog;
  const ours = `dev_one.${environment.name.replaceAll("-", "_")}.http`;
  const counted =
    (share: (category: string, index: number) => number): Sample =>
    () =>
      servers.flatMap((server) => {
        const { env, project, service, zone } = server.tags;
        return Object.keys(ANSWERS).map((category) => ({
          tags: { env, project, service, zone, status_category: category },
          values: overDay((index) => rate(server, index) * share(category, index)),
        }));
      });
  return {
    [`${ours}.requests`]: counted(shareOf),
    [`${ours}.timed_requests`]: counted(shareOf),
    [`${ours}.fast_requests`]: counted((category, index) => shareOf(category, index) * 0.9986),
    [`${ours}.duration`]: durations(
      environment,
      "all",
      thresholds.latencyP95Seconds.warning,
      thresholds.latencyP99Seconds.warning,
    ),
    [`${ours}.read.duration`]: durations(environment, "read", thresholds.readLatencyP95Seconds.warning),
    [`${ours}.write.duration`]: durations(environment, "write", thresholds.writeLatencyP95Seconds.warning),
    [`${ours}.out_of_connections`]: () =>
      servers.map(({ tags: { host, env, project, service, server, zone } }) => ({
        tags: { host, env, project, service, server, zone },
        values: overDay(() => 0),
      })),
  };
}

/** Latency in nanoseconds. It rises with the load, and reaches the warning threshold during the incident. */
export function slowness(name: string, index: number): number {
  return (0.6 + 0.4 * load(index)) * wobble(`${name} duration`, index, 0.09) + 1.62 * ripple(index);
}

function durations({ name: env }: Environment, name: string, p95: number, p99 = p95 * 1.8): Sample {
  const typical: Readonly<Record<string, number>> = { p50: 0.085 * p95, p95: 0.42 * p95, p99: 0.43 * p99 };
  return (aggregator) => {
    const level = typical[aggregator];
    if (level === undefined) return [];
    const damped = aggregator === "p50" ? 0.25 : 1;
    return [
      {
        tags: { env, project: "dev-one" },
        values: overDay((index) => 1e9 * level * (1 + damped * (slowness(`${name} ${aggregator}`, index) - 1))),
      },
    ];
  };
}
