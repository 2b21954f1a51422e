import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { InterruptedError, UserError } from "@dev-one/cli/user-error";
import { hardOpenFiles, Processes, programUser } from "@dev-one/service/processes";
import { searchPath } from "@dev-one/service/programs";
import { NGINX_CONF, type ShippedFiles } from "@dev-one/service/shipped-files";
import getPort from "get-port";

import { instanceType, staging } from "../../../src/environments";
import type { Arguments } from "./arguments";
import type { Evidence, Limit, Run, ScenarioName } from "./evidence/figures";
import { refuseFailure, TITLES } from "./evidence/finding";
import { refuseForeignDirectory, writeResult } from "./evidence/write";
import { planFor } from "./load/plan";
import { goProgram } from "./load/program";
import { compareSettings, describeEvidenceMachine, dialPorts, loadAverage } from "./machine/facts";
import { checkRequirements } from "./machine/requirements";
import { searchLimit } from "./scenarios/limit";
import { runScenario } from "./scenarios/scenarios";
import type { Workplace } from "./scenarios/workplace";
import { measuredFiles } from "./server/measured-files";

export interface RunOptions extends Arguments {
  /** The project's directory. */
  readonly root: string;
  /** The command as it was called, for the report. */
  readonly command: string;
  readonly signal: AbortSignal;
}

const host = "127.0.0.1";
const SYSCTLS = "/etc/sysctl.d/90-dev-one.conf";
const UNIT = "/etc/systemd/system/nginx.service.d/dev-one.conf";

/** Runs the scenarios and writes the report. Nothing is started or written before the requirements are met. */
export async function run(options: RunOptions): Promise<void> {
  const { root, output, signal } = options;
  process.env.PATH = searchPath();
  refuseMachine(root, options.connections);
  refuseForeignDirectory(resolve(root, output));
  const port = await getPort({ host });
  const statusPort = await getPort({ host, exclude: [port] });
  const scratch = mkdtempSync(join(tmpdir(), "dev-one-evidence-"));
  // Programs that run as an unprivileged user need access.
  chmodSync(scratch, 0o755);
  try {
    say("synthesize staging and read the servers' files");
    const shipped = await measuredFiles(root, join(scratch, "cdktf.out"), signal);
    // The limit of the servers, or that of this machine if it is lower.
    const openFiles = Math.min(limitNoFile(shipped), hardOpenFiles());
    const processes = new Processes(openFiles);
    const workplace: Workplace = {
      root,
      scratch,
      shipped,
      user: programUser(),
      port,
      statusPort,
      openFiles,
      generator: await goProgram(root, "generator", signal),
      dialPorts: dialPorts(),
      signal,
      say: progress,
      processes,
      substitutions: [],
    };
    try {
      await runScenarios(options, workplace);
    } finally {
      await processes.stop();
    }
  } catch (error) {
    throw signal.aborted ? new InterruptedError() : error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function refuseMachine(root: string, connections: number): void {
  if (process.platform !== "linux") {
    throw new UserError("The evidence reads the kernel's own figures and runs on Linux only.");
  }
  const path = process.env.PATH ?? "";
  checkRequirements({ path, openFiles: hardOpenFiles(), cores: availableParallelism() }, connections);
  if (existsSync(join(root, ".venv", "bin", "python"))) return;
  throw new UserError("The evidence needs the Python packages in .venv, which are missing: run `npm run setup`.");
}

async function runScenarios(options: RunOptions, workplace: Workplace): Promise<void> {
  const { root, command, connections, seconds, scenarios, output, signal } = options;
  const { shipped, openFiles, substitutions } = workplace;
  const began = Date.now();
  const machine = await describeEvidenceMachine(join(root, ".venv", "bin", "python"));
  const runs: Run[] = [];
  const leftOut: { scenario: ScenarioName; reason: string }[] = [];
  let limit: Limit | null = null;
  for (const scenario of scenarios) {
    signal.throwIfAborted();
    say(TITLES[scenario]);
    if (scenario === "limit") {
      limit = await searchLimit(workplace, connections);
      say(`  ${limit.finding}`);
      continue;
    }
    try {
      const result = await runScenario(workplace, planFor(scenario, connections, seconds));
      runs.push(result);
      say(`  ${result.finding}`);
    } catch (error) {
      // Only Debian's own configuration is none of this project's: without it, the run goes on.
      if (scenario !== "stock" || !(error instanceof UserError) || signal.aborted) throw error;
      leftOut.push({ scenario, reason: error.message.replace(/\.$/, "") });
      say(`  left out: ${error.message}`);
    }
  }
  const { instanceType: name, connectionsPerServer } = staging.servers;
  const { vcpus, memoryGib } = instanceType(name);
  const evidence: Evidence = {
    date: new Date().toISOString().slice(0, 10),
    command,
    environment: staging.name,
    connections,
    seconds,
    instanceType: { name, cores: vcpus, memoryGib },
    connectionsPerServer,
    workerConnections: Number(/worker_connections (\d+);/.exec(shipped.read(NGINX_CONF))?.[1] ?? 0),
    machine: { ...machine, loadAfter: loadAverage() },
    settings: [
      ...compareSettings(shipped.read(SYSCTLS)),
      { name: "open files of nginx", shipped: limitNoFile(shipped).toString(), here: openFiles.toString() },
      { name: "workers of nginx", shipped: `${vcpus}, one for each core`, here: machine.cores.toString() },
    ],
    files: shipped.used(),
    substitutions,
    runs,
    limit,
    leftOut,
    wallSeconds: Math.round((Date.now() - began) / 1000),
  };
  say(`draw the pictures and write the report into ${output}`);
  await writeResult(root, output, evidence);
  refuseFailure(runs, output);
}

function say(line: string): void {
  if (process.stdout.isTTY) process.stdout.write("\r\u001b[K");
  console.log(line);
}

/** In a log, one line per second would hide the other lines. */
function progress(line: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K  ${line}`);
}

function limitNoFile(shipped: ShippedFiles): number {
  return Number(/^LimitNOFILE=(\d+)$/m.exec(shipped.read(UNIT))?.[1] ?? 0);
}
