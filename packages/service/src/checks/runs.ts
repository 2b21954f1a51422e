import { setTimeout as delay } from "node:timers/promises";

import { absentHint } from "../commands";
import { type Report, seconds } from "../report";
import type { Server } from "../server";

/** TimeoutStartSec= of the unit that runs `install`. */
const INSTALL_SECONDS = 180;
/** Limit of a migration on a server (src/servers/migration-document.ts). */
const MIGRATE_SECONDS = 3600;
/** Limit of a job without an entry, as the schema has it. */
const JOB_MINUTES = 60;

/**
 * Runs `install` twice: a server runs it at every boot.
 * @returns whether both runs succeeded, or there is none
 */
export async function checkInstall(report: Report, server: Server, signal: AbortSignal): Promise<boolean> {
  if (!server.has("install")) {
    report.skipped("install", "the folder has none");
    return true;
  }
  const again = "systemd runs it again every half minute, and the server stays unhealthy";
  return twice(report, server, "install", INSTALL_SECONDS, again, signal);
}

/**
 * Runs `migrate` twice: the next release has it, too.
 * @returns whether both runs succeeded
 */
export function checkMigrate(report: Report, server: Server, signal: AbortSignal): Promise<boolean> {
  return twice(report, server, "migrate", MIGRATE_SECONDS, "the release does not roll out", signal);
}

/** Runs the jobs that were asked for, once each, and names the others. */
export async function checkJobs(
  report: Report,
  server: Server,
  asked: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  for (const name of server.jobs) {
    const path = `jobs/${name}`;
    if (!asked.includes(name)) {
      report.skipped(path, `not run; --job ${name} runs it once`);
      continue;
    }
    const limit = 60 * (server.jobMinutes(name) ?? JOB_MINUTES);
    const { problem, took, printed } = await run(report, server, path, path, limit, signal);
    if (problem === undefined) report.ok(path, `ends with 0 after ${took}`);
    else {
      report.failed(path, problem, "an error in the logs, and no second run on that day");
      report.output(printed);
    }
  }
}

async function twice(
  report: Report,
  server: Server,
  path: string,
  limit: number,
  onServer: string,
  signal: AbortSignal,
): Promise<boolean> {
  const times: string[] = [];
  for (const time of ["first", "second"]) {
    const { problem, took, printed } = await run(report, server, path, `${path}, ${time} run`, limit, signal);
    if (problem !== undefined) {
      const isRepeated = time === "second" ? "; it must do nothing when all is done already" : "";
      report.failed(path, `the ${time} run ${problem}${isRepeated}`, onServer);
      report.output(printed);
      return false;
    }
    times.push(took);
  }
  report.ok(path, `succeeds twice, in ${times.join(" and ")}`);
  return true;
}

/** Runs a program of the folder until it ends, and ends what it left running. */
async function run(report: Report, server: Server, path: string, what: string, limit: number, signal: AbortSignal) {
  signal.throwIfAborted();
  const start = Date.now();
  const program = server.run(path);
  let isLate: boolean;
  try {
    const ended = program.ended.then(() => false);
    isLate = await report.during(what, Promise.race([ended, delay(limit * 1000, true, { ref: false })]));
  } finally {
    program.signalAll("SIGKILL");
  }
  const { exit: how = 0 } = program;
  const printed = program.printed();
  const ending = typeof how === "number" ? `ends with status ${how}` : `is ended by ${how}`;
  const failure = how === 0 ? undefined : `${ending}${absentHint(how, printed)}`;
  const problem = isLate ? `takes longer than ${limit} s` : failure;
  return { problem, took: seconds(Date.now() - start), printed };
}
