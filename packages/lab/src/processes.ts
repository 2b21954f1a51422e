import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";

export interface ProgramOptions {
  /** Name such as "nginx", also used for the file with its output. */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly directory: string;
  readonly env?: Readonly<Record<string, string>>;
  /** User that runs the program. @default the user of this command */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Open-files limit of the program. */
  readonly openFiles: number;
  /** Signal that stops the program. @default SIGTERM */
  readonly stopSignal?: "SIGTERM" | "SIGINT";
}

const STOP_TIMEOUT_MS = 5_000;

/** A process of this run, identified by its process id. */
export class Program {
  /** Resolves with the exit code when the process exits; -1 after a signal. */
  readonly ended: Promise<number>;

  private constructor(
    readonly name: string,
    readonly pid: number,
    private readonly child: ChildProcess,
    private readonly output: string,
    private readonly stopSignal: NodeJS.Signals,
  ) {
    this.ended = new Promise((resolve) => {
      child.once("exit", (code) => {
        resolve(code ?? -1);
      });
    });
  }

  static start({ name, command, directory, env, user, openFiles, stopSignal = "SIGTERM" }: ProgramOptions): Program {
    const output = join(directory, `${name}.out`);
    const log = openSync(output, "w");
    const become = user === undefined ? [] : [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"];
    // The kernel sends the process this signal when this command exits, even after SIGKILL.
    const args = [...become, "--pdeathsig", stopSignal.replace("SIG", "")];
    const child = spawn("setpriv", [...args, "prlimit", `--nofile=${openFiles}:${openFiles}`, ...command], {
      cwd: directory,
      env: { ...process.env, ...env },
      stdio: ["ignore", log, log],
      // A detached process does not receive the terminal's Ctrl-C, so that this command can stop all processes in order.
      detached: true,
    });
    closeSync(log);
    child.on("error", () => undefined);
    if (child.pid === undefined) throw new UserError(`${name} could not be started: setpriv is missing (util-linux).`);
    return new Program(name, child.pid, child, output, stopSignal);
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The output so far. */
  printed(): string {
    return readFileSync(this.output, "utf8");
  }

  /** The last line of the output, for use in a message. */
  lastWords(): string {
    const lines = this.printed()
      .split("\n")
      .map((line) => line.trim());
    return (lines.findLast((line) => line !== "") ?? "").replace(/\.$/, "");
  }

  async stop(): Promise<void> {
    if (!this.isRunning) return;
    this.child.kill(this.stopSignal);
    const timer = setTimeout(() => this.child.kill("SIGKILL"), STOP_TIMEOUT_MS);
    await this.ended;
    clearTimeout(timer);
  }
}

/** All processes of a run, which are stopped together. */
export class Processes {
  private readonly programs: Program[] = [];

  start(options: ProgramOptions): Program {
    const program = Program.start(options);
    this.programs.push(program);
    return program;
  }

  /** Stops the running processes in reverse order of their start, so that clients stop before their servers. */
  async stop(): Promise<void> {
    for (const program of this.programs.splice(0).reverse()) await program.stop();
  }
}
