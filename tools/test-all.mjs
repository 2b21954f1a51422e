// Runs npm scripts one after another, goes on after one that fails, and names those that failed at the end:
// `node tools/test-all.mjs SCRIPT...`. Exit code 1 when one failed.
import { spawnSync } from "node:child_process";

const scripts = process.argv.slice(2);
const failed = scripts.filter((script) => {
  const { status, signal, error } = spawnSync("npm", ["run", "--silent", script], { stdio: "inherit" });
  if (error !== undefined) console.error(`${script} could not be started: ${error.message}`);
  // Interrupted: the rest is not wanted either.
  if (signal !== null || status === 130) process.exit(130);
  return status !== 0;
});
if (failed.length > 0) {
  console.error(`\n${failed.length} of ${scripts.length} parts failed: ${failed.join(", ")}.`);
  process.exit(1);
}
console.log(`\nAll ${scripts.length} parts passed: ${scripts.join(", ")}.`);
