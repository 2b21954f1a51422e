import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";

import { execa } from "execa";

export const STOCK_CONF = "/etc/nginx/nginx.conf";
export const STOCK_SITE = "/etc/nginx/sites-available/default";

export type StockFiles =
  { readonly conf: string; readonly site: string; readonly version: string } | { readonly missing: string };

/** Debian's default nginx configuration, if it is unchanged on this machine. */
export async function readStockFiles(): Promise<StockFiles> {
  const { stdout, failed } = await execa(
    "dpkg-query",
    ["--show", "--showformat", "${Version}\n${Conffiles}\n", "nginx-common"],
    { reject: false, stdin: "ignore" },
  );
  if (failed) return { missing: "Debian's package nginx-common is not installed" };
  const [version = "", ...lines] = stdout.split("\n");
  for (const file of [STOCK_CONF, STOCK_SITE]) {
    if (!existsSync(file)) return { missing: `${file} is missing` };
    if (!isAsPackaged(file, readFileSync(file), lines)) return { missing: `${file} is not as its package brought it` };
  }
  return { conf: readFileSync(STOCK_CONF, "utf8"), site: readFileSync(STOCK_SITE, "utf8"), version };
}

/** Compares a file with the MD5 that dpkg recorded in lines such as ` /etc/nginx/nginx.conf 0123...`. */
export function isAsPackaged(file: string, content: Buffer | string, conffiles: readonly string[]): boolean {
  const md5 = createHash("md5").update(content).digest("hex");
  return conffiles.some((line) => {
    const [path, recorded] = line.trim().split(/\s+/);
    return path === file && recorded === md5;
  });
}
