import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Processes, Program } from "./processes";

export interface Nginx {
  readonly pid: number;
  readonly program: Program;
  readonly errorLog: () => string;
}

/**
 * Starts nginx in the foreground with the content of an nginx.conf, and waits until it has opened its sockets.
 * @param within command that runs nginx, such as one that changes to another network. @default none
 */
export async function startNginx(
  {
    processes,
    signal,
    within = [],
  }: { readonly processes: Processes; readonly signal: AbortSignal; readonly within?: readonly string[] },
  directory: string,
  configuration: string,
): Promise<Nginx> {
  for (const name of ["log", "run", "temporary"]) mkdirSync(join(directory, name), { recursive: true });
  const file = join(directory, "nginx.conf");
  writeFileSync(file, configuration);
  const [early = "", ...others] = ["early.log", "error.log"].map((name) => join(directory, "log", name));
  const errorLog = () => [early, ...others].map((log) => (existsSync(log) ? readFileSync(log, "utf8") : "")).join("");
  const command = [...within, "nginx", "-e", early, "-c", file, "-g", "daemon off;"];
  const program = processes.start({ name: "nginx", command, directory });
  // nginx writes its process id after it has opened its sockets.
  await program.becomes("nginx did not start", () => existsSync(join(directory, "nginx.pid")), 10, signal);
  return { pid: program.pid, program, errorLog };
}
