import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { InterruptedError, UserError } from "@dev-one/cli/user-error";

import type { Processes, Program } from "../processes";
import type { Place } from "./place";

export interface NginxOptions {
  readonly processes: Processes;
  readonly executable: string;
  readonly place: Place;
  /** Content of nginx.conf. */
  readonly configuration: string;
  readonly openFiles: number;
  readonly signal: AbortSignal;
}

const START_TIMEOUT_MS = 10_000;

/** nginx with a given configuration, in the foreground. */
export class Nginx {
  private constructor(
    private readonly program: Program,
    private readonly place: Place,
  ) {}

  static async start({ processes, executable, place, configuration, openFiles, signal }: NginxOptions): Promise<Nginx> {
    const { directory, addresses, port } = place;
    for (const name of ["log", "run", "temporary"]) mkdirSync(join(directory, name), { recursive: true });
    const file = join(directory, "nginx.conf");
    writeFileSync(file, configuration);
    const program = processes.start({
      name: "nginx",
      command: [executable, "-e", join(directory, "log", "early.log"), "-c", file, "-g", "daemon off;"],
      directory,
      openFiles,
    });
    const nginx = new Nginx(program, place);
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await accepts(addresses[0] ?? "127.0.0.1", port))) {
      if (signal.aborted) throw new InterruptedError();
      if (!program.isRunning || Date.now() > deadline) {
        const words = program.lastWords() || nginx.errorLog().trim() || "it said nothing";
        throw new UserError(`nginx did not start: ${words}.`);
      }
      await delay(50);
    }
    return nginx;
  }

  get pid(): number {
    return this.program.pid;
  }

  errorLog(): string {
    return ["early.log", "error.log"]
      .map((name) => join(this.place.directory, "log", name))
      .map((file) => (existsSync(file) ? readFileSync(file, "utf8") : ""))
      .join("");
  }

  stop(): Promise<void> {
    return this.program.stop();
  }
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const answer = (value: boolean) => () => {
      socket.destroy();
      resolve(value);
    };
    socket.once("connect", answer(true)).once("error", answer(false));
  });
}
