// Installs what the project needs, once: `node scripts/setup/setup.mjs [--only node | --only checkov | --with programs]`.
//
// Node packages (npm ci), Python packages (.venv) and Terraform; with programs, also those of the system that some tests
// and the evidence run (nginx, PostgreSQL and others). If everything is installed, it does and prints nothing. Exits with 1
// when Node or its packages are missing, because nothing works without them. Missing Python, Terraform and system programs
// are reported in one sentence each with exit code 0, because synthesis does not need them.
//
// Plain JavaScript that runs on old versions of Node too, so that it can report a version that is too old.
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { withLock } from "./lock.mjs";
import { installNodePackages, nodePackagesAreFresh, requireNode } from "./node-packages.mjs";
import { checkov, pythonPackages } from "./python-packages.mjs";
import { say, SetupError } from "./report.mjs";
import { installSystemPackages, systemPackagesAreThere } from "./system-packages.mjs";
import { installTerraform, terraformIsThere } from "./terraform.mjs";

const KINDS = { "": "most", "--only node": "node", "--only checkov": "checkov", "--with programs": "all" };

async function setUp(root, kind) {
  requireNode();
  const steps = [{ isDone: nodePackagesAreFresh, run: installNodePackages, isOptional: false }];
  // Checkov is large, and only one command needs it. That command cannot run without it.
  if (kind === "checkov") steps.push({ isDone: checkov.isFresh, run: checkov.install, isOptional: false });
  if (kind === "most" || kind === "all") {
    steps.push({ isDone: pythonPackages.isFresh, run: pythonPackages.install, isOptional: true });
    steps.push({ isDone: terraformIsThere, run: installTerraform, isOptional: true });
  }
  if (kind === "all") steps.push({ isDone: systemPackagesAreThere, run: installSystemPackages, isOptional: true });
  // The steps run in sequence, because the second and third step share .venv.
  if (steps.every((step) => step.isDone(root))) return;
  await withLock(root, async () => {
    for (const step of steps) {
      if (step.isDone(root)) continue; // another set-up can have completed the step while this one waited
      try {
        await step.run(root);
      } catch (error) {
        if (!(step.isOptional && error instanceof SetupError)) throw error;
        say(error.message);
      }
    }
  });
}

const args = process.argv.slice(2).join(" ");
if (KINDS[args] === undefined) {
  say(
    `Unknown argument "${args}". Usage: node scripts/setup/setup.mjs [--only node | --only checkov | --with programs]`,
  );
  process.exit(1);
}
const root = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");
setUp(root, KINDS[args]).catch((error) => {
  say(error instanceof SetupError ? error.message : `The set-up failed: ${error.message}.`);
  process.exit(1);
});
