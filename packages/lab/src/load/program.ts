import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";
import { execa } from "execa";

type Kind = "generator" | "holder";

const compiling = new Map<Kind, Promise<string>>();

/** Compiles the load generator, or the program that holds its requests, once for each content of its source. @returns its file */
export function goProgram(root: string, kind: Kind, signal: AbortSignal): Promise<string> {
  const compiled = compiling.get(kind) ?? compile(root, kind, signal);
  compiling.set(kind, compiled);
  return compiled;
}

async function compile(root: string, kind: Kind, signal: AbortSignal): Promise<string> {
  const source = join(root, `packages/lab/src/load/${kind}/main.go`);
  const directory = join(root, ".build");
  const name = `${kind}-${createHash("sha256").update(readFileSync(source)).digest("hex").slice(0, 16)}`;
  const program = join(directory, name);
  if (existsSync(program)) return program;
  mkdirSync(directory, { recursive: true });
  const isOld = (file: string) => file.startsWith(`${kind}-`) && file !== name;
  for (const file of readdirSync(directory).filter(isOld)) rmSync(join(directory, file), { force: true });
  // Another run can compile it at the same time.
  const whole = `${program}.${process.pid}`;
  const { failed, stderr } = await execa("go", ["build", "-trimpath", "-buildvcs=false", "-o", whole, source], {
    // Without cgo no C compiler is needed. `local` downloads no other version of Go.
    env: { CGO_ENABLED: "0", GOTOOLCHAIN: "local" },
    reject: false,
    stdin: "ignore",
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  if (failed) throw new UserError(`${source} could not be compiled: ${stderr.trim().split("\n").at(-1) ?? ""}.`);
  renameSync(whole, program);
  return program;
}
