import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";

import { UserError } from "@dev-one/cli/user-error";

/** Where psql connects, in libpq's environment variables. */
export type Connection = Readonly<Record<`PG${string}`, string>>;

interface Waiting {
  readonly rows: string[];
  readonly resolve: (rows: string[]) => void;
  readonly reject: (error: Error) => void;
}

/** Printed behind the rows of a statement. No row of the statements of this package is it. */
const END = "-- end --";

/**
 * A session of psql. Statements reach it through its standard input and are in no list of processes and no history; errors are
 * terse, because a longer message repeats the statement.
 */
export class Psql {
  private readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly ended: Promise<void>;
  private waiting: Waiting | undefined;
  private output = "";
  private errors = "";
  private hasEnded = false;

  constructor(connection: Connection) {
    const options = ["--no-psqlrc", "--no-password", "--quiet", "--no-align", "--tuples-only"];
    const variables = ["ON_ERROR_STOP=1", "VERBOSITY=terse"].flatMap((variable) => ["--set", variable]);
    this.process = spawn("psql", [...options, ...variables], {
      env: { PATH: process.env.PATH, LC_ALL: "C", PGAPPNAME: "database-users", ...connection },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.process.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.read(text);
    });
    this.process.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.errors += text;
    });
    // Writing to a process that has ended fails here, and the end itself is reported below.
    this.process.stdin.on("error", () => undefined);
    this.ended = new Promise((resolve) => {
      this.process.on("error", (error) => {
        this.errors += error.message;
      });
      this.process.on("close", () => {
        this.hasEnded = true;
        this.waiting?.reject(this.failure());
        resolve();
      });
    });
  }

  /**
   * Runs statements.
   * @returns the rows, columns separated by `|`
   * @throws UserError with PostgreSQL's message; the session has ended then, and a transaction is rolled back
   */
  run(statements: string): Promise<string[]> {
    return new Promise((resolve, reject) => {
      if (this.hasEnded) {
        reject(this.failure());
        return;
      }
      this.waiting = { rows: [], resolve, reject };
      this.process.stdin.write(`${statements};\nSELECT '${END}';\n`);
    });
  }

  async close(): Promise<void> {
    this.process.stdin.end();
    await this.ended;
  }

  private read(text: string): void {
    const lines = `${this.output}${text}`.split("\n");
    this.output = lines.pop() ?? "";
    for (const line of lines) {
      if (line !== END) this.waiting?.rows.push(line);
      else {
        const { waiting } = this;
        this.waiting = undefined;
        waiting?.resolve(waiting.rows);
      }
    }
  }

  private failure(): UserError {
    return new UserError(
      `PostgreSQL: ${this.errors.trim().replaceAll(/\s*\n\s*/g, "; ") || "the connection has ended"}`,
    );
  }
}

/** A string as SQL. `standard_conforming_strings` is on by default. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** An identifier as SQL. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
