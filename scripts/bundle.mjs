// Bundles a TypeScript entry point with the files of this project, and reuses the bundle until one of them changes. Types are
// not checked here but in `npm run check`.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/**
 * Constructs (main.ts, and *.app.ts elsewhere) are bundled with all their imports, because loading 150 files of bindings takes
 * as long as the synthesis itself. The tools import npm packages unbundled, because some are ES modules that read files next
 * to them. Workspaces of this project are bundled in both cases.
 */
export function isTool(entryPath) {
  return /^(packages|scripts)[\\/]/.test(relative(root, entryPath)) && !entryPath.endsWith(".app.ts");
}

/** @returns the file of the bundle; rejects when esbuild fails, after it has printed the reason */
export async function bundleOf(entryPath) {
  const name = createHash("sha256").update(entryPath).digest("hex").slice(0, 16);
  const bundle = join(root, ".build", `${name}.${isTool(entryPath) ? "mjs" : "cjs"}`);
  const manifest = join(root, ".build", `${name}.json`);
  if (!isFresh(bundle, manifest)) await build(entryPath, bundle, manifest);
  return bundle;
}

function isFresh(bundle, manifest) {
  if (!existsSync(bundle) || !existsSync(manifest)) return false;
  const stamps = JSON.parse(readFileSync(manifest, "utf8"));
  return Object.entries(stamps).every(([file, value]) => stamp(file) === value);
}

function stamp(file) {
  const { mtimeMs, size } = statSync(join(root, file), { throwIfNoEntry: false }) ?? {};
  return `${mtimeMs}:${size}`;
}

/** Files of npm packages that are bundled with other contents. */
const replaced = [
  // CDKTF stores a stack trace of unlimited depth for every token, and has no option to disable this. The traces only show the
  // origin of an unresolved token. Without them synthesis takes about two thirds of the time.
  [/cdktf[\\/]lib[\\/]tokens[\\/]private[\\/]stack-trace\.js$/, () => "exports.captureStackTrace = () => [];"],
  // CDKTF loads it for archive assets: this project has none, and loading it is slow.
  [
    /node_modules[\\/]archiver[\\/]index\.js$/,
    () => 'module.exports = () => { throw new Error("scripts/bundle.mjs leaves archives of assets out"); };',
  ],
  // CDKTF calls `util.isArray`, which Node.js 22 and newer report as deprecated on standard error:
  // https://nodejs.org/api/deprecations.html#dep0044-utilisarray
  [/cdktf[\\/]lib[\\/]terraform-output\.js$/, (text) => text.replaceAll("(0, util_2.isArray)(", "Array.isArray(")],
];

const replacedFiles = {
  name: "replaced-files",
  setup(build) {
    for (const [filter, contentsOf] of replaced) {
      build.onLoad({ filter }, ({ path }) => ({ contents: contentsOf(readFileSync(path, "utf8")) }));
    }
  },
};

/**
 * Resolves `@dev-one/NAME/PATH` by the `exports` of packages/NAME in this checkout. The links in node_modules point to another
 * checkout if node_modules itself is a symbolic link, as in scratch copies.
 */
const workspaces = {
  name: "workspaces",
  setup(build) {
    build.onResolve({ filter: /^@dev-one\// }, ({ path }) => {
      const [, name, ...rest] = path.split("/");
      const directory = join(root, "packages", name);
      const key = rest.length === 0 ? "." : `./${rest.join("/")}`;
      const file = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")).exports?.[key];
      if (file === undefined) return { errors: [{ text: `packages/${name}/package.json does not export "${key}"` }] };
      return { path: join(directory, file) };
    });
  },
};

async function build(entryPath, bundle, manifest) {
  const { build: esbuild } = await import("esbuild");
  const result = await esbuild({
    entryPoints: [entryPath],
    outfile: bundle,
    bundle: true,
    ...(isTool(entryPath)
      ? { format: "esm", plugins: [workspaces], packages: "external" }
      : { format: "cjs", plugins: [workspaces, replacedFiles] }),
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
  // Which file a package exports under a name is said there.
  const manifests = readdirSync(join(root, "packages")).map((name) => `packages/${name}/package.json`);
  const inputs = [...Object.keys(result.metafile.inputs), ...manifests, "package-lock.json", "scripts/bundle.mjs"];
  mkdirSync(dirname(manifest), { recursive: true });
  for (const { path, contents } of result.outputFiles) replaceFile(path, contents);
  replaceFile(manifest, JSON.stringify(Object.fromEntries(inputs.map((file) => [file, stamp(file)]))));
}

/** Replaces the file atomically, because another run of the same entry point can read or write it at the same time. */
function replaceFile(file, contents) {
  const whole = `${file}.${process.pid}`;
  writeFileSync(whole, contents);
  renameSync(whole, file);
}

/**
 * Loads a bundle of constructs like `require`, with V8's code cache of an earlier run, because compiling takes a fifth of the
 * time of a synthesis. V8 rejects a cache of another V8 version, but compares only the length of the source. The name of the
 * cache file therefore identifies the bundle.
 *
 * @returns the exports of the entry point
 */
export function loadCommonJs(bundle) {
  const { mtimeMs, size } = statSync(bundle);
  const cache = `${bundle}.${mtimeMs}-${size}.cache`;
  const script = new Script(Module.wrap(readFileSync(bundle, "utf8")), {
    filename: bundle,
    cachedData: existsSync(cache) ? readFileSync(cache) : undefined,
  });
  // The cache is created at exit, because V8 compiles functions on their first call.
  if (script.cachedDataRejected !== false)
    process.once("exit", () => keepCompiled(bundle, cache, script.createCachedData()));
  const module = new Module(bundle);
  module.filename = bundle;
  module.paths = Module._nodeModulePaths(dirname(bundle));
  const run = script.runInThisContext();
  run.call(module.exports, module.exports, createRequire(bundle), module, bundle, dirname(bundle));
  return module.exports;
}

function keepCompiled(bundle, cache, compiled) {
  const isOld = (file) => file.startsWith(`${basename(bundle)}.`) && file.endsWith(".cache");
  for (const file of readdirSync(dirname(bundle)).filter(isOld)) rmSync(join(dirname(bundle), file), { force: true });
  replaceFile(cache, compiled);
}
