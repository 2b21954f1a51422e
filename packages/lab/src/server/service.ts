import { join } from "node:path";

import type { Processes, Program } from "../machine/processes";
import type { SystemUser } from "../machine/users";
import { serviceOf, socketOf } from "./substitutions";

/**
 * Starts the example service of the servers.
 * @param user undefined when this command itself runs as an unprivileged user
 */
export function startService(
  {
    processes,
    root,
    environment,
  }: { readonly processes: Processes; readonly root: string; readonly environment: string },
  directory: string,
  credentialsFile: string,
  user: SystemUser | undefined,
): Program {
  const python = join(root, ".venv", "bin", "python");
  return processes.start({
    name: "service",
    command: [join(serviceOf(directory), "run")],
    directory,
    // nginx accesses the socket through its group, as on a server. In root's home directory no other user can run Python.
    user: user === undefined ? undefined : { uid: 0, gid: user.gid },
    env: {
      SERVICE_SOCKET: socketOf(directory),
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
  });
}

/** Waits until the service can use its database. */
export function becomesReady(service: Program, url: string, signal: AbortSignal): Promise<void> {
  const isReady = async () => (await fetch(url).catch(() => undefined))?.status === 200;
  return service.becomes("The example service did not become ready", isReady, 30, signal);
}
