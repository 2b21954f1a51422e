import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";

import { execa } from "execa";

export const STOCK_CONF = "/etc/nginx/nginx.conf";
export const STOCK_SITE = "/etc/nginx/sites-available/default";

/** Why Debian's default nginx configuration cannot be used: it is not on this machine, or was changed here. */
export async function whyNoStock(): Promise<string | undefined> {
  const query = ["--show", "--showformat", "${Conffiles}\n", "nginx-common"];
  const { stdout, failed } = await execa("dpkg-query", query, { reject: false, stdin: "ignore" });
  if (failed) return "Debian's package nginx-common is not installed";
  const changed = [STOCK_CONF, STOCK_SITE].find((file) => !isAsPackaged(file, stdout));
  return changed === undefined ? undefined : `${changed} is missing or not as its package brought it`;
}

/** Compares a file with the MD5 that dpkg recorded in lines such as ` /etc/nginx/nginx.conf 0123...`. */
export function isAsPackaged(file: string, conffiles: string): boolean {
  if (!existsSync(file)) return false;
  const md5 = createHash("md5").update(readFileSync(file)).digest("hex");
  return conffiles.split("\n").some((line) => line.trim().startsWith(`${file} ${md5}`));
}
