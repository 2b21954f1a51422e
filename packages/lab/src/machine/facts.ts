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

/**
 * Describes the machine without its host name.
 * @param programs commands that print the versions of programs, by the names of the programs
 */
export async function describeMachine(programs: Readonly<Record<string, readonly [program: string, flag: string]>>) {
  const versions = await Promise.all(
    Object.entries(programs).map(async ([name, [program, flag]]) => {
      const { all } = await execa(program, [flag], { all: true, reject: false, stdin: "ignore" });
      return [name, /\d+(\.\d+)+/.exec(all)?.[0] ?? "unknown"] as const;
    }),
  );
  return {
    cores: cpus().length,
    cpu: cpus()[0]?.model ?? "unknown",
    kernel: release().split("-")[0] ?? release(),
    versions: Object.fromEntries(versions),
  };
}

/** What the evidence of one server says about the machine besides. */
export async function describeEvidenceMachine(python: string): Promise<Omit<Evidence["machine"], "loadAfter">> {
  const { versions, ...machine } = await describeMachine({
    ...{ nginx: ["nginx", "-v"], Go: ["go", "version"], PostgreSQL: ["postgres", "--version"] },
    Python: [python, "--version"],
  });
  return {
    ...machine,
    versions: { ...versions, "Node.js": process.versions.node },
    memoryMib: Math.round(totalmem() / 2 ** 20),
    system: /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "Linux",
    openFiles: hardOpenFiles(),
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
