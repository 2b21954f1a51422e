import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { NGINX_INCLUDE, runDevOneProgram, SERVICE, ShippedFiles } from "@dev-one/service/shipped-files";
import type { ServerFile } from "@dev-one/terraform-json/user-data";

import { staging } from "../../../../src/environments";

/** A service with the default settings. */
const DEFAULTS = { name: "example", row: { team: "team", healthPath: "/healthz", maxBodyMib: 1, settings: {} } };

/** The files of the example service. The measured program is the same for every environment. */
export function exampleService(root: string): readonly ServerFile[] {
  const directory = join(root, "src", "servers", "example-service");
  return readdirSync(directory).map((name) => {
    const content = readFileSync(join(directory, name), "utf8");
    return { path: `${SERVICE}/${name}`, content, executable: content.startsWith("#!") };
  });
}

/** What dev-one-program writes for nginx on a server whose only service has the default settings. */
export async function nginxInclude(python: string, directory: string, shipped: ShippedFiles): Promise<ServerFile> {
  await runDevOneProgram(python, directory, shipped, DEFAULTS);
  return { path: NGINX_INCLUDE, content: readFileSync(join(directory, NGINX_INCLUDE), "utf8"), executable: false };
}

/**
 * The synthesized files of staging's servers, the example service, and what dev-one-program writes for it.
 * @param outdir output directory of the synthesis
 */
export async function measuredFiles(root: string, outdir: string, signal: AbortSignal): Promise<ShippedFiles> {
  const shipped = await ShippedFiles.synthesize(root, outdir, staging, signal);
  const python = join(root, ".venv", "bin", "python");
  return shipped.with([await nginxInclude(python, join(outdir, "..", "server"), shipped), ...exampleService(root)]);
}
