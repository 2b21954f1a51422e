import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { UserError } from "@dev-one/cli/user-error";

export interface ProgramOptions {
  /** Name such as "nginx", also used for the file with its output. */
  readonly name: string;
  readonly command: readonly string[];
  readonly directory: string;
  readonly env?: Readonly<Record<string, string>>;
  /** User that runs the program. @default the user of this command */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** Signal that stops the program. @default SIGTERM */
  readonly stopSignal?: "SIGTERM" | "SIGINT";
}

/** A process of this run, identified by its process id. */
export class Program {
  /** Resolves when the process exits. */
  readonly ended: Promise<unknown>;

  constructor(
    private readonly child: ChildProcess,
    private readonly output: string,
    private readonly stopSignal: NodeJS.Signals,
  ) {
    this.ended = once(child, "exit");
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The output so far. */
  printed(): string {
    return readFileSync(this.output, "utf8");
  }

  /** Waits until the program is ready. @throws UserError with its last line when it ends or takes longer than some seconds */
  async becomes(
    ready: string,
    isReady: () => boolean | Promise<boolean>,
    seconds: number,
    signal: AbortSignal,
  ): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    while (!(await isReady())) {
      signal.throwIfAborted();
      if (!this.isRunning || Date.now() > deadline) throw this.failure(ready);
      await delay(50);
    }
  }

  /** An error with the last line that the program printed. */
  failure(what: string): UserError {
    const lastLine = this.printed().trim().split("\n").at(-1)?.trim().replace(/\.$/, "") ?? "";
    return new UserError(`${what}: ${lastLine || "it said nothing"}.`);
  }

  /** Stops the process, by SIGKILL when it runs for five seconds more. */
  async stop(): Promise<void> {
    if (!this.isRunning) return;
    this.child.kill(this.stopSignal);
    const timer = setTimeout(() => this.child.kill("SIGKILL"), 5_000);
    await this.ended;
    clearTimeout(timer);
  }
}

/** All processes of a run, which are stopped together. */
export class Processes {
  private readonly programs: Program[] = [];

  /** @param openFiles open-files limit of each process */
  constructor(private readonly openFiles: number) {}

  start({ name, command, directory, env, user, stopSignal = "SIGTERM" }: ProgramOptions): Program {
    const output = join(directory, `${name}.out`);
    const log = openSync(output, "w");
    const become = user === undefined ? [] : [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"];
    // The kernel sends the process this signal when this command exits, even after SIGKILL.
    const args = [...become, "--pdeathsig", stopSignal.replace("SIG", "")];
    const limit = `--nofile=${this.openFiles}:${this.openFiles}`;
    const child = spawn("setpriv", [...args, "prlimit", limit, ...command], {
      cwd: directory,
      env: { ...process.env, ...env },
      stdio: ["ignore", log, log],
      // A detached process does not receive the terminal's Ctrl-C, so that this command can stop all processes in order.
      detached: true,
    });
    closeSync(log);
    const program = new Program(child, output, stopSignal);
    this.programs.push(program);
    return program;
  }

  /** Stops the running processes in reverse order of their start, so that clients stop before their servers. */
  async stop(): Promise<void> {
    for (const program of this.programs.splice(0).reverse()) await program.stop();
  }
}

/** A user of this machine, for programs that do not run as root. */
export interface SystemUser {
  readonly name: string;
  readonly group: string;
  readonly uid: number;
  readonly gid: number;
}

/** The user that runs programs: if this command runs as root, Debian's user of web servers, otherwise the user of this command. */
export function programUser(): SystemUser {
  const name = process.getuid?.() === 0 ? "www-data" : userInfo().username;
  const ask = (flag: string) => execFileSync("id", [flag, name], { encoding: "utf8" }).trim();
  return { name, group: ask("-gn"), uid: Number(ask("-u")), gid: Number(ask("-g")) };
}
