import { join } from "node:path";

import type { Processes, Program, SystemUser } from "@dev-one/service/processes";
import { serviceOf, socketOf } from "@dev-one/service/substitutions";

/**
 * Starts the example service of the servers.
 * @param user undefined when this command itself runs as an unprivileged user
 */
export function startService(
  { processes, root }: { readonly processes: Processes; readonly root: string },
  directory: string,
  credentialsFile: string,
  user: SystemUser | undefined,
): Program {
  return processes.start({
    name: "service",
    command: [join(serviceOf(directory), "run")],
    directory,
    // nginx accesses the socket through its group, as on a server. In root's home directory no other user can run Python.
    user: user === undefined ? undefined : { uid: 0, gid: user.gid },
    env: {
      SERVICE_SOCKET: socketOf(directory),
      SERVICE_PYTHON: join(root, ".venv", "bin", "python"),
      DATABASE_CREDENTIALS_COMMAND: `cat ${credentialsFile}`,
      PYTHONDONTWRITEBYTECODE: "1",
      ENVIRONMENT: "staging",
      NAME: "api-1",
      ZONE: "zone-1",
      SERVICE: "api-1",
      FLEET: "named",
      ADDRESS: "127.0.0.1",
    },
  });
}
