import { availableParallelism } from "node:os";
import { resolve } from "node:path";

import { InterruptedError, UserError } from "@dev-one/cli/user-error";
import { hardOpenFiles } from "@dev-one/service/processes";
import { searchPath } from "@dev-one/service/programs";
import { fromSynthesis } from "@dev-one/terraform-json/resources";
import { stacksFrom } from "@dev-one/terraform-json/synthesis";

import { mutationsOf, oneOfEachType } from "./controls/mutations";
import { runControls } from "./controls/run";
import { LAB_FIGURES, type LabEvidence, type ScenarioResult } from "./evidence/lab-figures";
import { writeLabResult } from "./evidence/lab-report";
import { refuseForeignDirectory } from "./evidence/write";
import { Environment, type EnvironmentOptions } from "./hosts/environment";
import { keep } from "./keep";
import { CONTROLS, type LabArguments } from "./lab-arguments";
import { describeMachine } from "./machine/facts";
import { refuseMachine, trackedConnections, WITHOUT_LOAD } from "./machine/requirements";
import { ForeignCpu } from "./measure/proc";
import { runLabScenario } from "./scenarios/lab-scenario";
import { LAB_SCENARIOS, loadScenarios } from "./scenarios/registry";

export interface LabOptions extends LabArguments {
  readonly root: string;
  /** The command as it was called, for the report. */
  readonly command: string;
  readonly signal: AbortSignal;
}

/** The eight named servers and two elastic ones hold 100,000 connections, 10,000 each. */
const ELASTIC_SERVERS = 2;
const CLIENTS = 2;
/** The programs whose versions the report names, each with the argument that prints it. */
const LAB_VERSIONS: Parameters<typeof describeMachine>[0] = {
  ...{
    nginx: ["nginx", "-v"],
    haproxy: ["haproxy", "-v"],
    knot: ["knotd", "--version"],
    nftables: ["nft", "--version"],
  },
  ...{ PgBouncer: ["pgbouncer", "--version"], PostgreSQL: ["postgres", "--version"] },
};
/** HAProxy processes of each node that hold half of 105,000 connections. */
const SHARDS = 6;

/** Builds the environment and runs the scenarios. Nothing is made before the machine is known to suffice. */
export async function runLab(options: LabOptions): Promise<void> {
  const { root, from, env, signal } = options;
  process.env.PATH = searchPath();
  const hasLoad = loadScenarios(options.quick).some(({ name }) => options.scenarios.includes(name));
  refuseMachine(
    {
      platform: process.platform,
      user: process.getuid?.(),
      path: process.env.PATH,
      openFiles: hardOpenFiles(),
      trackedConnections: trackedConnections(),
    },
    { ...WITHOUT_LOAD, load: hasLoad },
  );
  try {
    const stacks = await stacksFrom(root, from);
    const stack = stacks.find(({ name }) => name === env);
    if (stack === undefined) {
      const names = stacks.map(({ name }) => name).filter((name) => !/-(state|monitoring)$/.test(name));
      throw new UserError(`There is no environment ${env}: choose ${names.join(" or ")} with --env.`);
    }
    const environmentOptions: EnvironmentOptions = {
      root,
      name: env,
      json: stack.json,
      signal,
      openFiles: hardOpenFiles(),
      elasticServers: ELASTIC_SERVERS,
      clients: CLIENTS,
      // A process of HAProxy may have fewer than 10,000 connections where a process may have 20,000 open files.
      shards: hasLoad ? SHARDS : 1,
    };
    if (options.keep) {
      await Environment.use(environmentOptions, async (environment) => {
        announce(environment);
        await keep(environment, signal);
      });
      return;
    }
    await measure(environmentOptions, options);
  } catch (error) {
    throw signal.aborted && !(error instanceof InterruptedError) ? new InterruptedError() : error;
  }
}

/** Runs the scenarios and the negative controls, and writes the report. @throws UserError when a sentence does not hold */
async function measure(environmentOptions: EnvironmentOptions, options: LabOptions): Promise<void> {
  const { root, output, command, env } = options;
  refuseForeignDirectory(resolve(root, output), LAB_FIGURES);
  const foreignCpu = new ForeignCpu();
  const evidence = await Environment.use(environmentOptions, async (environment) => {
    announce(environment);
    return {
      date: new Date().toISOString().slice(0, 10),
      command,
      environment: env,
      hosts: environment.hosts.size,
      buildSeconds: environment.buildSeconds,
      ...(await runScenarios(environment, options)),
    };
  });
  foreignCpu.sample();
  await writeLabResult(root, output, {
    ...evidence,
    foreignCpuPercent: Math.round(foreignCpu.percentOfCore().foreign / availableParallelism()),
    machine: await describeMachine(LAB_VERSIONS),
  });
  console.log(`The report is in ${output}.`);
  const broken = evidence.results.flatMap(({ answers }) => answers).filter(({ holds }) => !holds);
  if (broken.length > 0) {
    throw new UserError(broken.map(({ sentence, measured }) => `Does not hold: ${sentence} ${measured}.`).join("\n"));
  }
}

function announce({ options: { name }, hosts, buildSeconds: { namespaces, programs } }: Environment): void {
  console.log(
    `${name}: ${hosts.size} hosts in ${namespaces.toFixed(1)} s, their programs after ${programs.toFixed(1)} s`,
  );
}

async function runScenarios(
  environment: Environment,
  { scenarios, signal, quick }: LabOptions,
): Promise<Pick<LabEvidence, "results" | "controls">> {
  const promised = environment.model;
  const results: ScenarioResult[] = [];
  for (const scenario of [...LAB_SCENARIOS, ...loadScenarios(quick)].filter(({ name }) => scenarios.includes(name))) {
    console.log(scenario.title);
    const result = await runLabScenario(scenario, { environment, promised, signal, say: console.log });
    results.push(result);
    for (const { holds, sentence, measured } of result.answers) {
      console.log(`  ${holds ? "yes" : "NO "} ${sentence} ${measured}`);
    }
  }
  if (!scenarios.includes(CONTROLS)) return { results };
  const { name, json } = environment.options;
  const all = mutationsOf(fromSynthesis(name, json));
  const mutations = quick ? oneOfEachType(all) : all;
  console.log("negative controls: one thing in the JSON made worse");
  // With few users and shorter times, which show a difference as well.
  const work = { json, promised, scenarios: LAB_SCENARIOS, underLoad: quick ? [] : loadScenarios(true), mutations };
  return { results, controls: await runControls(environment, work, signal, console.log) };
}
