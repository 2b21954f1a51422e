import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { InterruptedError, UserError } from "@dev-one/cli/user-error";
import { execa } from "execa";

import type { Processes, Program } from "../processes";
import { type Place, serviceOf, socketOf } from "./place";
import type { SystemUser } from "./users";

const READY_TIMEOUT_MS = 30_000;

/** The example service of the servers. */
export class Service {
  private constructor(private readonly program: Program) {}

  static async start(options: {
    readonly processes: Processes;
    readonly root: string;
    readonly place: Place;
    /** Undefined when this command itself runs as an unprivileged user. */
    readonly user: SystemUser | undefined;
    readonly environment: string;
    readonly credentialsFile: string;
    readonly openFiles: number;
  }): Promise<Service> {
    const { processes, root, place, user, environment, credentialsFile, openFiles } = options;
    const python = join(root, ".venv", "bin", "python");
    const canRun = user !== undefined && (await isRunnableBy(python, user));
    const program = processes.start({
      name: "service",
      command: [join(serviceOf(place.directory), "run")],
      directory: place.directory,
      // nginx accesses the socket through its group, as on a server. In root's home directory no other user can run Python.
      ...(user === undefined ? {} : { user: { uid: canRun ? user.uid : 0, gid: user.gid } }),
      env: {
        SERVICE_SOCKET: socketOf(place.directory),
        SERVICE_PYTHON: python,
        DATABASE_CREDENTIALS_COMMAND: `cat ${credentialsFile}`,
        PYTHONDONTWRITEBYTECODE: "1",
        ENVIRONMENT: environment,
        NAME: "api-1",
        ZONE: "zone-1",
        SERVICE: "api-1",
        FLEET: "named",
        ADDRESS: "127.0.0.1",
      },
      openFiles,
    });
    return new Service(program);
  }

  get pid(): number {
    return this.program.pid;
  }

  printed(): string {
    return this.program.printed();
  }

  /** Waits until the service can use its database. @throws UserError after half a minute */
  async becomesReady(url: string, signal: AbortSignal): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    for (;;) {
      if (signal.aborted) throw new InterruptedError();
      const answer = await fetch(url).catch(() => undefined);
      if (answer?.status === 200) return;
      if (!this.program.isRunning || Date.now() > deadline) {
        const words = this.program.lastWords() || `it answers ${answer?.status ?? "nothing"}`;
        throw new UserError(`The example service did not become ready: ${words}.`);
      }
      await delay(100);
    }
  }
}

async function isRunnableBy(python: string, { uid, gid }: SystemUser): Promise<boolean> {
  const { failed } = await execa(python, ["--version"], { reject: false, stdin: "ignore", uid, gid, cwd: "/" });
  return !failed;
}
