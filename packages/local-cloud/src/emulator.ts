import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";

import { UserError } from "@dev-one/cli/user-error";

export interface EmulatorOptions {
  /** The project's directory, which holds `.venv`. */
  readonly root: string;
  /** The account of the emulator; the provider rejects any other account. */
  readonly accountId: string;
  /** Port on 127.0.0.1. @default 0: any free one */
  readonly port?: number | undefined;
  /** File for the emulator's output. */
  readonly log: string;
  /** File for what IAM would authorize of Terraform's calls. @default the calls are not recorded */
  readonly calls?: string | undefined;
}

/** What the emulator prints in its first line, as JSON. */
interface Ready {
  readonly port: number;
  readonly pid: number;
  readonly token: string;
}

// Node's types do not support a file as stderr together with two pipes.
type Child = ChildProcess & { stdin: Writable; stdout: Readable };

const PORT_IN_USE = 98; // packages/local-cloud/src/emulator/__main__.py
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;

/**
 * The local cloud's AWS API on loopback, as a child process. It ends when `stop` is called, and when this process ends for any
 * reason, because its stdin closes then.
 */
export class Emulator {
  private constructor(
    private readonly child: Child,
    /** Resolves when the process has exited. */
    private readonly ended: Promise<unknown>,
    readonly pid: number,
    /** Identifies the process to `--stop`. */
    readonly token: string,
    /** Such as "http://127.0.0.1:40123". */
    readonly url: string,
  ) {}

  /** @throws UserError when the port is in use, when the Python packages are missing, or with the last line of the log */
  static async start({ root, accountId, port = 0, log, calls }: EmulatorOptions): Promise<Emulator> {
    const python = join(root, ".venv", "bin", "python");
    if (!existsSync(python)) {
      throw new UserError(
        "The local cloud needs the Python packages in .venv, which are missing: run `npm run setup`.",
      );
    }
    // A file, not a pipe through this process: the emulator may outlive it (see release).
    const errors = openSync(log, "a", 0o600);
    const child = spawn(
      python,
      ["-m", "emulator", "--port", String(port), ...(calls === undefined ? [] : ["--calls", calls])],
      {
        cwd: join(root, "packages", "local-cloud", "src"),
        env: { ...process.env, MOTO_ACCOUNT_ID: accountId, PYTHONDONTWRITEBYTECODE: "1" },
        stdio: ["pipe", "pipe", errors],
        // It must not receive a terminal's Ctrl-C, because Terraform needs it to write its state.
        detached: true,
      },
    ) as Child;
    closeSync(errors);
    const ended = once(child, "exit").then(
      ([code]: (number | null)[]) => code ?? -1,
      () => -1,
    );
    const timeout = delay(START_TIMEOUT_MS, -1, { ref: false });
    const ready = await Promise.race([firstLine(child), ended, timeout]);
    if (typeof ready === "object") {
      return new Emulator(child, ended, ready.pid, ready.token, `http://127.0.0.1:${ready.port}`);
    }
    child.kill("SIGKILL");
    if (ready === PORT_IN_USE) {
      throw new UserError(`Port ${port} is in use: choose another one with --port, or leave it out for any free one.`);
    }
    const reason = readFileSync(log, "utf8").trim().split("\n").pop() ?? "";
    throw new UserError(`The local cloud did not start${reason === "" ? "" : `: ${reason}`}.`);
  }

  /** Stops the emulator, which discards its resources. */
  async stop(): Promise<void> {
    this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), STOP_TIMEOUT_MS);
    await this.ended;
    clearTimeout(timer);
  }

  /** Lets the emulator outlive this process. */
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
