import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";

export interface ProgramOptions {
  /** Such as "nginx"; its output goes to a file of this name. */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly directory: string;
  readonly env?: Readonly<Record<string, string>>;
  /** User that it runs as. @default the user of this command */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Open files that it may have. */
  readonly openFiles: number;
  /** What ends it. @default SIGTERM */
  readonly stopSignal?: "SIGTERM" | "SIGINT";
}

const STOP_TIMEOUT_MS = 5_000;

/** A process of this run, known by its id. */
export class Program {
  /** Resolves with the exit code when it has ended; -1 after a signal. */
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
    // The kernel ends it with this command, even when that is killed.
    const args = [...become, "--pdeathsig", stopSignal.replace("SIG", "")];
    const child = spawn("setpriv", [...args, "prlimit", `--nofile=${openFiles}:${openFiles}`, ...command], {
      cwd: directory,
      env: { ...process.env, ...env },
      stdio: ["ignore", log, log],
      // A terminal's Ctrl-C must not reach it: this command ends all of them, in order.
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

  /** What it has printed. */
  printed(): string {
    return readFileSync(this.output, "utf8");
  }

  /** Its last line, for a sentence. */
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

/** All processes of a run, to be ended with it. */
export class Processes {
  private readonly programs: Program[] = [];

  start(options: ProgramOptions): Program {
    const program = Program.start(options);
    this.programs.push(program);
    return program;
  }

  /** Ends what still runs, the last one first: clients before what they use. */
  async stop(): Promise<void> {
    for (const program of this.programs.splice(0).reverse()) await program.stop();
  }
}
