import { existsSync } from "node:fs";
import { join } from "node:path";

import { makeVenv, pipInstall } from "./python-packages.mjs";
import { hashOf, isStamped, writeStamp } from "./stamp.mjs";

// Checkov has a separate virtual environment, because it pins older versions of packages that the local cloud needs.
const VENV = ".venv-checkov";
const REQUIREMENTS = join("packages", "policy", "requirements-checkov.txt");

const python = (root) => join(root, VENV, "bin", "python");
const stamp = (root) => join(root, VENV, ".setup-stamp");
const wantedHash = (root) =>
  hashOf(join(root, REQUIREMENTS), join(root, "packages", "policy", "constraints-checkov.txt"));

/** Whether .venv-checkov holds the pinned checkov. */
export function checkovIsFresh(root) {
  return existsSync(python(root)) && isStamped(stamp(root), wantedHash(root));
}

/** Deletes and creates .venv-checkov. @throws SetupError when Python is missing or too old, or pip fails */
export async function installCheckov(root) {
  await makeVenv(root, VENV, "checkov");
  await pipInstall(root, REQUIREMENTS, python(root));
  writeStamp(stamp(root), wantedHash(root));
}
