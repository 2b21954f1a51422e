import { ServerProcess } from "../server-process";
import type { Item } from "./organization";

/** Starts the stand-in as a child process. @throws UserError when it does not start */
export function startDatadogApi(root: string, log: string): Promise<ServerProcess> {
  return ServerProcess.start({
    name: "The stand-in for Datadog's API",
    command: process.execPath,
    args: ["scripts/run.mjs", "packages/local-cloud/src/datadog-stand-in/main.ts"],
    cwd: root,
    log,
  });
}

/** Every object that a stand-in holds. */
export async function datadogInventory({ url }: ServerProcess): Promise<Item[]> {
  return (await (await fetch(`${url}/_stand-in/inventory`)).json()) as Item[];
}
