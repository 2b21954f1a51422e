// Only one set-up runs at a time. A second one waits, and then has nothing left to install.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { say } from "./report.mjs";

const POLL_MS = 200;

/** Runs an action while no other process runs one in this project. Waits for another set-up, and names its process. */
export async function withLock(root, action) {
  const file = join(root, ".build", "setup.lock");
  mkdirSync(join(root, ".build"), { recursive: true });
  let hasSaidSo = false;
  while (!acquire(file)) {
    const holder = holderOf(file);
    if (holder !== undefined && !isRunning(holder)) {
      removeDeadLock(file, holder);
      continue;
    }
    if (!hasSaidSo) say(`Waiting for another set-up (process ${idOf(holder)}) ...`);
    hasSaidSo = true;
    await setTimeout(POLL_MS);
  }
  const release = () => rmSync(file, { force: true });
  process.once("exit", release);
  try {
    return await action();
  } finally {
    process.off("exit", release);
    release();
  }
}

/** Creates the lock as a hard link, which has its content from the start, so that no process reads a lock without a process id. */
function acquire(file) {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, `${process.pid} ${startOf(process.pid)}\n`);
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Removes the lock of a killed set-up, and restores it if another set-up has acquired it in the meantime. */
function removeDeadLock(file, holder) {
  const taken = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, taken);
    if (holderOf(taken) !== holder) linkSync(taken, file);
  } catch {
    // another waiting set-up has already removed the lock
  }
  rmSync(taken, { force: true });
}

/** Id and start time of the process that holds a lock, as one string; undefined if the lock was released in the meantime. */
function holderOf(file) {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
}

function idOf(holder = "unknown") {
  return holder.split(" ")[0];
}

function isRunning(holder) {
  const pid = Number(idOf(holder));
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== "EPERM") return false;
  }
  const [, started = ""] = holder.split(" ");
  const since = startOf(pid);
  return started === "" || since === "" || started === since;
}

/** Start time of a process, because another process can have its id after a reboot; empty if the system does not report it. */
function startOf(pid) {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The program name, in parentheses, can contain any character. The start time is the 20th field after it.
    return `${boot}/${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
  } catch {
    return ""; // not Linux
  }
}
