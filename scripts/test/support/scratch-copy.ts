import { cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { ROOT } from "../documents/support/project";

const NOT_COPIED = [
  ".git",
  ".venv",
  ".venv-checkov",
  ".build",
  ".local-cloud",
  ".bootstrap",
  "cdktf.out",
  "node_modules",
];

/**
 * A copy of the project in a temporary directory. Installed packages are links to those of this checkout, and the project's own
 * packages are links to those of the copy, so that an edit of a package has an effect.
 */
export function scratchCopy(): string {
  const copy = mkdtempSync(join(tmpdir(), "dev-one-scratch-"));
  cpSync(ROOT, copy, { recursive: true, filter: (source) => !NOT_COPIED.includes(basename(source)) });
  const modules = join(copy, "node_modules");
  mkdirSync(join(modules, "@dev-one"), { recursive: true });
  for (const name of readdirSync(join(ROOT, "node_modules"))) {
    if (name !== "@dev-one") symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  }
  for (const name of readdirSync(join(copy, "packages"))) {
    symlinkSync(join(copy, "packages", name), join(modules, "@dev-one", name));
  }
  symlinkSync(join(ROOT, ".venv"), join(copy, ".venv"));
  return copy;
}
