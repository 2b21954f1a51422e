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

const requirements = (root) => [join(root, "requirements.txt"), join(root, "scripts", "setup", "constraints.txt")];
const stamp = (root) => join(root, ".venv", ".setup-stamp");

/** The interpreter of the virtual environment. */
export const venvPython = (root) => join(root, ".venv", "bin", "python");

/** Whether .venv contains the packages of requirements.txt, and its interpreter still exists. */
export function pythonPackagesAreFresh(root) {
  return existsSync(venvPython(root)) && isStamped(stamp(root), hashOf(...requirements(root)));
}

/** Deletes and creates .venv. @throws SetupError when Python is missing or too old, or pip fails */
export async function installPythonPackages(root) {
  await makeVenv(root, ".venv", "the Python packages");
  await pipInstall(root, "requirements.txt");
  writeStamp(stamp(root), hashOf(...requirements(root)));
}

/** Creates an empty virtual environment, and prints its purpose. @throws SetupError when Python is missing or too old */
export async function makeVenv(root, name, what) {
  const python = findPython();
  say(`Installing ${what} (${name}) ...`);
  dropLink(join(root, name));
  const args = ["-m", "venv", "--clear", join(root, name)];
  await install(root, `Making a Python environment with ${python}`, "setup-venv.log", python, args);
}

/** Removes a symbolic link to the environment of another checkout, because `--clear` would empty that environment. */
export function dropLink(path) {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) unlinkSync(path);
}

/** Installs a requirements file into an environment. */
export async function pipInstall(root, file, python = venvPython(root)) {
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
