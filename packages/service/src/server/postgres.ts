import { chownSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Processes, Program, SystemUser } from "./processes";

const USER = "example";

/**
 * Starts a PostgreSQL instance of this run, which listens on a Unix socket, and on loopback if a port is given. A directory that has been
 * used before still holds its data.
 * @param user undefined to run it as the user of this command
 * @returns its process, and a file with the connection parameters of a client, as one JSON object
 */
export async function startPostgres(
  processes: Processes,
  directory: string,
  user: SystemUser | undefined,
  port?: number,
): Promise<{ readonly program: Program; readonly credentialsFile: string }> {
  const data = join(directory, "data");
  mkdirSync(directory, { recursive: true });
  if (user !== undefined) chownSync(directory, user.uid, user.gid);
  if (!existsSync(data)) {
    const options = ["-U", USER, "--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8"];
    const initdb = processes.start({ name: "initdb", command: ["initdb", "-D", data, ...options], directory, user });
    await initdb.ended;
    if (!existsSync(join(data, "PG_VERSION"))) throw initdb.failure("PostgreSQL could not be prepared");
  }
  const listen = port === undefined ? ["listen_addresses="] : ["listen_addresses=127.0.0.1", "-c", `port=${port}`];
  const program = processes.start({
    name: "postgres",
    command: ["postgres", "-D", data, "-k", directory, "-c", ...listen],
    directory,
    user,
    // SIGINT is PostgreSQL's fast shutdown, which does not wait for clients.
    stopSignal: "SIGINT",
  });
  const credentialsFile = join(directory, "credentials.json");
  const server = port === undefined ? { host: directory } : { host: "127.0.0.1", port, sslmode: "disable" };
  writeFileSync(credentialsFile, JSON.stringify({ ...server, user: USER, password: "", dbname: "postgres" }));
  return { program, credentialsFile };
}
