import type { Nginx } from "@dev-one/service/nginx";
import type { Program } from "@dev-one/service/processes";
import type { Place } from "@dev-one/service/substitutions";

import { MEANS, type Run } from "../evidence/figures";
import { count, finding, isHeld } from "../evidence/finding";
import { meanOf, perSecondDuring, plateauOf, sum, valuesWithin } from "../evidence/statistics";
import { Generator, type Load } from "../load/generator";
import type { Plan } from "../load/plan";
import { addCounts, failuresByReason, timeline, totalOf } from "../load/seconds";
import { startAgentCheck } from "../measure/agent-check";
import { allProcesses, proportionalMebibytes, treeOf } from "../measure/proc";
import { findReasons } from "../measure/reasons";
import { Sampler } from "../measure/sampler";
import { shares, type Workplace } from "./workplace";

/** Milliseconds in which the processes of the generator start. */
const LEAD_MS = 500;
/** Seconds after which a request without an answer has failed, the requested wait time of a long poll not included. */
const TIMEOUT_SECONDS = 10;

/** The server under load. */
export interface Server {
  readonly place: Place;
  readonly nginx: Nginx;
  readonly service?: Program;
  readonly databasePid?: number;
}

/** Loads a server as planned, and samples server, kernel and generator during the load. */
export async function measure(workplace: Workplace, plan: Plan, server: Server): Promise<Run> {
  const { place, nginx, service, databasePid } = server;
  const nginxEmptyMib = proportionalMebibytes(treeOf(nginx.pid, allProcesses()).map(({ pid }) => pid));
  const serviceEmptyMib = service === undefined ? null : proportionalMebibytes([service.pid]);
  const check = startAgentCheck(workplace, place.directory);
  // Lines written before the load are not reasons for failures of the load.
  const written = { nginx: nginx.errorLog().length, service: service?.printed().length ?? 0 };
  const start = Date.now() + LEAD_MS;
  const { processes, generator: program } = workplace;
  const generator = new Generator(
    {
      ...{ directory: place.directory, program, start },
      launch: (name, command) => processes.start({ name, command, directory: place.directory }),
    },
    loadsOf(workplace, plan, place),
  );
  const sampler = new Sampler({
    port: place.port,
    statusPort: place.statusPort,
    roles: {
      nginx: [nginx.pid],
      service: service === undefined ? [] : [service.pid],
      database: databasePid === undefined ? [] : [databasePid],
      generator: generator.pids,
    },
    takeCheck: check.take,
    start,
    onSample: ({ established, seconds }) => {
      workplace.say(
        `${Math.round(seconds)} s of about ${plan.seconds + plan.waitSeconds} s: ${count(established)} connections`,
      );
    },
  });
  try {
    await generator.finish(workplace.signal);
  } finally {
    await sampler.end();
    await check.stop();
  }
  const { samples } = sampler;
  const { scenario, connections, waitSeconds } = plan;
  const plateau = plateauOf(plan, samples);
  const results = generator.results();
  const requests = results.map(({ name, reopened, seconds }) => {
    const total = sum(seconds.map(({ planned }) => planned));
    const errors = sum(seconds.map(({ failed }) => totalOf(failed)));
    return { name, total, succeeded: total - errors, errors, reopened, ...timeline(seconds, plateau) };
  });
  const within = (column: (typeof MEANS)[number] | "established") =>
    valuesWithin(samples.seconds, samples[column], plateau);
  const held = Math.min(...within("established"));
  const reasons = findReasons({
    nginx: nginx.errorLog().slice(written.nginx),
    generator: addCounts(results.map(({ seconds }) => failuresByReason(seconds))),
    service: service?.printed().slice(written.service) ?? "",
  });
  const run = {
    scenario,
    connections,
    plateau,
    waitSeconds,
    commands: generator.commands,
    held: Number.isFinite(held) ? held : 0,
    requestsPerSecond: Math.round(sum(requests.map(({ perSecond }) => perSecondDuring(plateau, perSecond.requests)))),
    errors: sum(requests.map(({ errors }) => errors)),
    requests,
    samples,
    means: Object.fromEntries(MEANS.map((name) => [name, meanOf(within(name))])) as Run["means"],
    nginxEmptyMib,
    serviceEmptyMib,
  };
  const failure = { ...run, reasons: isHeld(run) ? [] : reasons };
  return { ...failure, finding: finding(failure) };
}

/** The loads for each kind of request, split over as many processes as necessary. */
function loadsOf(workplace: Workplace, plan: Plan, place: Place): Load[] {
  const { rampSeconds, seconds, intervalSeconds, waitSeconds } = plan;
  let left = plan.connections;
  return plan.requests.flatMap(({ name, share, path, body }, index) => {
    const isLast = index === plan.requests.length - 1;
    const connections = isLast ? left : Math.round(plan.connections * share);
    left -= connections;
    return shares(workplace, connections).map((part, number) => ({
      name,
      addresses: [`${place.addresses[number] ?? ""}:${place.port}`],
      host: "localhost",
      method: body === undefined ? ("GET" as const) : ("POST" as const),
      path,
      ...(body === undefined ? {} : { body }),
      connections: part,
      ...{ rampSeconds, seconds, intervalSeconds, waitSeconds, timeoutSeconds: TIMEOUT_SECONDS },
      client: "keeps-address" as const,
    }));
  });
}
