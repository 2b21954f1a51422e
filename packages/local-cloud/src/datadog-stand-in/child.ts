import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";

import { UserError } from "@dev-one/cli/user-error";

import type { Fault } from "./faults";
import type { Item } from "./organization";

export interface DatadogApiProcessOptions {
  /** The project's directory. */
  readonly root: string;
  /** Port on 127.0.0.1. @default 0: any free one */
  readonly port?: number;
}

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 5_000;

type Child = ChildProcess & { stdin: Writable; stdout: Readable; stderr: Readable };

/** The stand-in as a child process, which ends on `stop` or together with this process. */
export class DatadogApiProcess {
  private constructor(
    private readonly child: Child,
    private readonly ended: Promise<unknown>,
    /** Such as "http://127.0.0.1:40123". */
    readonly url: string,
    readonly pid: number,
  ) {}

  /** @throws UserError when it does not start, with its last output */
  static async start({ root, port = 0 }: DatadogApiProcessOptions): Promise<DatadogApiProcess> {
    const child: Child = spawn(
      process.execPath,
      ["scripts/run.mjs", "packages/local-cloud/src/datadog-stand-in/main.ts", String(port)],
      {
        cwd: root,
        stdio: ["pipe", "pipe", "pipe"],
        // It must not receive a terminal's Ctrl-C, because Terraform needs it to finish running operations.
        detached: true,
      },
    );
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    const ended = new Promise<undefined>((resolve) => {
      child.once("exit", () => {
        resolve(undefined);
      });
      child.once("error", () => {
        resolve(undefined);
      });
    });
    const ready = await Promise.race([firstLine(child), ended, delay(START_TIMEOUT_MS, undefined, { ref: false })]);
    if (ready !== undefined) {
      return new DatadogApiProcess(child, ended, `http://127.0.0.1:${ready.port}`, ready.pid);
    }
    child.kill("SIGKILL");
    const reason = errors.trim().split("\n").pop() ?? "";
    throw new UserError(`The stand-in for Datadog's API did not start${reason === "" ? "" : `: ${reason}`}`);
  }

  /** Every object that it holds. */
  async inventory(): Promise<Item[]> {
    const answer = await fetch(`${this.url}/_stand-in/inventory`);
    return (await answer.json()) as Item[];
  }

  /** Adds a fault. */
  async addFault(fault: Fault): Promise<void> {
    await fetch(`${this.url}/_stand-in/faults`, { method: "POST", body: JSON.stringify(fault) });
  }

  async stop(): Promise<void> {
    this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), STOP_TIMEOUT_MS);
    await this.ended;
    clearTimeout(timer);
  }
}

async function firstLine(child: Child): Promise<{ readonly port: number; readonly pid: number } | undefined> {
  for await (const line of createInterface({ input: child.stdout }))
    return JSON.parse(line) as { port: number; pid: number };
  return new Promise(() => undefined); // it has exited
}
