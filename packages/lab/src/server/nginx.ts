import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";

import type { Processes } from "../machine/processes";
import type { Place } from "./substitutions";

export interface Nginx {
  readonly pid: number;
  readonly errorLog: () => string;
}

/** Starts nginx in the foreground with the content of an nginx.conf, and waits until it accepts connections. */
export async function startNginx(
  { processes, signal }: { readonly processes: Processes; readonly signal: AbortSignal },
  { directory, addresses, port }: Place,
  configuration: string,
): Promise<Nginx> {
  for (const name of ["log", "run", "temporary"]) mkdirSync(join(directory, name), { recursive: true });
  const file = join(directory, "nginx.conf");
  writeFileSync(file, configuration);
  const logs = ["early.log", "error.log"].map((name) => join(directory, "log", name));
  const errorLog = () => logs.map((log) => (existsSync(log) ? readFileSync(log, "utf8") : "")).join("");
  const program = processes.start({
    name: "nginx",
    command: ["nginx", "-e", join(directory, "log", "early.log"), "-c", file, "-g", "daemon off;"],
    directory,
  });
  await program.becomes("nginx did not start", () => accepts(addresses[0] ?? "127.0.0.1", port), 10, signal);
  return { pid: program.pid, errorLog };
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const answer = (value: boolean) => () => {
      socket.destroy();
      resolve(value);
    };
    socket.once("connect", answer(true)).once("error", answer(false));
  });
}
