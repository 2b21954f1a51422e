import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { InterruptedError, UserError } from "@dev-one/cli/user-error";

import { instanceType } from "../../../src/environments";
import type { Arguments } from "./arguments";
import { checkConnections } from "./checks/connections";
import { checkOutage, giveDatabase } from "./checks/database";
import { checkFolder, makeBundle } from "./checks/folder";
import { checkBody, checkHeaders, checkKeepAlive, checkLogs } from "./checks/requests";
import { checkInstall, checkJobs } from "./checks/runs";
import { checkListening, checkReadiness, checkStart } from "./checks/start";
import { checkRestart, checkStop } from "./checks/stop";
import { checkPython } from "./commands";
import type { Entry } from "./entry";
import type { TcpAddress } from "./http";
import { Report } from "./report";
import { Server, UNIT } from "./server";
import { hardOpenFiles, Processes } from "./server/processes";
import { requirePrograms, searchPath } from "./server/programs";
import { ShippedFiles } from "./server/shipped-files";
import { readUnit } from "./unit";

const PROGRAMS: Readonly<Record<string, string>> = {
  nginx: "nginx-light",
  python3: "python3",
  tar: "tar",
  ss: "iproute2",
  setpriv: "util-linux",
  prlimit: "util-linux",
};
const DATABASE_PROGRAMS: Readonly<Record<string, string>> = { postgres: "postgresql", initdb: "postgresql" };

export interface TrialOptions extends Arguments {
  readonly entry: Entry;
  /** The project's directory. */
  readonly root: string;
  readonly signal: AbortSignal;
}

/**
 * Tries a folder as a server would run it.
 * @returns whether nothing failed
 * @throws UserError when this machine cannot do that
 */
export async function runTrial(options: TrialOptions): Promise<boolean> {
  const { entry, root, signal } = options;
  if (process.platform !== "linux")
    throw new UserError("The servers run Linux, and so does this command: use a virtual machine or a container.");
  process.env.PATH = searchPath();
  requirePrograms({ ...PROGRAMS, ...(options.database ? DATABASE_PROGRAMS : {}) }, process.env.PATH);
  const report = new Report(console.log, signal);
  const scratch = mkdtempSync(join(tmpdir(), "dev-one-service-"));
  // Programs that run as another user need access.
  chmodSync(scratch, 0o755);
  const synthesis = ShippedFiles.synthesize(root, join(scratch, "cdktf.out"), entry.environment, signal);
  try {
    const shipped = await report.during("reading the servers' files", synthesis);
    const { openFiles } = readUnit(UNIT, shipped.read(UNIT));
    const processes = new Processes(Math.min(openFiles, hardOpenFiles()));
    try {
      await tryAll(options, { shipped, scratch, processes, report });
    } finally {
      await processes.stop();
    }
  } catch (error) {
    throw signal.aborted ? new InterruptedError() : error;
  } finally {
    await synthesis.catch(() => undefined); // it makes directories until it has ended
    allowRemoval(scratch);
    // Others may still write: tar.
    await rm(scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
  console.log(report.summary());
  return !report.hasFailed;
}

export interface Tools {
  readonly shipped: ShippedFiles;
  readonly scratch: string;
  readonly processes: Processes;
  readonly report: Report;
}

/** Tries everything, until something fails that the rest needs. */
export async function tryAll(options: TrialOptions, tools: Tools): Promise<void> {
  const { signal, wait, slowPath, keep } = options;
  const { report } = tools;
  const server = await startFolder(options, tools);
  if (server === undefined) return;
  if (!keep) {
    await checkListening(report, server);
    await checkReadiness(report, server);
    await checkBody(report, server);
    await checkHeaders(report, server);
    await checkKeepAlive(report, server);
    await checkConnections(report, server);
    await checkLogs(report, server);
  }
  const patience = { signal, wait };
  const database = options.database ? await giveDatabase(report, server, { ...tools, ...patience }) : undefined;
  if (!options.database && server.has("migrate")) {
    report.skipped("migrate", "not run; --database runs it with a PostgreSQL, twice");
  }
  await checkJobs(report, server, options.jobs, signal);
  if (keep) {
    await keepRunning(server, signal);
    return;
  }
  if (database !== undefined) await checkOutage(report, server, database, patience);
  await checkRestart(report, server, wait, signal);
  await checkStop(report, server, slowPath);
}

/** Checks the folder, and starts it. @returns undefined when it does not become healthy */
export async function startFolder(options: TrialOptions, tools: Tools): Promise<Server | undefined> {
  const { entry, signal, wait } = options;
  const { shipped, scratch, processes, report } = tools;
  const { folder, release, environment, isOfRepository } = entry;
  const isFolderRelease = release === undefined ? isOfRepository : release.folder !== undefined;
  const { architecture } = instanceType(environment.servers.instanceType);
  const folderOptions = { isFolderRelease, architecture, jobs: [...options.jobs, ...Object.keys(entry.jobs)] };
  const file = join(scratch, "bundle.tar.gz");
  if (!checkFolder(report, folder, folderOptions)) return undefined;
  if (!(await makeBundle(report, folder, file, folderOptions))) return undefined;
  const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
  const server = await Server.prepare({ shipped, entry, scratch, processes, signal, bundle: { file, sha256 } });
  if (!server.has("install")) checkPython(report, server.commands.directory, server.commands.programs);
  if (options.install && !(await checkInstall(report, server, signal))) return undefined;
  // On a server, the folder belongs to root.
  if (!server.isRoot) makeReadOnly(server.path("/opt/dev-one"));
  await server.start();
  return (await checkStart(report, server, wait, signal)) ? server : undefined;
}

/** Says where it answers, and prints what the program prints until the command is interrupted. */
async function keepRunning(server: Server, signal: AbortSignal): Promise<void> {
  const { clients, loopback, listens } = server;
  const direct = "socketPath" in listens ? `curl --unix-socket ${listens.socketPath} http://service/` : urlOf(listens);
  console.log(
    [
      `clients  ${urlOf(clients)}`,
      `readyz   ${urlOf(loopback)}readyz`,
      `program  ${direct}, without nginx`,
      "The program runs until Ctrl-C, and prints:",
    ].join("\n"),
  );
  let shown = 0;
  while (!signal.aborted) {
    const printed = server.service.printed();
    process.stdout.write(printed.slice(shown));
    shown = printed.length;
    await delay(200);
  }
  await server.service.stop();
}

const urlOf = ({ host, port }: TcpAddress): string => `http://${host}:${port}/`;

function makeReadOnly(directory: string): void {
  for (const path of below(directory)) chmodSync(path, lstatSync(path).mode & 0o555);
}

function allowRemoval(scratch: string): void {
  if (process.getuid?.() !== 0) for (const path of below(scratch)) chmodSync(path, lstatSync(path).mode | 0o700);
}

/** A directory and what is below it, directories before what they hold; without links. */
function below(directory: string): string[] {
  const paths = readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? below(path) : entry.isFile() ? [path] : [];
  });
  return [directory, ...paths];
}
