import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import getPort from "get-port";

import { type Answer, ask, shown } from "../http";
import { type Report, seconds } from "../report";
import type { Server } from "../server";
import { startPostgres } from "../server/postgres";
import { type Processes, programUser } from "../server/processes";
import { checkMigrate } from "./runs";

/** How long its health is watched without the database, and with one that has no tables. */
const OUTAGE_MS = 10_000;
const EMPTY_MS = 3_000;

interface Patience {
  readonly signal: AbortSignal;
  /** Seconds that the program may take to notice a database. */
  readonly wait: number;
}

/** A PostgreSQL of this run. */
export interface Database {
  stop(): Promise<void>;
  start(): Promise<void>;
}

/**
 * Gives the running program a database, and migrates it as at the first deployment of a group.
 * @returns undefined when the program is not ready with it
 */
export async function giveDatabase(
  report: Report,
  server: Server,
  { processes, scratch, ...patience }: Patience & { readonly processes: Processes; readonly scratch: string },
): Promise<Database | undefined> {
  const { signal } = patience;
  const owner = server.isRoot ? programUser() : undefined;
  const port = await getPort({ host: "127.0.0.1" });
  const start = async () => {
    const started = await startPostgres(processes, join(scratch, "postgres"), owner, port);
    const accepts = () => started.program.printed().includes("ready to accept connections");
    await started.program.becomes("PostgreSQL did not start", accepts, 30, signal);
    return started;
  };
  let { program, credentialsFile } = await report.during("starting PostgreSQL", start());
  server.setDatabase(credentialsFile);
  if (server.has("migrate")) {
    const sick = await report.during(
      "watching its health with an empty database",
      staysHealthy(server, EMPTY_MS, signal),
    );
    if (sick !== undefined) {
      report.failed(
        "empty",
        `with a database that has no tables yet the health check gets ${shown(sick)}; answer 200 whenever the program can serve at all`,
        "the first deployment runs migrate once the servers are healthy, which they never are",
      );
    }
    if (!(await checkMigrate(report, server, signal))) return undefined;
  }
  if (!(await becomesReady(report, server, "database", "the database appeared", patience))) return undefined;
  return {
    stop: () => program.stop(),
    start: async () => {
      ({ program, credentialsFile } = await start());
    },
  };
}

/** Takes the database away, and gives it back. */
export async function checkOutage(
  report: Report,
  server: Server,
  database: Database,
  patience: Patience,
): Promise<void> {
  await database.stop();
  const sick = await report.during(
    `taking the database away for ${OUTAGE_MS / 1000} s`,
    staysHealthy(server, OUTAGE_MS, patience.signal),
  );
  const readiness = await ask(server.loopback, "/readyz");
  if (sick === undefined && typeof readiness !== "string" && readiness.status === 200)
    report.warning(
      "outage",
      "healthy without the database, and GET /readyz stays 200; answer 503 if requests need the database, or no alert says which servers are not ready",
    );
  else if (sick === undefined) report.ok("outage", `healthy without the database, readyz ${shown(readiness)}`);
  else {
    report.failed(
      "outage",
      `without the database the health check gets ${shown(sick)}; answer 200 whenever the program can serve at all`,
      "an outage of the database replaces every server",
    );
  }
  await database.start();
  await becomesReady(report, server, "reconnect", "it came back", patience);
}

async function becomesReady(
  report: Report,
  server: Server,
  what: string,
  after: string,
  { signal, wait }: Patience,
): Promise<boolean> {
  const begin = Date.now();
  let answer: Answer | string = "";
  const untilReady = async () => {
    while (Date.now() - begin < wait * 1000) {
      signal.throwIfAborted();
      answer = await ask(server.loopback, "/readyz");
      if (typeof answer !== "string" && answer.status === 200) return true;
      await delay(200);
    }
    return false;
  };
  const isReady = await report.during(`waiting for GET /readyz, ${wait} s`, untilReady());
  if (isReady) report.ok(what, `ready ${seconds(Date.now() - begin)} after ${after}`);
  else {
    report.failed(
      what,
      `GET /readyz answers ${shown(answer)} for ${wait} s after ${after}; run DATABASE_CREDENTIALS_COMMAND for each new connection, and try again by itself`,
      "the service needs a restart after each outage of the database",
    );
    report.output(server.service.printed());
  }
  return isReady;
}

/** @returns the first answer to the health check other than 200 */
async function staysHealthy(
  server: Server,
  milliseconds: number,
  signal: AbortSignal,
): Promise<Answer | string | undefined> {
  const end = Date.now() + milliseconds;
  while (Date.now() < end) {
    signal.throwIfAborted();
    const answer = await ask(server.clients, "/healthz");
    if (typeof answer === "string" || answer.status !== 200) return answer;
    await delay(500);
  }
  return undefined;
}
