import { type ChildProcess, spawn, spawnSync } from "node:child_process";
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
  /** Whether `env` is added to the environment of this command, or is all that the program gets. @default true */
  readonly inheritsEnvironment?: boolean;
  /** Directory in which it starts. @default that of its output */
  readonly cwd?: string;
  /** User that runs the program. @default the user of this command */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** Permissions that new files do not get, octal. @default those of this command */
  readonly umask?: string | undefined;
  /** Whether the program cannot gain privileges by executing files. @default false */
  readonly noNewPrivileges?: boolean;
  /** Signal that stops the program. @default SIGTERM */
  readonly stopSignal?: "SIGTERM" | "SIGINT";
}

/** A process of this run, identified by its process id. */
export class Program {
  /** Whether this command has ended the process. */
  isStopped = false;
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

  /** How the process exited: with a status, or by a signal; undefined while it runs. */
  get exit(): number | NodeJS.Signals | undefined {
    return this.child.signalCode ?? this.child.exitCode ?? undefined;
  }

  /** Sends a signal to the process and its children: its process group. */
  signalAll(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
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
    this.isStopped = true;
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

  start(options: ProgramOptions): Program {
    const { name, command, directory, user, stopSignal = "SIGTERM" } = options;
    const { env, inheritsEnvironment = true, cwd = directory, umask, noNewPrivileges = false } = options;
    const output = join(directory, `${name}.out`);
    const log = openSync(output, "w");
    const become = user === undefined ? [] : [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"];
    // The kernel sends the process this signal when this command exits, even after SIGKILL.
    const args = [...become, "--pdeathsig", stopSignal.replace("SIG", "")];
    if (noNewPrivileges) args.push("--no-new-privs");
    const limit = `--nofile=${this.openFiles}:${this.openFiles}`;
    // A new process takes the umask of this one at this moment.
    const ownUmask = umask === undefined ? undefined : process.umask(umask);
    const child = spawn("setpriv", [...args, "prlimit", limit, ...command], {
      cwd,
      env: inheritsEnvironment ? { ...process.env, ...env } : env,
      stdio: ["ignore", log, log],
      // A detached process does not receive the terminal's Ctrl-C, so that this command can stop all processes in order.
      detached: true,
    });
    if (ownUmask !== undefined) process.umask(ownUmask);
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

/** The hard open-files limit of this process, which its child processes inherit. */
export function hardOpenFiles(limits = readFileSync("/proc/self/limits", "utf8")): number {
  const match = /^Max open files\s+\S+\s+(\S+)/m.exec(limits);
  return match?.[1] === "unlimited" ? Number.MAX_SAFE_INTEGER : Number(match?.[1] ?? 0);
}

/** A user of this machine, for programs that do not run as root. */
export interface SystemUser {
  readonly name: string;
  readonly group: string;
  readonly uid: number;
  readonly gid: number;
}

/** Users of web servers, of Debian and others, and one that every system has. */
const UNPRIVILEGED = ["www-data", "nginx", "nobody"];

/** The user that runs programs: if this command runs as root, one of web servers, otherwise the user of this command. */
export function programUser(): SystemUser {
  return process.getuid?.() === 0 ? systemUser(...UNPRIVILEGED) : systemUser(userInfo().username);
}

/** The first user with one of these names. @throws Error when this machine has none */
export function systemUser(...names: readonly string[]): SystemUser {
  const id = (flag: string, name: string) =>
    spawnSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).stdout.trim();
  const name = names.find((each) => id("-u", each) !== "");
  if (name === undefined) throw new Error(`This machine has no user ${names.join(", ")}`);
  return { name, group: id("-gn", name), uid: Number(id("-u", name)), gid: Number(id("-g", name)) };
}
