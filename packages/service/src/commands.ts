import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";

import type { Report } from "./report";

/**
 * Commands that machines of developers have, and a fresh server of Amazon Linux 2023 has not.
 * @see https://docs.aws.amazon.com/linux/al2023/ug/amzn2-al2023-ami.html
 */
const ABSENT = new Set(
  [
    ...["node nodejs npm npx corepack yarn pnpm deno bun", "java javac dotnet mono go gofmt cargo rustc"],
    ...["ruby gem bundle php lua Rscript erl escript elixir pwsh", "pipx poetry uv uvx virtualenv conda"],
    ...["gcc g++ cc c++ clang make cmake git docker podman", "psql pg_dump mysql mariadb sqlite3 redis-cli mongosh"],
    ...["apt apt-get apk brew snap crontab"],
  ].flatMap((names) => names.split(" ")),
);

/** `/usr/bin/python3` of Amazon Linux 2023, for its life. @see https://docs.aws.amazon.com/linux/al2023/ug/python.html */
const PYTHON = "3.9";

/** What this command itself starts programs with, and what a server has in /usr/bin that may be elsewhere here. */
const NEEDED = ["setpriv", "prlimit", "aws"];

/** Whether a fresh server lacks a command of this machine. */
export function isAbsent(command: string): boolean {
  return ABSENT.has(command) || /^(pip[\d.]*|python2[\d.]*|python3\.(?!9$)\d+)$/.test(command);
}

/** Paths of commands in a script that a fresh server lacks: those of `/usr/local` are the platform's own. */
export function absentPaths(script: string): string[] {
  const found = script.matchAll(/(?<![\w./$}-])\/(?:usr\/)?(local\/)?s?bin\/([\w.+-]*\w)/g);
  const absent = [...found].filter(([, local, name = ""]) =>
    local === undefined ? isAbsent(name) : !name.startsWith("dev-one-"),
  );
  return [...new Set(absent.map(([path]) => path))];
}

/**
 * Fills a directory for PATH with links to the commands of this machine that a fresh server may have.
 * @param path where this command finds programs, like PATH
 * @param user who must be able to run them
 */
export function linkCommands(
  directory: string,
  path: string,
  user: { readonly uid: number; readonly gid: number },
): void {
  mkdirSync(directory, { recursive: true });
  const system = new Set(
    ["/usr/bin", "/bin", "/usr/sbin", "/sbin"].filter(existsSync).map((each) => realpathSync(each)),
  );
  const everywhere = (name: string) =>
    [...system, ...path.split(delimiter)].map((each) => join(each, name)).filter(existsSync);
  // Not one below the home directory of root, say.
  const python = [...everywhere(`python${PYTHON}`), ...everywhere("python3")].find(
    (file) => spawnSync(file, ["--version"], { ...user, stdio: "ignore" }).status === 0,
  );
  const links = new Map(python === undefined ? [] : [["python3", python]]);
  for (const name of [...[...system].flatMap((each) => readdirSync(each)), ...NEEDED]) {
    const [file] = isAbsent(name) ? [] : everywhere(name);
    if (file !== undefined && !links.has(name)) links.set(name, file);
  }
  for (const [name, file] of links) symlinkSync(file, join(directory, name));
}

/** Why a program that ended with 127 may have done so, by what it printed. */
export function absentHint(how: number | string, printed: string): string {
  const command = how === 127 ? printed.match(/[\w.+-]+/g)?.find(isAbsent) : undefined;
  return command === undefined
    ? ""
    : `; a fresh server has no ${command}, whether or not this machine has: bring it with the bundle, or let install install it`;
}

/** Says when scripts use `python3` and that of this machine, in a directory of links, is another one than that of a fresh server. */
export function checkPython(report: Report, directory: string, scripts: readonly string[]): void {
  if (!scripts.some((file) => existsSync(file) && /\bpython3(?![.\d])/.test(readFileSync(file, "latin1")))) return;
  const code = 'import sys; print("%d.%d" % sys.version_info[:2])';
  const version = spawnSync(join(directory, "python3"), ["-c", code], { encoding: "utf8" }).stdout.trim();
  if (version !== PYTHON) {
    report.warning(
      "python3",
      `${version} on this machine and ${PYTHON} on a fresh server; try with python${PYTHON} on PATH, or let install install a newer one`,
    );
  }
}
