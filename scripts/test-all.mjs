// Runs npm scripts, continues after a failure, and lists the failed scripts at the end:
// `node scripts/test-all.mjs [--beside SCRIPT] SCRIPT...`. Exit code 1 when one failed.
//
// The script of --beside runs at the same time as the others, because most of its time it waits. Its output follows theirs.
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";

/** Signals of a user's interruption, which npm and some shells convert to exit codes. Other signals, such as SIGKILL, are failures. */
const INTERRUPTIONS = ["SIGINT", "SIGTERM", "SIGHUP"];
const INTERRUPTED = 130;

const { values, positionals } = parseArgs({ options: { beside: { type: "string" } }, allowPositionals: true });
const scripts = [...positionals, ...(values.beside === undefined ? [] : [values.beside])];
const failed = [];
const running = new Set();

for (const signal of INTERRUPTIONS) process.on(signal, () => stopAll(signal));

const beside = values.beside === undefined ? undefined : start(values.beside, ["inherit", "pipe", "pipe"]);
for (const script of positionals) await finish(start(script, "inherit"));
if (beside !== undefined) {
  beside.print();
  await finish(beside);
}
if (failed.length > 0) end("", 1);
console.log(`\nAll ${scripts.length} parts passed: ${scripts.join(", ")}.`);

function start(script, stdio) {
  // A process group for each script, because npm's shell does not forward a signal to what it runs.
  const child = spawn("npm", ["run", "--silent", script], { stdio, detached: true });
  running.add(child);
  const held = [];
  let isHeld = true;
  for (const [stream, target] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ]) {
    stream?.on("data", (chunk) => (isHeld ? held.push([target, chunk]) : target.write(chunk)));
  }
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve({ error }));
    child.once("close", (status, signal) => resolve({ status, signal }));
  }).finally(() => running.delete(child));
  return {
    script,
    ended,
    /** Prints the output until now, and further output at once. */
    print: () => {
      for (const [target, chunk] of held) target.write(chunk);
      isHeld = false;
    },
  };
}

/** Waits for a script. An interrupted one ends the others and this process. */
async function finish({ script, ended }) {
  const { status, signal, error } = await ended;
  if (error !== undefined) console.error(`${script} could not be started: ${error.message}`);
  if (status !== 0) failed.push(script);
  if (status !== INTERRUPTED && !INTERRUPTIONS.includes(signal)) return;
  stopAll("SIGINT");
  beside?.print();
  await beside?.ended;
  end(`Interrupted in ${script}. `, INTERRUPTED);
}

function stopAll(signal) {
  for (const { pid } of running) {
    try {
      if (pid !== undefined) process.kill(-pid, signal);
    } catch {
      // it has already exited
    }
  }
}

function end(why, code) {
  console.error(`\n${why}${failed.length} of ${scripts.length} parts failed: ${failed.join(", ")}.`);
  process.exit(code);
}
