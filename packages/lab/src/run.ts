import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { InterruptedError } from "@dev-one/cli/user-error";
import { execa } from "execa";
import { Listr } from "listr2";

import type { Arguments } from "./arguments";
import type { Evidence, Limit, Run, ScenarioName } from "./evidence";
import {
  availableMebibytes,
  compareSettings,
  describeMachine,
  dialPorts,
  hardOpenFiles,
  loadAverage,
} from "./machine/facts";
import { findPrograms, type Programs } from "./machine/programs";
import { checkRequirements } from "./machine/requirements";
import { choosePorts, type Ports } from "./ports";
import { Processes } from "./processes";
import { refuseFailure } from "./proof";
import { headline, TITLES } from "./report/headline";
import { refuseForeignDirectory, writeResult } from "./report/write";
import { boundsFor, searchLimit } from "./scenarios/limit";
import { checkShipped, listSubstitutions, NGINX_CONF, runScenario, whyNoStock } from "./scenarios/scenarios";
import type { Workplace } from "./scenarios/workplace";
import { ShippedFiles } from "./server/shipped-files";
import { readStockFiles, type StockFiles } from "./server/stock";
import { programUser } from "./server/users";

export interface RunOptions extends Arguments {
  /** The project's directory. */
  readonly root: string;
  /** Instance type and number of connections that the servers are sized for. */
  readonly target: { readonly instanceType: string; readonly connectionsPerServer: number };
  readonly type: { readonly vcpus: number; readonly memoryGib: number };
  readonly signal: AbortSignal;
}

const SYSCTLS = "/etc/sysctl.d/90-dev-one.conf";
const UNIT = "/etc/systemd/system/nginx.service.d/dev-one.conf";

