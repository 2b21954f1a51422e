import { readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";

import { absentPaths } from "../commands";
import type { Report } from "../report";

/** Interpreters of a fresh server. @see https://docs.aws.amazon.com/linux/al2023/ug/python.html */
const INTERPRETERS = ["sh", "bash", "python3", "python3.9"];

/** glibc of Amazon Linux 2023. @see https://docs.aws.amazon.com/linux/al2023/ug/core-glibc.html */
const GLIBC = 34;

/** `e_machine` of an ELF file. @see https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
const MACHINES: Readonly<Record<number, string>> = { 62: "x86_64", 183: "arm64" };

/** What happens on a server to a program that cannot be executed. */
const CONSEQUENCE: Readonly<Record<string, string>> = {
  run: "the program never starts, and the group replaces servers that never become healthy",
  install: "it fails every half minute, and what run needs is missing",
  migrate: "the release does not roll out",
};

/** Checks one program of a folder, such as `run`: its execute bit, its first bytes, its line ends. */
export function checkExecutable(
  report: Report,
  folder: string,
  name: string,
  { architecture, hasInstall }: { readonly architecture: string; readonly hasInstall: boolean },
): void {
  const file = join(folder, name);
  const onServer = CONSEQUENCE[name] ?? "each run is an error in the logs";
  const fail = (problem: string) => {
    report.failed(name, problem, onServer);
  };
  if ((statSync(file).mode & 0o100) === 0) {
    fail(`has no execute bit; chmod +x ${name}`);
    return;
  }
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch {
    fail("cannot be read by you; chmod u+r");
    return;
  }
  if (content.subarray(0, 4).toString("latin1") === "\x7fELF") {
    checkBinary(report, name, content, architecture, fail);
    return;
  }
  const [first = ""] = content.subarray(0, 256).toString("utf8").split("\n");
  if (!first.startsWith("#!"))
    fail(
      "starts neither with #! nor as a program (ELF) does; write #!/bin/sh or another interpreter in its first line",
    );
  else if (content.includes("\r\n")) fail(`has line ends of Windows (CRLF); sed -i 's/\\r$//' ${name}`);
  else checkInterpreter(report, name, first, content.toString("utf8"), hasInstall);
}

function checkInterpreter(report: Report, name: string, first: string, script: string, hasInstall: boolean): void {
  const [program = "", argument = ""] = first.slice(2).trim().split(/\s+/);
  const interpreter = basename(program) === "env" ? argument : program;
  const isThere = INTERPRETERS.includes(basename(interpreter)) || interpreter.startsWith("/opt/dev-one/service/");
  const paths = hasInstall ? [] : absentPaths(script.slice(first.length));
  if (paths.length > 0) {
    report.warning(
      name,
      `names ${paths.join(", ")}, which a fresh server lacks; bring it with the bundle, or let install install it`,
    );
  } else if (isThere || (hasInstall && name !== "install")) report.ok(name, `executable, ${first}`);
  else {
    report.warning(
      name,
      `${first}: a fresh server has only ${INTERPRETERS.join(", ")}; bring ${interpreter} with the bundle, or let install install it`,
    );
  }
}

function checkBinary(
  report: Report,
  name: string,
  content: Buffer,
  architecture: string,
  fail: (problem: string) => void,
): void {
  const machine = MACHINES[content.readUInt16LE(18)] ?? "another architecture";
  if (machine !== architecture) {
    fail(`is built for ${machine}, and the servers are ${architecture}`);
    return;
  }
  const versions = [...content.toString("latin1").matchAll(/GLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor));
  const newest = Math.max(0, ...versions);
  if (newest > GLIBC)
    fail(
      `needs glibc 2.${newest}, and Amazon Linux 2023 has 2.${GLIBC}; link it statically, or build it on Amazon Linux 2023`,
    );
  else report.ok(name, `executable, for ${machine}`);
}
