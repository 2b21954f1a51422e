import { chmodSync, chownSync, mkdirSync, rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

import type { Processes, Program } from "./server/processes";
import type { Unit } from "./unit";

export interface ServiceOptions {
  readonly unit: Unit;
  /** The program on this machine. */
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Made at each start, and removed at each end. */
  readonly runtimeDirectory: string;
  /** Directory of the program's output. */
  readonly outputDirectory: string;
  readonly user: { readonly uid: number; readonly gid: number };
  /** Whether this command runs as root and can become that user. */
  readonly isRoot: boolean;
}

/** One run of the program that has ended. */
export interface Ended {
  /** Exit status, or the signal that ended it. */
  readonly how: number | NodeJS.Signals;
  readonly milliseconds: number;
}

/** Starts, restarts and stops the program as systemd does by its unit. */
export class ServiceProcess {
  readonly ended: Ended[] = [];
  private program: Program | undefined;
  private printedBefore = "";
  private isStopping = false;
  private restart: NodeJS.Timeout | undefined;

  constructor(
    private readonly processes: Processes,
    private readonly options: ServiceOptions,
  ) {}

  get pid(): number {
    return this.program?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.program?.isRunning === true;
  }

  /** All that the program printed, over its restarts. */
  printed(): string {
    return this.printedBefore + (this.program?.printed() ?? "");
  }

  start(): void {
    const { unit, command, environment, runtimeDirectory, outputDirectory, user, isRoot } = this.options;
    mkdirSync(runtimeDirectory, { recursive: true });
    chmodSync(runtimeDirectory, unit.runtimeDirectoryMode);
    if (isRoot) chownSync(runtimeDirectory, user.uid, user.gid);
    const start = Date.now();
    this.printedBefore = this.printed();
    const program = this.processes.start({
      name: "service",
      command: [command],
      directory: outputDirectory,
      cwd: "/",
      env: environment,
      inheritsEnvironment: false,
      umask: unit.umask,
      noNewPrivileges: true,
      ...(isRoot ? { user } : {}),
    });
    this.program = program;
    void program.ended.then(() => {
      // systemd ends what is left of the unit's processes, and removes RuntimeDirectory=, also before a restart.
      program.signalAll("SIGKILL");
      rmSync(runtimeDirectory, { recursive: true, force: true });
      this.ended.push({ how: program.exit ?? 0, milliseconds: Date.now() - start });
      this.restart = setTimeout(() => {
        if (!this.isStopping && !program.isStopped) this.start();
      }, unit.restartSeconds * 1000).unref();
    });
  }

  /** Ends the main process as a crash does. */
  crash(): void {
    process.kill(this.pid, "SIGKILL");
  }

  /** Sends SIGTERM to all processes of the unit, and SIGKILL once the unit's time is over. Resolves when the main process has ended. */
  async stop(): Promise<Ended | undefined> {
    this.isStopping = true;
    clearTimeout(this.restart);
    const { program } = this;
    if (program?.isRunning !== true) return undefined;
    const start = Date.now();
    program.signalAll("SIGTERM");
    const timer = setTimeout(() => {
      program.signalAll("SIGKILL");
    }, this.options.unit.stopSeconds * 1000);
    await program.ended;
    clearTimeout(timer);
    return { how: program.exit ?? 0, milliseconds: Date.now() - start };
  }

  /** Waits until the program has ended for the nth time. */
  async hasEnded(times: number, signal: AbortSignal): Promise<void> {
    while (this.ended.length < times) {
      signal.throwIfAborted();
      await delay(50);
    }
  }
}
