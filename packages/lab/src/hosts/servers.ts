import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { JsonObject } from "@dev-one/cli/json";
import { startNginx } from "@dev-one/service/nginx";
import type { Processes, SystemUser } from "@dev-one/service/processes";
import { NGINX_CONF, NGINX_INCLUDE, ShippedFiles } from "@dev-one/service/shipped-files";
import {
  includeOf,
  includeSubstitutions,
  noProgramOf,
  type Place,
  shippedSubstitutions,
  substitute,
} from "@dev-one/service/substitutions";
import { fromSynthesis } from "@dev-one/terraform-json/resources";

import { templateOf } from "../compile/addresses";
import { nginxInclude } from "../server/measured-files";
import { runScript, within } from "./namespaces";
import type { LabHost } from "./topology";

const SYSCTLS = "/etc/sysctl.d/90-dev-one.conf";

/** The files that the servers of each Auto Scaling group get, by the address of the group. */
export async function shippedFiles(
  stack: string,
  json: JsonObject,
  python: string,
  scratch: string,
): Promise<ReadonlyMap<string, ShippedFiles>> {
  const groups = fromSynthesis(stack, json).of("aws_autoscaling_group");
  const names = groups.map((group) => templateOf(group).text("name") ?? "");
  const byTemplate = new Map(
    await Promise.all(
      [...new Set(names)].map(async (name) => {
        const shipped = await ShippedFiles.of(json, name);
        return [name, shipped.with([await nginxInclude(python, join(scratch, name), shipped)])] as const;
      }),
    ),
  );
  return new Map(
    groups.flatMap((group, index): [string, ShippedFiles][] => {
      const shipped = byTemplate.get(names[index] ?? "");
      return shipped === undefined ? [] : [[group.address, shipped]];
    }),
  );
}

/**
 * Starts nginx as a server does: with its nginx.conf, kernel settings and host name, at its own address and port 80. It answers by itself,
 * as on a server on which no program is expected.
 */
export async function startServer(
  {
    processes,
    signal,
    user,
  }: { readonly processes: Processes; readonly signal: AbortSignal; readonly user: SystemUser },
  host: LabHost,
  {
    directory,
    domain,
    shipped,
  }: { readonly directory: string; readonly domain: string; readonly shipped: ShippedFiles },
): Promise<void> {
  mkdirSync(directory, { recursive: true });
  writeFileSync(noProgramOf(directory), "");
  const place: Place = {
    directory,
    addresses: [host.address ?? ""],
    port: 80,
    statusPort: 8081,
    user: user.name,
    group: user.group,
  };
  writeFileSync(
    includeOf(directory),
    substitute(NGINX_INCLUDE, shipped.read(NGINX_INCLUDE), includeSubstitutions(place)),
  );
  const configuration = substitute(NGINX_CONF, shipped.read(NGINX_CONF), shippedSubstitutions(place));
  await runScript(host.name, kernelSettings(shipped.read(SYSCTLS)));
  const named = ["unshare", "--uts", "sh", "-c", `hostname "$0" && exec "$@"`, `${host.name}.${domain}`];
  await startNginx({ processes, signal, within: [...within(host.name), ...named] }, directory, configuration);
}

/** The settings of a sysctl.d file, all of which are those of one network namespace. */
const kernelSettings = (file: string): string =>
  [...file.matchAll(/^([a-z]\S*)\s*=\s*(.*)$/gm)]
    .map(([, name = "", value = ""]) => `echo ${value.trim()} > /proc/sys/${name.replaceAll(".", "/")}\n`)
    .join("");
