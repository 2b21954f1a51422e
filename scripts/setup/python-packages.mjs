import { existsSync, lstatSync, unlinkSync } from "node:fs";
import { join } from "node:path";

import { say, SetupError } from "./report.mjs";
import { ask, install } from "./run.mjs";
import { hashOf, isStamped, writeStamp } from "./stamp.mjs";
import { isAtLeast, parseVersion } from "./version.mjs";

const MINIMUM = "3.10";
const LEFT_OUT = "without it there is no local cloud, while synthesis and the unit tests work";
// The versioned names are for systems whose `python3` is too old.
const NAMES = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"];

/** A virtual environment in the project, with pinned packages. */
function environment(name, what, requirements, constraints) {
  const python = (root) => join(root, name, "bin", "python");
  const stamp = (root) => join(root, name, ".setup-stamp");
  const wantedHash = (root) => hashOf(join(root, requirements), join(root, constraints));
  return {
    /** Whether it contains the packages, and its interpreter still exists. */
    isFresh: (root) => existsSync(python(root)) && isStamped(stamp(root), wantedHash(root)),
    /** Deletes and creates it. @throws SetupError when Python is missing or too old, or pip fails */
    async install(root) {
      const found = findPython();
      const path = join(root, name);
      say(`Installing ${what} (${name}) ...`);
      // `--clear` would empty the environment of another checkout through a symbolic link.
      if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) unlinkSync(path);
      const args = ["-m", "venv", "--clear", path];
      await install(root, `Making a Python environment with ${found}`, "setup-venv.log", found, args);
      await pipInstall(root, requirements, python(root));
      writeStamp(stamp(root), wantedHash(root));
    },
  };
}

export const pythonPackages = environment(
  ".venv",
  "the Python packages",
  "requirements.txt",
  join("scripts", "setup", "constraints.txt"),
);

/** In an environment of its own, because it pins older versions of packages that the local cloud needs. */
export const checkov = environment(
  ".venv-checkov",
  "checkov",
  join("packages", "policy", "requirements-checkov.txt"),
  join("packages", "policy", "constraints-checkov.txt"),
);

/** Installs a requirements file into an environment. */
export async function pipInstall(root, file, python = join(root, ".venv", "bin", "python")) {
  const args = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-r", file];
  await install(root, `pip install -r ${file}`, "setup-pip.log", python, args);
}

function findPython() {
  const tooOld = [];
  for (const name of NAMES) {
    const version = parseVersion(ask(name, ["--version"]) ?? "")?.join(".");
    if (version === undefined) continue;
    if (isAtLeast(version, MINIMUM)) return name;
    tooOld.push(`${name} is ${version}`);
  }
  const found = tooOld.length > 0 ? `Python is too old (${tooOld.join(", ")})` : "Python is missing";
  throw new SetupError(`${found}: install Python ${MINIMUM} or newer as python3 on PATH; ${LEFT_OUT}.`);
}
