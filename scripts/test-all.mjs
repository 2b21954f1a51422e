// Runs npm scripts one after another, continues after a failure, and lists the failed scripts at the end:
// `node scripts/test-all.mjs SCRIPT...`. Exit code 1 when one failed.
import { spawnSync } from "node:child_process";

/** Signals of a user's interruption, which npm and some shells convert to exit codes. Other signals, such as SIGKILL, are failures. */
const INTERRUPTIONS = ["SIGINT", "SIGTERM", "SIGHUP"];
const INTERRUPTED = 130;

const scripts = process.argv.slice(2);
const failed = [];
for (const script of scripts) {
  const { status, signal, error } = spawnSync("npm", ["run", "--silent", script], { stdio: "inherit" });
  if (error !== undefined) console.error(`${script} could not be started: ${error.message}`);
  if (status !== 0) failed.push(script);
  if (status === INTERRUPTED || INTERRUPTIONS.includes(signal)) end(`Interrupted in ${script}. `, INTERRUPTED);
}
if (failed.length > 0) end("", 1);
console.log(`\nAll ${scripts.length} parts passed: ${scripts.join(", ")}.`);

function end(why, code) {
  console.error(`\n${why}${failed.length} of ${scripts.length} parts failed: ${failed.join(", ")}.`);
  process.exit(code);
}