/** Runs the scenarios and writes the report. Nothing is started or written before the requirements are met. */
export async function run(options: RunOptions): Promise<void> {
  const programs = await requirements(options);
  refuseForeignDirectory(resolve(options.root, options.output));
  const ports = await choosePorts(options.port);
  const scratch = mkdtempSync(join(tmpdir(), "dev-one-evidence-"));
  // Programs that run as an unprivileged user need access.
  chmodSync(scratch, 0o755);
  const processes = new Processes();
  try {
    await new EvidenceRun(options, programs, ports, scratch, processes).run();
  } finally {
    await processes.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function requirements({ root, connections, scenarios }: RunOptions): Promise<Programs> {
  const facts = {
    platform: process.platform,
    programs: findPrograms(),
    python: await pythonVersion(join(root, ".venv", "bin", "python")),
    openFiles: process.platform === "linux" ? hardOpenFiles() : 0,
    availableMib: process.platform === "linux" ? availableMebibytes() : 0,
    cores: availableParallelism(),
  };
  return checkRequirements(facts, { connections, scenarios });
}

async function pythonVersion(python: string): Promise<readonly [number, number] | undefined> {
  if (!existsSync(python)) return undefined;
  const { stdout } = await execa(python, ["--version"], { reject: false, stdin: "ignore" });
  const match = /(\d+)\.(\d+)/.exec(stdout);
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

class EvidenceRun {
  private readonly runs: Run[] = [];
  private readonly leftOut: { scenario: ScenarioName; reason: string }[] = [];
  private limit: Limit | null = null;
  private readonly began = Date.now();

  constructor(
    private readonly options: RunOptions,
    private readonly programs: Programs,
    private readonly ports: Ports,
    private readonly scratch: string,
    private readonly processes: Processes,
  ) {}

  async run(): Promise<void> {
    const { root, environment, scenarios, signal, output } = this.options;
    const machine = await describeMachine(root, this.programs);
    let shipped: ShippedFiles | undefined;
    const stock = await readStockFiles();
    await this.task(`synthesize ${environment} and read the servers' files`, async () => {
      shipped = await ShippedFiles.synthesize(root, join(this.scratch, "cdktf.out"), environment, signal);
      return "with the example service";
    });
    if (shipped === undefined) return;
    const workplace = this.workplace(shipped);
    checkShipped(workplace);
    const substitutions = listSubstitutions(workplace, scenarios);
    for (const name of scenarios) {
      const reason = name === "stock" ? whyNoStock(workplace, stock) : undefined;
      if (reason === undefined) await this.scenario(name, workplace, stock);
      else this.leftOut.push({ scenario: name, reason });
    }
    const { connections, seconds, target, type } = this.options;
    const evidence: Evidence = {
      date: new Date().toISOString().slice(0, 10),
      command: `npm run evidence${this.commandArguments()}`,
      environment,
      connections,
      seconds,
      instanceType: { name: target.instanceType, cores: type.vcpus, memoryGib: type.memoryGib },
      connectionsPerServer: target.connectionsPerServer,
      workerConnections: Number(/worker_connections (\d+);/.exec(shipped.read(NGINX_CONF))?.[1] ?? 0),
      machine: { ...machine, loadAfter: loadAverage() },
      settings: [
        ...compareSettings(shipped.read(SYSCTLS)),
        {
          name: "open files of nginx",
          shipped: limitNoFile(shipped).toString(),
          here: String(this.openFiles(shipped)),
        },
        { name: "workers of nginx", shipped: `${type.vcpus}, one for each core`, here: machine.cores.toString() },
      ],
      files: shipped.used(),
      substitutions,
      runs: this.runs,
      limit: this.limit,
      leftOut: this.leftOut,
      wallSeconds: Math.round((Date.now() - this.began) / 1000),
    };
    await this.task("draw the pictures and write the report", async () => {
      await writeResult(root, output, evidence, signal);
      return output;
    });
    refuseFailure(this.runs, output);
  }

  private async scenario(name: ScenarioName, workplace: Workplace, stock: StockFiles): Promise<void> {
    const { connections, seconds } = this.options;
    await this.task(TITLES[name], async (say) => {
      const place = { ...workplace, say };
      if (name === "limit") {
        this.limit = await searchLimit(place, boundsFor(connections));
        const { held, failed } = this.limit;
        return `${held} held, ${failed === null ? "none failed" : `${failed} not`}`;
      }
      const result = await runScenario(name, place, { connections, seconds }, stock);
      this.runs.push(result);
      return headline(result);
    });
  }

  /** Prints one line while the task runs, and one when it ends. */
  private async task(title: string, action: (say: (line: string) => void) => Promise<string>): Promise<void> {
    const { signal } = this.options;
    signal.throwIfAborted();
    const isTerminal = process.stdout.isTTY;
    const list = new Listr(
      [
        {
          title,
          task: async (_, task) => {
            const detail = await action((line) => {
              // In a log, one line per second would hide the other lines.
              if (isTerminal) task.output = line;
            });
            task.title = `${title}: ${detail}`;
          },
        },
      ],
      {
        renderer: isTerminal ? "default" : "simple",
        registerSignalListeners: false,
      },
    );
    try {
      await list.run();
    } catch (error) {
      if (signal.aborted) throw new InterruptedError();
      throw error;
    }
  }

  private workplace(shipped: ShippedFiles): Workplace {
    const { root, environment, signal } = this.options;
    return {
      root,
      scratch: this.scratch,
      environment,
      programs: this.programs,
      shipped,
      user: programUser(),
      isRoot: process.getuid?.() === 0,
      ...this.ports,
      openFiles: this.openFiles(shipped),
      dialPorts: dialPorts(),
      signal,
      say: () => undefined,
      processes: this.processes,
    };
  }

  /** Open-files limit of the servers, or the limit of this machine if it is lower. */
  private openFiles(shipped: ShippedFiles): number {
    return Math.min(limitNoFile(shipped), hardOpenFiles());
  }

  private commandArguments(): string {
    const { environment, connections, seconds, scenarios } = this.options;
    const parts = [
      ...(environment === "staging" ? [] : ["--environment", environment]),
      ...(connections === 10_000 ? [] : ["--connections", connections]),
      ...(seconds === 60 ? [] : ["--seconds", seconds]),
      ...(scenarios.length === 5 ? [] : ["--only", ...scenarios]),
    ];
    return parts.length === 0 ? "" : ` -- ${parts.join(" ")}`;
  }
}

function limitNoFile(shipped: ShippedFiles): number {
  return Number(/^LimitNOFILE=(\d+)$/m.exec(shipped.read(UNIT))?.[1] ?? 0);
}
