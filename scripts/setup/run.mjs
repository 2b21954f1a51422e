import { Buffer } from "node:buffer";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join, relative } from "node:path";

import { SetupError } from "./report.mjs";

/**
 * Runs a program without showing its output. If the program fails, the output is written to a log file.
 *
 * Signals to the set-up are forwarded to the program, and the set-up exits after it, so that no installation continues in the
 * background.
 *
 * @param root directory to run in
 * @param log name of the log file in .build
 * @throws SetupError with `what`, the error line of the output and the name of the log file
 */
export async function install(root, what, log, command, args) {
  const output = [];
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const forward = (signal) => child.kill(signal);
  process.on("SIGINT", forward).on("SIGTERM", forward);
  child.stdout.on("data", (chunk) => output.push(chunk));
  child.stderr.on("data", (chunk) => output.push(chunk));
  const { code, signal, error } = await new Promise((done) => {
    child.on("error", (failure) => done({ error: failure }));
    child.on("close", (exitCode, exitSignal) => done({ code: exitCode, signal: exitSignal }));
  });
  process.off("SIGINT", forward).off("SIGTERM", forward);
  if (code === 0) return;
  if (signal === "SIGINT" || signal === "SIGTERM") {
    process.exit(128 + constants.signals[signal]);
  }
  const text = error ? error.message : Buffer.concat(output).toString("utf8");
  const directory = join(root, ".build");
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, log), text);
  throw new SetupError(
    `${what} failed (${tellingLine(text)}); the whole output is in ${relative(root, join(directory, log))}.`,
  );
}

/** The first line of an installer's output that names the error. */
export function tellingLine(text) {
  const lines = text.split("\n").map((line) => line.trim());
  const line =
    lines.find((one) => /^npm (error|ERR!) (?!code\b|errno\b|syscall\b|path\b|A complete log|$)/.test(one)) ??
    lines.find((one) => /^(error|fatal)\b/i.test(one)) ??
    lines.filter((one) => one !== "").pop() ??
    "no output";
  return line.replace(/^(npm (error|ERR!)|error:)\s*/i, "").replace(/\.$/, "");
}

/**
 * Runs a program and returns its stdout.
 *
 * @returns undefined when it cannot be run, fails, or takes longer than 20 seconds
 */
export function ask(command, args, env = process.env) {
  const { status, stdout } = spawnSync(command, args, {
    encoding: "utf8",
    env,
    stdio: ["ignore", "pipe", "ignore"],
    timeout: 20_000,
  });
  return status === 0 ? stdout : undefined;
}
