import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

import { isExecutable } from "./executable.mjs";
import { say, SetupError } from "./report.mjs";
import { ask, install } from "./run.mjs";

/** Programs that the tests of programs and the evidence run, and the Debian package that brings each. */
const PACKAGES = {
  nginx: "nginx",
  h2load: "nghttp2-client",
  ss: "iproute2",
  setpriv: "util-linux",
  prlimit: "util-linux",
  postgres: "postgresql",
  shellcheck: "shellcheck",
  "cloud-init": "cloud-init",
  logrotate: "logrotate",
  sysctl: "procps",
  "systemd-analyze": "systemd",
};

/** Whether every program is there. */
export const systemPackagesAreThere = () => missingPrograms().length === 0;

/** Installs what is missing, where this is Debian or Ubuntu and root asks. @throws SetupError when that cannot be done */
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
    try {
      await apt(root, aptGet, "install", "--yes", "--no-install-recommends", ...packages);
    } catch {
      // The lists of packages may be old, or none.
      await apt(root, aptGet, "update");
      await apt(root, aptGet, "install", "--yes", "--no-install-recommends", ...packages);
    }
  });
}

async function apt(root, aptGet, action, ...args) {
  const options = ["DEBIAN_FRONTEND=noninteractive", aptGet, "-o", "DPkg::Lock::Timeout=120", action, ...args];
  await install(root, `apt-get ${action}`, "setup-apt.log", "env", options);
}

/** Debian's packages ask this script whether they may start a service. It says no as long as this process runs. */
async function withoutStartingServices(sbin, action) {
  const policy = join(sbin, "policy-rc.d");
  if (existsSync(policy)) {
    await action(); // the machine has a policy of its own
    return;
  }
  const remove = () => rmSync(policy, { force: true });
  mkdirSync(sbin, { recursive: true });
  writeFileSync(policy, `#!/bin/sh\nkill -0 ${process.pid} 2>/dev/null && exit 101\nexit 0\n`);
  chmodSync(policy, 0o755);
  process.once("exit", remove);
  try {
    await action();
  } finally {
    process.off("exit", remove);
    remove();
  }
}

function missingPrograms() {
  return Object.keys(PACKAGES).filter((name) => find(name) === undefined);
}

/** On PATH, in the `sbin` beside each of its directories, which people's PATH often lacks, and where Debian has PostgreSQL. */
function find(name) {
  const path = (process.env.PATH ?? "").split(delimiter).filter((directory) => directory !== "");
  const beside = path.flatMap((directory) => [
    join(directory, "..", "sbin"),
    ...versionsBelow(join(directory, "..", "lib", "postgresql")),
  ]);
  return [...path, ...beside].map((directory) => join(directory, name)).find(isExecutable);
}

function versionsBelow(directory) {
  try {
    return readdirSync(directory).map((version) => join(directory, version, "bin"));
  } catch {
    return [];
  }
}
