// Bundles a TypeScript entry point with our own files, without checking types; the bundle is used again until one of them
// changes. `npm run check` is where types are checked.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/**
 * Constructs (main.ts, and *.app.ts elsewhere) are bundled with all that they import: loading 150 files of bindings takes as
 * long as the synthesis itself. The tools import npm's packages as they are, because some ship as ES modules that find files
 * beside them; workspaces of this project are bundled in both cases.
 */
export function isTool(entryPath) {
  return /^(packages|scripts)[\\/]/.test(relative(root, entryPath)) && !entryPath.endsWith(".app.ts");
}

/** @returns the file of the bundle; rejects when esbuild cannot make it, and has said why */
export async function bundleOf(entryPath) {
  const name = createHash("sha256").update(entryPath).digest("hex").slice(0, 16);
  const bundle = join(root, ".build", `${name}.${isTool(entryPath) ? "mjs" : "cjs"}`);
  const manifest = join(root, ".build", `${name}.json`);
  if (!isFresh(bundle, manifest)) await build(entryPath, bundle, manifest);
  return bundle;
}

function isFresh(bundle, manifest) {
  if (!existsSync(bundle) || !existsSync(manifest)) return false;
  try {
    const stamps = JSON.parse(readFileSync(manifest, "utf8"));
    return Object.entries(stamps).every(([file, value]) => stamp(file) === value);
  } catch {
    return false;
  }
}

function stamp(file) {
  const path = join(root, file);
  if (!existsSync(path)) return "gone";
  const { mtimeMs, size } = statSync(path);
  return `${mtimeMs}:${size}`;
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
      contents: 'module.exports = () => { throw new Error("scripts/bundle.mjs leaves archives of assets out"); };',
    }));
  },
};

/**
 * CDKTF calls `util.isArray`, which Node.js 22 and newer report as deprecated on standard error.
 * @see https://nodejs.org/api/deprecations.html#dep0044-utilisarray
 */
const withoutDeprecatedIsArray = {
  name: "without-deprecated-is-array",
  setup(build) {
    build.onLoad({ filter: /cdktf[\\/]lib[\\/]terraform-output\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replaceAll("(0, util_2.isArray)(", "Array.isArray("),
    }));
  },
};

/**
 * Resolves `@dev-one/NAME/PATH` by the `exports` of packages/NAME in this very directory: the link in node_modules leads to
 * another one where node_modules is a link itself, as in scratch copies.
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

const othersAreExternal = {
  name: "others-are-external",
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === "entry-point" || path.startsWith("@dev-one/") ? undefined : { path, external: true },
    );
  },
};

async function build(entryPath, bundle, manifest) {
  const { build: esbuild } = await import("esbuild");
  const result = await esbuild({
    entryPoints: [entryPath],
    outfile: bundle,
    bundle: true,
    ...(isTool(entryPath)
      ? { format: "esm", plugins: [workspaces, othersAreExternal] }
      : { format: "cjs", plugins: [workspaces, withoutTokenTraces, withoutArchiver, withoutDeprecatedIsArray] }),
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
  const inputs = [...Object.keys(result.metafile.inputs), "package-lock.json", "scripts/bundle.mjs"];
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

/**
 * Loads a bundle of constructs as `require` would, from what V8 has compiled of it on an earlier run: compiling takes a fifth
 * of the time of a synthesis. V8 rejects what another version of it has made, but it tells bundles apart by their length only:
 * the name of the file says of which bundle it is.
 *
 * @returns what the entry point exports
 */
export function loadCommonJs(bundle) {
  const { mtimeMs, size } = statSync(bundle);
  const cache = `${bundle}.${mtimeMs}-${size}.cache`;
  const script = new Script(Module.wrap(readFileSync(bundle, "utf8")), {
    filename: bundle,
    cachedData: existsSync(cache) ? readFileSync(cache) : undefined,
  });
  // At the end, because functions are compiled when they are first called.
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
  for (const file of readdirSync(dirname(bundle))) {
    if (file.startsWith(`${basename(bundle)}.`) && file.endsWith(".cache")) {
      rmSync(join(dirname(bundle), file), { force: true });
    }
  }
  replaceFile(cache, compiled);
}
