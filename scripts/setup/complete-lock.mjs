// Adds the packages of other platforms to package-lock.json: `node scripts/setup/complete-lock.mjs`.
//
// Needed when dependencies are changed behind a registry mirror that has the packages of one platform only: npm then
// writes a lock file without the other platforms, and `npm ci` refuses it everywhere ("Missing: ... from lock file").
// The added entries contain the version, which the dependent package pins, but no integrity hash, which only the
// registry has. A complete lock file is not changed.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const PLATFORM =
  /[-/](darwin|linux|win32|freebsd|android|openharmony|netbsd|openbsd|sunos|aix)-([a-z0-9]+)(?:-(gnu|musl))?/;

/** The missing lock entries, by their path in node_modules. */
function missingPlatforms(packages) {
  const entries = {};
  for (const parent of Object.values(packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      const [, os, cpu, libc] = PLATFORM.exec(name) ?? [];
      const isPinned = /^\d+\.\d+\.\d+/.test(version);
      const isKnown = Object.keys(packages).some((path) => `/${path}`.endsWith(`/node_modules/${name}`));
      if (os === undefined || !isPinned || isKnown) continue;
      entries[`node_modules/${name}`] = {
        version,
        cpu: [cpu],
        ...(parent.dev ? { dev: true } : {}),
        ...(os === "linux" && libc ? { libc: [libc === "gnu" ? "glibc" : libc] } : {}),
        optional: true,
        os: [os],
      };
    }
  }
  return entries;
}

const file = fileURLToPath(new URL("../../package-lock.json", import.meta.url));
const lock = JSON.parse(readFileSync(file, "utf8"));
const missing = missingPlatforms(lock.packages);
const added = Object.keys(missing).length;
if (added > 0) {
  const all = Object.entries({ ...lock.packages, ...missing });
  lock.packages = Object.fromEntries(all.sort(([one], [other]) => one.localeCompare(other, "en")));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}
console.log(added > 0 ? `Added ${added} packages to package-lock.json.` : "package-lock.json is complete.");
