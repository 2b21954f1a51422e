import { chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";
import { execa } from "execa";

import type { Processes, Program } from "../processes";
import type { SystemUser } from "./users";

const USER = "evidence";
const DATABASE = "postgres";

/** A PostgreSQL instance of this run, which listens on a Unix socket only. */
export class Postgres {
  private constructor(
    private readonly program: Program,
    /** File with the connection parameters of a client, as one JSON object. */
    readonly credentialsFile: string,
  ) {}

  static async start(options: {
    readonly processes: Processes;
    /** Directory of PostgreSQL's programs. */
    readonly programs: string;
    readonly directory: string;
    /** Undefined to run it as the user of this command. */
    readonly user: SystemUser | undefined;
    readonly openFiles: number;
    readonly signal: AbortSignal;
  }): Promise<Postgres> {
    const { processes, programs, directory, user, openFiles, signal } = options;
    const data = join(directory, "data");
    mkdirSync(directory, { recursive: true });
    if (user !== undefined) chownSync(directory, user.uid, user.gid);
    const { failed, all } = await execa(
      join(programs, "initdb"),
      ["-D", data, "-U", USER, "--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8"],
      {
        cwd: directory,
        reject: false,
        all: true,
        stdin: "ignore",
        cancelSignal: signal,
        ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
      },
    );
    if (failed)
      throw new UserError(`PostgreSQL could not be prepared: ${all.trim().split("\n").pop() ?? "no output"}.`);
    const program = processes.start({
      name: "postgres",
      command: [join(programs, "postgres"), "-D", data, "-k", directory, "-c", "listen_addresses="],
      directory,
      ...(user === undefined ? {} : { user }),
      openFiles,
      // SIGINT is PostgreSQL's fast shutdown, which does not wait for clients.
      stopSignal: "SIGINT",
    });
    const credentialsFile = join(directory, "credentials.json");
    writeFileSync(credentialsFile, JSON.stringify({ host: directory, user: USER, dbname: DATABASE }));
    return new Postgres(program, credentialsFile);
  }

  get pid(): number {
    return this.program.pid;
  }
}
