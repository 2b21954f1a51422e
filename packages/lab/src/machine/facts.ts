import { existsSync, readFileSync } from "node:fs";
import { cpus, getPriority, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";

import { execa } from "execa";

import type { Machine, Setting } from "../evidence";
import { mebibytes } from "../measure/proc";
import type { Programs } from "./programs";

/** The hard open-files limit of this process, which its child processes inherit. */
export function hardOpenFiles(limits = readFileSync("/proc/self/limits", "utf8")): number {
  const match = /^Max open files\s+\S+\s+(\S+)/m.exec(limits);
  return match?.[1] === "unlimited" ? Number.MAX_SAFE_INTEGER : Number(match?.[1] ?? 0);
}

/** Number of ephemeral ports of this machine. */
export function dialPorts(range = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8")): number {
  const [first = 0, last = 0] = range.trim().split(/\s+/).map(Number);
  return last - first + 1;
}

export function availableMebibytes(meminfo = readFileSync("/proc/meminfo", "utf8")): number {
  return mebibytes(meminfo, "MemAvailable") ?? 0;
}

/** Describes the machine without its host name. */
export async function describeMachine(root: string, programs: Programs): Promise<Omit<Machine, "loadAfter">> {
  const python = join(root, ".venv", "bin", "python");
  const versions = {
    nginx: await version(programs.nginx, ["-v"], /nginx\/(\S+)/),
    h2load: await version(programs.h2load, ["--version"], /nghttp2\/(\S+)/),
    PostgreSQL: await version(join(programs.postgres, "postgres"), ["--version"], /(\d+(\.\d+)?)/),
    Python: await version(python, ["--version"], /Python (\S+)/),
    "Node.js": process.versions.node,
  };
  return {
    cores: cpus().length,
    cpu: cpus()[0]?.model ?? "unknown",
    memoryMib: Math.round(totalmem() / 2 ** 20),
    kernel: release().split("-")[0] ?? release(),
    system: systemName(),
    openFiles: hardOpenFiles(),
    versions,
    loadBefore: loadAverage(),
    nice: getPriority(),
  };
}

export function loadAverage(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}

async function version(program: string, args: readonly string[], pattern: RegExp): Promise<string> {
  const { all } = await execa(program, args, { all: true, reject: false, stdin: "ignore" });
  return pattern.exec(all)?.[1] ?? "unknown";
}

function systemName(file = "/etc/os-release"): string {
  if (!existsSync(file)) return "Linux";
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(readFileSync(file, "utf8"))?.[1] ?? "Linux";
}

/** Compares the kernel settings of the servers with those of this machine, without changing any. */
export function compareSettings(sysctls: string, readHere: (name: string) => string = readSetting): Setting[] {
  return sysctls
    .split("\n")
    .filter((line) => /^[a-z]/.test(line))
    .map((line) => {
      const [name = "", shipped = ""] = line.split("=").map((part) => part.trim());
      return { name, shipped, here: readHere(name) };
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
