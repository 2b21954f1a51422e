// Installs what the project needs, once: `node tools/setup/setup.mjs [--only node|checkov]`.
//
// Node packages (npm ci), Python packages (.venv) and Terraform. Nothing is done, and nothing is said, when all of it
// is in place. Exits with 1 when Node or its packages are missing, because nothing works without them. Python and
// Terraform are named when they are missing, in one sentence each, with exit code 0: synthesis needs neither.
//
// Plain JavaScript that needs nothing but Node, old versions included: it is what tells them that they are too old.
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { checkovIsFresh, installCheckov } from "./checkov.mjs";
import { withLock } from "./lock.mjs";
import { nodePackagesAreFresh, installNodePackages, requireNode } from "./node-packages.mjs";
import { installPythonPackages, pythonPackagesAreFresh } from "./python-packages.mjs";
import { SetupError, say } from "./report.mjs";
import { installTerraform, terraformIsThere } from "./terraform.mjs";

async function setUp(root, only) {
  requireNode();
  const steps = [{ isDone: nodePackagesAreFresh, run: installNodePackages, isOptional: false }];
  // Heavy, and needed by one command only, which cannot do without.
  if (only === "checkov") steps.push({ isDone: checkovIsFresh, run: installCheckov, isOptional: false });
  if (only === undefined) {
    steps.push({ isDone: pythonPackagesAreFresh, run: installPythonPackages, isOptional: true });
    steps.push({ isDone: terraformIsThere, run: installTerraform, isOptional: true });
  }
  // In order: the second and third step share .venv.
  if (steps.every((step) => step.isDone(root))) return;
  await withLock(root, async () => {
    for (const step of steps) {
      if (step.isDone(root)) continue; // another set-up may have done it while this one waited
      try {
        await step.run(root);
      } catch (error) {
        if (!(step.isOptional && error instanceof SetupError)) throw error;
        say(error.message);
      }
    }
  });
}

const args = process.argv.slice(2);
if (args.length > 0 && !["--only node", "--only checkov"].includes(args.join(" "))) {
  say(`Unknown argument "${args.join(" ")}". Usage: node tools/setup/setup.mjs [--only node|checkov]`);
  process.exit(1);
}
const root = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");
setUp(root, args[1]).catch((error) => {
  say(error instanceof SetupError ? error.message : `The set-up failed: ${error.message}.`);
  process.exit(1);
});
