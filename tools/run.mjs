// Runs a TypeScript entry point without checking types: `node tools/run.mjs ENTRY [ARGUMENT...]`.
// esbuild bundles our own files once; the bundle is used again until one of them changes.
// `npm run check` is where types are checked.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Script } from "node:vm";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const [entry, ...args] = process.argv.slice(2);
if (entry === undefined) {
  console.error("Which file? Usage: node tools/run.mjs ENTRY [ARGUMENT...]");
  process.exit(1);
}
const entryPath = resolve(root, entry);
if (!existsSync(entryPath)) {
  console.error(`${relative(root, entryPath)} does not exist: name a TypeScript file of this project.`);
  process.exit(1);
}
if (!existsSync(join(root, "node_modules", "esbuild"))) {
  console.error("The packages are not installed: run `npm run setup` first.");
  process.exit(1);
}

const name = createHash("sha256").update(entryPath).digest("hex").slice(0, 16);
// Constructs (main.ts, and *.app.ts elsewhere) are bundled with all that they import: loading 150 files of bindings takes as long as the synthesis itself.
// The tools import their packages as they are, because some ship as ES modules that find files beside them.
const isTool = relative(root, entryPath).startsWith("tools") && !entryPath.endsWith(".app.ts");
const bundle = join(root, ".build", `${name}.${isTool ? "mjs" : "cjs"}`);
const manifest = join(root, ".build", `${name}.json`);

const stamp = (file) => {
  const path = join(root, file);
  if (!existsSync(path)) return "gone";
  const { mtimeMs, size } = statSync(path);
  return `${mtimeMs}:${size}`;
};

function isFresh() {
  if (!existsSync(bundle) || !existsSync(manifest)) return false;
  try {
    const stamps = JSON.parse(readFileSync(manifest, "utf8"));
    return Object.entries(stamps).every(([file, value]) => stamp(file) === value);
  } catch {
    return false;
  }
}

/**
 * CDKTF keeps a stack trace of unlimited depth for every token, with no switch. They serve only to say where an unresolved
 * token came from; without them synthesis takes about two thirds of the time.
 */
const withoutTokenTraces = {
  name: "without-token-traces",
  setup(build) {
    build.onLoad({ filter: /cdktf[\\/]lib[\\/]tokens[\\/]private[\\/]stack-trace\.js$/ }, () => ({
      contents: "exports.captureStackTrace = () => [];",
    }));
  },
};

/** CDKTF loads a packer of archives, which only assets that are archives need: there are none, and it takes long to load. */
const withoutArchiver = {
  name: "without-archiver",
  setup(build) {
    build.onLoad({ filter: /node_modules[\\/]archiver[\\/]index\.js$/ }, () => ({
      contents: 'module.exports = () => { throw new Error("tools/run.mjs leaves archives of assets out"); };',
    }));
  },
};

async function build() {
  const { build: esbuild } = await import("esbuild");
  const result = await esbuild({
    entryPoints: [entryPath],
    outfile: bundle,
    bundle: true,
    ...(isTool
      ? { format: "esm", packages: "external" }
      : { format: "cjs", plugins: [withoutTokenTraces, withoutArchiver] }),
    platform: "node",
    target: "node20",
    sourcemap: "linked",
    minifyWhitespace: true,
    metafile: true,
    write: false,
    absWorkingDir: root,
    logLevel: "warning",
    define: { "import.meta.dirname": JSON.stringify(dirname(entryPath)) },
  });
  const inputs = [...Object.keys(result.metafile.inputs), "package-lock.json", "tools/run.mjs"];
  mkdirSync(dirname(manifest), { recursive: true });
  for (const { path, contents } of result.outputFiles) replaceFile(path, contents);
  replaceFile(manifest, JSON.stringify(Object.fromEntries(inputs.map((file) => [file, stamp(file)]))));
}

/** Another run of the same entry point may be reading or writing the file now: none may see half of it. */
function replaceFile(file, contents) {
  const whole = `${file}.${process.pid}`;
  writeFileSync(whole, contents);
  renameSync(whole, file);
}

if (!isFresh()) {
  try {
    await build();
  } catch {
    process.exit(1); // esbuild has already said what is wrong, and where
  }
}
process.argv = [process.argv[0], entryPath, ...args];
if (isTool) await import(pathToFileURL(bundle).href);
else runCommonJs();

/**
 * Runs the bundle as `require` would, from what V8 has compiled of it on an earlier run: compiling takes a fifth of the time of
 * a synthesis. V8 rejects what another version of it has made, but it tells bundles apart by their length only: the name of
 * the file says of which bundle it is.
 */
function runCommonJs() {
  const { mtimeMs, size } = statSync(bundle);
  const cache = `${bundle}.${mtimeMs}-${size}.cache`;
  const script = new Script(Module.wrap(readFileSync(bundle, "utf8")), {
    filename: bundle,
    cachedData: existsSync(cache) ? readFileSync(cache) : undefined,
  });
  // At the end, because functions are compiled when they are first called.
  if (script.cachedDataRejected !== false) process.once("exit", () => keepCompiled(cache, script.createCachedData()));
  const module = new Module(bundle);
  module.filename = bundle;
  module.paths = Module._nodeModulePaths(dirname(bundle));
  const run = script.runInThisContext();
  run.call(module.exports, module.exports, createRequire(bundle), module, bundle, dirname(bundle));
}

function keepCompiled(cache, compiled) {
  for (const file of readdirSync(dirname(bundle))) {
    if (file.startsWith(`${basename(bundle)}.`) && file.endsWith(".cache")) {
      rmSync(join(dirname(bundle), file), { force: true });
    }
  }
  replaceFile(cache, compiled);
}
