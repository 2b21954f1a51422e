// Only one set-up runs at a time. A second one waits, and then has nothing left to install.
import { mkdirSync, renameSync, rmSync, statSync, utimes } from "node:fs";
import { join } from "node:path";
import { clearInterval, setInterval } from "node:timers";
import { setTimeout } from "node:timers/promises";

import { say } from "./report.mjs";

const POLL_MS = 200;
/** The process that holds the lock renews its time this often. */
const RENEWAL_MS = 1_000;
/** A lock that was not renewed for so long is that of a killed set-up. No step of the set-up blocks its process for as long. */
const DEAD_MS = 30_000;

/** Runs an action while no other process runs one in this project, and waits for another set-up. */
export async function withLock(root, action) {
  const lock = join(root, ".build", "setup.lock");
  mkdirSync(join(root, ".build"), { recursive: true });
  let hasSaidSo = false;
  while (!acquire(lock)) {
    if (!hasSaidSo) say("Waiting for another set-up ...");
    hasSaidSo = true;
    await setTimeout(POLL_MS);
  }
  const renewal = setInterval(() => utimes(lock, new Date(), new Date(), () => undefined), RENEWAL_MS);
  const release = () => rmSync(lock, { recursive: true, force: true });
  process.once("exit", release);
  try {
    return await action();
  } finally {
    clearInterval(renewal);
    process.off("exit", release);
    release();
  }
}

function acquire(lock) {
  removeDead(lock);
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** Only one of several waiting set-ups can rename the directory. */
function removeDead(lock) {
  try {
    if (Date.now() - statSync(lock).mtimeMs < DEAD_MS) return;
    const dead = `${lock}.${process.pid}`;
    renameSync(lock, dead);
    rmSync(dead, { recursive: true, force: true });
  } catch {
    // it has been released or removed in the meantime
  }
}
