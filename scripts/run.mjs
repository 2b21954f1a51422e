// Runs a TypeScript entry point without checking types: `node scripts/run.mjs ENTRY [ARGUMENT...]`.
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { bundleOf, isTool, loadCommonJs } from "./bundle.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const [entry = "", ...args] = process.argv.slice(2);
const entryPath = resolve(root, entry);
if (entry === "" || !existsSync(entryPath)) {
  console.error(`${entry || "Nothing"} does not exist. Usage: node scripts/run.mjs ENTRY [ARGUMENT...]`);
  process.exit(1);
}
if (!existsSync(join(root, "node_modules", "esbuild"))) {
  console.error("The packages are not installed: run `npm run setup` first.");
  process.exit(1);
}

const bundle = await bundleOf(entryPath).catch(() => process.exit(1)); // esbuild has already printed the error and its location
process.argv = [process.argv[0], entryPath, ...args];
try {
  if (isTool(entryPath)) await import(pathToFileURL(bundle).href);
  else loadCommonJs(bundle);
} catch (error) {
  // The configuration is validated on import, before a tool can catch errors. The message has one line per problem.
  if (error?.name !== "ConfigurationError") throw error;
  console.error(error.message);
  process.exit(1);
}
