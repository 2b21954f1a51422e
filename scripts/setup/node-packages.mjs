import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { say, SetupError } from "./report.mjs";
import { install } from "./run.mjs";
import { hashOf, isStamped, writeStamp } from "./stamp.mjs";
import { isAtLeast } from "./version.mjs";

const MINIMUM = "20.19";

const lockFile = (root) => join(root, "package-lock.json");
// npm writes this file last, and `npm ci` removes it first.
const installedFile = (root) => join(root, "node_modules", ".package-lock.json");
const stamp = (root) => join(root, "node_modules", ".setup-stamp");

/** @throws SetupError when this Node is too old */
export function requireNode(version = process.versions.node) {
  if (isAtLeast(version, MINIMUM)) return;
  throw new SetupError(`Node ${version} is too old: install Node ${MINIMUM} or newer and run the command again.`);
}

/** Whether node_modules contains the packages of package-lock.json. */
export function nodePackagesAreFresh(root) {
  if (!existsSync(installedFile(root))) return false;
  const hash = hashOf(lockFile(root));
  if (isStamped(stamp(root), hash)) return true;
  if (!isInstalledAsLocked(root)) return false;
  writeStamp(stamp(root), hash); // installed by hand
  return true;
}

/** Compares the two lock files. A package for another platform may be absent. */
function isInstalledAsLocked(root) {
  const { packages: wanted } = JSON.parse(readFileSync(lockFile(root), "utf8"));
  let installed;
  try {
    ({ packages: installed } = JSON.parse(readFileSync(installedFile(root), "utf8")));
  } catch {
    return false;
  }
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    if (path === "") return true;
    const one = installed[path];
    if (one === undefined) return optional === true;
    return one.version === version && one.integrity === integrity;
  });
}

/** @throws SetupError when npm is missing or fails */
export async function installNodePackages(root) {
  say("Installing the Node packages (npm ci) ...");
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund"];
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith(".js") && existsSync(npm) ? [process.execPath, [npm]] : ["npm", []];
  await install(root, "npm ci", "setup-npm.log", command, [...first, ...args]);
  writeStamp(stamp(root), hashOf(lockFile(root)));
}
