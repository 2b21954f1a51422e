import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** The processes whose environment has this TMPDIR: only those that one test started. */
export function processesIn(directory: string, command = ""): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .filter((pid) => {
      try {
        const isOurs = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`TMPDIR=${directory}`);
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        return isOurs && words.includes(command) && readlinkSync(`/proc/${pid}/exe`) !== "";
      } catch {
        return false; // it has ended, or belongs to another user
      }
    })
    .map(Number);
}

/** Kills a process, or with a negative id a process group; one that has ended already is no error. */
export function killProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Polls a condition. @throws Error when it is not met within 30 s, which is enough on a busy machine */
export async function waitUntil(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error("it was not so within 30 s");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
