import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { findExecutable, searchPath } from "./executable.mjs";
import { say, SetupError } from "./report.mjs";
import { ask, install } from "./run.mjs";

/** Programs that the tests of programs, the evidence and the lab run, each with its Debian package. */
const PACKAGES = {
  nginx: "nginx",
  go: "golang-go",
  ss: "iproute2",
  ip: "iproute2",
  haproxy: "haproxy",
  knotd: "knot",
  nft: "nftables",
  pgbouncer: "pgbouncer",
  curl: "curl",
  openssl: "openssl",
  setpriv: "util-linux",
  prlimit: "util-linux",
  postgres: "postgresql",
  shellcheck: "shellcheck",
  "cloud-init": "cloud-init",
  logrotate: "logrotate",
  sysctl: "procps",
  "systemd-analyze": "systemd",
};

/** Whether every program is installed. */
export const systemPackagesAreThere = () => missingPrograms().length === 0;

/** Installs missing packages as root on Debian or Ubuntu. @throws SetupError without root or apt-get, or when apt-get fails */
export async function installSystemPackages(root) {
  const missing = missingPrograms();
  const packages = [...new Set(missing.map((name) => PACKAGES[name]))];
  const [is, them] = missing.length === 1 ? ["is", "it"] : ["are", "them"];
  const aptGet = find("apt-get");
  if (aptGet === undefined || ask("id", ["-u"])?.trim() !== "0") {
    throw new SetupError(
      `${missing.join(", ")} ${is} missing: install ${them} (Debian, as root: apt-get install ${packages.join(" ")}); the tests and the evidence that need ${them} fail without.`,
    );
  }
  say(`Installing ${packages.join(", ")} (apt-get); no service of theirs is started ...`);
  await withoutStartingServices(join(dirname(aptGet), "..", "sbin"), async () => {
    const options = ["DEBIAN_FRONTEND=noninteractive", aptGet, "-o", "DPkg::Lock::Timeout=120"];
    const apt = (action, ...args) =>
      install(root, `apt-get ${action}`, "setup-apt.log", "env", [...options, action, ...args]);
    const installAll = () => apt("install", "--yes", "--no-install-recommends", ...packages);
    // The package lists can be old or missing.
    await installAll().catch(() => apt("update").then(installAll));
  });
}

/** Runs an action under a policy-rc.d script, which prevents Debian packages from starting services while this process runs. */
async function withoutStartingServices(sbin, action) {
  const policy = join(sbin, "policy-rc.d");
  if (existsSync(policy)) return action(); // an existing policy of the machine is kept
  const remove = () => rmSync(policy, { force: true });
  mkdirSync(sbin, { recursive: true });
  writeFileSync(policy, `#!/bin/sh\nkill -0 ${process.pid} 2>/dev/null && exit 101\nexit 0\n`);
  chmodSync(policy, 0o755);
  process.once("exit", remove);
  try {
    return await action();
  } finally {
    process.off("exit", remove);
    remove();
  }
}

function missingPrograms() {
  return Object.keys(PACKAGES).filter((name) => find(name) === undefined);
}

/** Searches PATH, the `sbin` next to each directory of PATH (often not on PATH), and Debian's PostgreSQL directories. */
function find(name) {
  const beside = searchPath().flatMap((directory) => {
    const postgres = join(directory, "..", "lib", "postgresql");
    const versions = existsSync(postgres) ? readdirSync(postgres) : [];
    return [join(directory, "..", "sbin"), ...versions.map((version) => join(postgres, version, "bin"))];
  });
  return findExecutable(name, [...searchPath(), ...beside]);
}
