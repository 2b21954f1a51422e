import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** The processes whose environment has this TMPDIR: those of one test's run, and nobody else's. */
export function processesIn(directory: string, command = ""): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .filter((pid) => {
      try {
        const isOurs = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`TMPDIR=${directory}`);
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        return isOurs && words.includes(command) && readlinkSync(`/proc/${pid}/exe`) !== "";
      } catch {
        return false; // it has ended, or belongs to somebody else
      }
    })
    .map(Number);
}

export async function waitUntil(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 100 && !condition(); attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(condition()).toBe(true);
}
