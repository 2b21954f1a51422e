import { type Environment, servicesWithJobs } from "../../../../../src/environments";
import { at, load, orZero, overDay, ripple, STEP, wobble } from "./day";
import { type Sample, type Samples, samplesOf } from "./samples";
import type { Server } from "./servers";

/** Seconds between two requests of a client. */
const PAUSE = 32;
/** Shares of all answers, by the category of the access log. */
const ANSWERS = { ok: 0.931, notice: 0.044, warning: 0.0247, error: 0.0003 };
type Category = keyof typeof ANSWERS;
/** Additional share of answers that fail while a server is replaced. */
const FAILING = 0.0118;

/** Requests per second that a server answers. */
function rate({ tags, connections, exists }: Server, index: number): number {
  if (!exists(index)) return NaN;
  return ((connections[index] ?? NaN) / PAUSE) * wobble(`${tags.host} requests`, index, 0.05);
}

/** Share of answers of one category. */
function shareOf(category: Category, index: number): number {
  const failing = FAILING * ripple(index);
  const share = ANSWERS[category];
  if (category === "error") return share * wobble("errors", index, 0.7) + failing;
  return category === "ok" ? share - failing : share * wobble(category, index, 0.12);
}

/** Answers per second of all servers, of one category or all. */
export function answered(servers: readonly Server[], index: number, category?: Category): number {
  const all = servers.reduce((sum, server) => sum + orZero(rate(server, index)), 0);
  return category === undefined ? all : all * shareOf(category, index);
}

/** Metrics that Datadog derives from the servers' access logs. */
export function logSamples(environment: Environment, servers: readonly Server[]): Samples {
  const { name, releases } = environment;
  const { thresholds } = environment.datadog;
  const base = `dev_one.${name.replaceAll("-", "_")}`;
  const ours = `${base}.http`;
  const versionOf = (service: string) => ({ version: releases[service]?.version ?? "none" });
  const answers = servers.flatMap((server) => {
    const { env, project, service, zone } = server.tags;
    const tags = { env, project, service, zone };
    return (Object.keys(ANSWERS) as Category[]).map((category) => ({
      tags: { ...tags, status_category: category },
      counted: (index: number) => rate(server, index) * shareOf(category, index),
    }));
  });
  const answersByVersion = answers.map(({ tags, counted }) => ({
    tags: { ...tags, ...versionOf(tags.service) },
    counted,
  }));
  const logs = servers.map(({ tags: { host, env, project, service, server, zone } }) => ({
    tags: { host, env, project, service, server, zone },
  }));
  /** Latency in nanoseconds. */
  const durations =
    (of: string, p95: number, p99 = p95 * 1.8, more: (service: string) => object = () => ({})): Sample =>
    (aggregator) => {
      const level = { p50: 0.085 * p95, p95: 0.42 * p95, p99: 0.43 * p99 }[aggregator];
      if (level === undefined) return [];
      const damped = aggregator === "p50" ? 0.25 : 1;
      const value = (index: number) => 1e9 * level * (1 + damped * (slowness(`${of} ${aggregator}`, index) - 1));
      const services = [...new Set(servers.map(({ tags }) => tags.service))];
      return services.map((service) => ({
        tags: { env: name, project: "dev-one", service, ...more(service) },
        values: overDay(value),
      }));
    };
  return {
    // The agent and the load balancer ask, too.
    ...samplesOf(servers, { "nginx.net.request_per_s": (index, server) => rate(server, index) + 0.6 }),
    ...samplesOf(answersByVersion, { [`${ours}.requests`]: (index, { counted }) => counted(index) }),
    ...samplesOf(answers, {
      [`${ours}.timed_requests`]: (index, { counted }) => counted(index),
      [`${ours}.fast_requests`]: (index, { counted }) => 0.9986 * counted(index),
    }),
    ...samplesOf(jobsOf(environment), { [`${base}.jobs.runs`]: (index, { isDue }) => (isDue(index) ? 1 / STEP : NaN) }),
    ...samplesOf(logs, { [`${ours}.out_of_connections`]: () => 0, [`${ours}.unread_lines`]: () => 0 }),
    [`${ours}.duration`]: durations(
      "all",
      thresholds.latencyP95Seconds.warning,
      thresholds.latencyP99Seconds.warning,
      versionOf,
    ),
    [`${ours}.read.duration`]: durations("read", thresholds.readLatencyP95Seconds.warning),
    [`${ours}.write.duration`]: durations("write", thresholds.writeLatencyP95Seconds.warning),
  };
}

/** The nightly jobs of services, all of which succeed. */
function jobsOf(environment: Environment) {
  return servicesWithJobs(environment).flatMap(({ name: service, jobs }) =>
    Object.entries(jobs).map(([job, { at: time }]) => {
      const [hours = 0, minutes = 0] = time.split(":").map(Number);
      return {
        tags: { env: environment.name, project: "dev-one", service, job, outcome: "succeeded" },
        isDue: (index: number) => index === at(hours + minutes / 60),
      };
    }),
  );
}

/** Factor of a latency. It rises with the load, and reaches the warning threshold during the incident. */
export function slowness(name: string, index: number): number {
  return (0.6 + 0.4 * load(index)) * wobble(`${name} duration`, index, 0.09) + 1.62 * ripple(index);
}
