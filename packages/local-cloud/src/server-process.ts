import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";

import { UserError } from "@dev-one/cli/user-error";

/** What a server prints in its first line, as JSON. */
export interface Ready {
  readonly port: number;
  readonly pid: number;
  /** Identifies the emulator. */
  readonly token?: string;
}

// Node's types do not support a file as stderr together with two pipes.
type Child = ChildProcess & { stdin: Writable; stdout: Readable };

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;

export interface ServerCommand {
  /** What does not start, for messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Added to the environment of this process. @default nothing */
  readonly env?: Readonly<Record<string, string>>;
  /** File for what it prints on stderr. */
  readonly log: string;
  /** Messages for exit codes. @default the last line of the log */
  readonly messages?: Readonly<Record<number, string>>;
}

/**
 * A server on loopback, as a child process. It ends when `stop` is called, and when this process ends for any reason, because its
 * stdin closes then.
 */
export class ServerProcess {
  private constructor(
    private readonly child: Child,
    /** Resolves when the process has exited. */
    private readonly ended: Promise<unknown>,
    private readonly ready: Ready,
  ) {}

  /** @throws UserError with the reason when it does not start */
  static async start({ name, command, args, cwd, env, log, messages }: ServerCommand): Promise<ServerProcess> {
    // A file, not a pipe through this process: the server may outlive it (see release).
    const errors = openSync(log, "a", 0o600);
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["pipe", "pipe", errors],
      // It must not receive a terminal's Ctrl-C, because Terraform needs it to write its state.
      detached: true,
    }) as Child;
    closeSync(errors);
    const ended = new Promise<number>((resolve) => {
      child.once("exit", (code) => {
        resolve(code ?? -1);
      });
      child.once("error", () => {
        resolve(-1);
      });
    });
    const timeout = delay(START_TIMEOUT_MS, -1, { ref: false });
    const ready = await Promise.race([firstLine(child), ended, timeout]);
    if (typeof ready === "object") return new ServerProcess(child, ended, ready);
    child.kill("SIGKILL");
    const reason = readFileSync(log, "utf8").trim().split("\n").pop() ?? "";
    throw new UserError(messages?.[ready] ?? `${name} did not start${reason === "" ? "" : `: ${reason}`}.`);
  }

  /** Such as "http://127.0.0.1:40123". */
  get url(): string {
    return `http://127.0.0.1:${this.ready.port}`;
  }

  get pid(): number {
    return this.ready.pid;
  }

  get token(): string {
    return this.ready.token ?? "";
  }

  /** Stops the server, which discards its objects. */
  async stop(): Promise<void> {
    this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), STOP_TIMEOUT_MS);
    await this.ended;
    clearTimeout(timer);
  }

  /** Lets the server outlive this process. */
  release(): void {
    this.child.stdin.end("release\n");
    this.child.stdout.destroy();
    this.child.unref();
  }
}

async function firstLine(child: Child): Promise<Ready> {
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line) as Ready;
  return new Promise(() => undefined); // it has exited: the exit code gives the reason
}
