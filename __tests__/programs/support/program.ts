import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

import { execa } from "execa";

/** System programs that these tests need, and the Debian package that contains each. */
const PACKAGES = {
  "cloud-init": "cloud-init",
  logrotate: "logrotate",
  nginx: "nginx-light",
  shellcheck: "shellcheck",
  sysctl: "procps",
  "systemd-analyze": "systemd",
} as const;

/** The path of a program. @throws Error that names the package which contains it */
export function program(name: keyof typeof PACKAGES): string {
  const directories = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  const found = directories.map((directory) => join(directory, name)).find(isExecutable);
  if (found === undefined) {
    throw new Error(
      `${name} is missing: install it (Debian: apt-get install ${PACKAGES[name]}) and run the tests again.`,
    );
  }
  return found;
}

/** Runs a program and waits for its exit. */
export async function run(
  name: keyof typeof PACKAGES,
  ...args: string[]
): Promise<{ exitCode: number; output: string }> {
  const { exitCode, all } = await execa(program(name), args, {
    all: true,
    reject: false,
    stdin: "ignore",
    env: { LC_ALL: "C.UTF-8" },
    timeout: 60_000,
  });
  return { exitCode: exitCode ?? -1, output: all };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
