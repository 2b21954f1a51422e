import { chownSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Processes, SystemUser } from "../machine/processes";

const USER = "evidence";

/**
 * Starts a PostgreSQL instance of this run, which listens on a Unix socket only.
 * @param user undefined to run it as the user of this command
 * @returns its process id, and a file with the connection parameters of a client, as one JSON object
 */
export async function startPostgres(
  processes: Processes,
  directory: string,
  user: SystemUser | undefined,
): Promise<{ readonly pid: number; readonly credentialsFile: string }> {
  const data = join(directory, "data");
  mkdirSync(directory, { recursive: true });
  if (user !== undefined) chownSync(directory, user.uid, user.gid);
  const options = ["-U", USER, "--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8"];
  const initdb = processes.start({ name: "initdb", command: ["initdb", "-D", data, ...options], directory, user });
  await initdb.ended;
  if (!existsSync(join(data, "PG_VERSION"))) throw initdb.failure("PostgreSQL could not be prepared");
  const { pid } = processes.start({
    name: "postgres",
    command: ["postgres", "-D", data, "-k", directory, "-c", "listen_addresses="],
    directory,
    user,
    // SIGINT is PostgreSQL's fast shutdown, which does not wait for clients.
    stopSignal: "SIGINT",
  });
  const credentialsFile = join(directory, "credentials.json");
  writeFileSync(credentialsFile, JSON.stringify({ host: directory, user: USER, dbname: "postgres" }));
  return { pid, credentialsFile };
}
