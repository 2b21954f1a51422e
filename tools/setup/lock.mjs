// One set-up at a time: a second one waits, then finds everything done.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout } from "node:timers/promises";

import { SetupError, say } from "./report.mjs";

const POLL_MS = 200;
const LONGEST_WAIT_MS = 15 * 60_000;

/**
 * Runs an action while no other process runs one in this project.
 *
 * @throws SetupError when another set-up has not ended after 15 minutes
 */
export async function withLock(root, action) {
  const file = join(root, ".build", "setup.lock");
  mkdirSync(join(root, ".build"), { recursive: true });
  const started = Date.now();
  let hasSaidSo = false;
  while (!acquire(file)) {
    const holder = holderOf(file);
    if (holder !== undefined && !isRunning(holder)) {
      removeDeadLock(file, holder);
      continue;
    }
    if (Date.now() - started > LONGEST_WAIT_MS) {
      throw new SetupError(
        `Another set-up (process ${holder}) has held the lock for 15 minutes: end it, or delete ${relative(root, file)}.`,
      );
    }
    if (!hasSaidSo) say(`Waiting for another set-up (process ${holder}) ...`);
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

/** A link appears with its content at once, so nobody reads a lock that names no process yet. */
function acquire(file) {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, `${process.pid}\n`);
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

/** Takes the lock of a killed set-up away; puts it back when another one has taken it since. */
function removeDeadLock(file, holder) {
  const taken = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, taken);
    if (holderOf(taken) !== holder) linkSync(taken, file);
  } catch {
    // another waiting set-up was faster
  }
  rmSync(taken, { force: true });
}

function holderOf(file) {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return undefined; // released meanwhile
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
