import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";

import { hardOpenFiles } from "@dev-one/service/processes";
import { execa } from "execa";

import type { Evidence } from "../evidence/figures";

/** Number of ephemeral ports of this machine. */
export function dialPorts(range = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8")): number {
  const [first = 0, last = 0] = range.trim().split(/\s+/).map(Number);
  return last - first + 1;
}

async function versionOf(program: string, flag = "--version"): Promise<string> {
  const { all } = await execa(program, [flag], { all: true, reject: false, stdin: "ignore" });
  return /\d+(\.\d+)+/.exec(all)?.[0] ?? "unknown";
}

/** Describes the machine without its host name. */
export async function describeMachine(python: string): Promise<Omit<Evidence["machine"], "loadAfter">> {
  const versions = {
    nginx: await versionOf("nginx", "-v"),
    Go: await versionOf("go", "version"),
    PostgreSQL: await versionOf("postgres"),
    Python: await versionOf(python),
    "Node.js": process.versions.node,
  };
  return {
    cores: cpus().length,
    cpu: cpus()[0]?.model ?? "unknown",
    memoryMib: Math.round(totalmem() / 2 ** 20),
    kernel: release().split("-")[0] ?? release(),
    system: /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "Linux",
    openFiles: hardOpenFiles(),
    versions,
    loadBefore: loadAverage(),
  };
}

export function loadAverage(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}

/** Compares the kernel settings of the servers with those of this machine, without changing any. */
export function compareSettings(
  sysctls: string,
  readHere: (name: string) => string = readSetting,
): Evidence["settings"] {
  return [...sysctls.matchAll(/^([a-z]\S*)\s*=\s*(.*)$/gm)].map(([, name = "", shipped = ""]) => {
    return { name, shipped: shipped.trim(), here: readHere(name) };
  });
}

function readSetting(name: string): string {
  try {
    return readFileSync(join("/proc/sys", ...name.split(".")), "utf8")
      .trim()
      .replaceAll(/\s+/g, " ");
  } catch {
    return "cannot be read";
  }
}
