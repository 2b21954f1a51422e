import { lookup } from "node:dns/promises";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { UserError } from "@dev-one/cli/user-error";

import {
  cliConfiguration,
  type FoundProvider,
  MIRROR_VARIABLE,
  mirrorDirectories,
  platformTarget,
  versionsIn,
} from "./mirrors";
import { meets, type ProviderRequirement, REGISTRY, shortName } from "./requirements";

/** The source from which `terraform init` installs providers. */
export interface ProviderSource {
  /** Environment variables for Terraform. */
  readonly env: Readonly<Record<string, string>>;
  /** Providers found in mirrors, one per required provider; empty when the registry is used. */
  readonly found: readonly FoundProvider[];
  /** Description of the source in one sentence. */
  readonly description: string;
}

export interface ProviderSourceOptions {
  /** Directory for the CLI configuration; created when it is missing. */
  readonly scratch: string;
  /** Directory in which downloaded providers are kept between runs. @default a directory in `scratch` */
  readonly cache?: string;
  /** @default the environment of this process */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @default see `mirrorDirectories` */
  readonly mirrors?: readonly string[];
  /** @default a DNS lookup of the registry, with a timeout of 3 seconds */
  readonly isRegistryReachable?: () => Promise<boolean>;
}

/**
 * Finds the required providers: in the registry when its host name resolves, otherwise in the mirrors of this machine. For mirrors
 * it writes a CLI configuration that lists for each mirror the providers that it contains. The required version is preferred;
 * without it the newest one is used, and the stack must be relaxed (see relax.ts).
 *
 * @throws UserError that names a provider that was found neither in the registry nor in a mirror
 */
export async function findProviders(
  requirements: readonly ProviderRequirement[],
  options: ProviderSourceOptions,
): Promise<ProviderSource> {
  const env = options.env ?? process.env;
  const cache = options.cache ?? join(options.scratch, "plugin-cache");
  const download = (description: string) => ({ env: cacheEnvironment(env, cache), found: [], description });
  if (await (options.isRegistryReachable ?? isRegistryReachable)()) return download(`Providers come from ${REGISTRY}.`);
  const mirrors = options.mirrors ?? mirrorDirectories(env);
  const held = requirements.map((requirement) => ({
    requirement,
    candidates: versionsIn(mirrors, requirement.address),
  }));
  const missing = held.filter(({ candidates }) => candidates.length === 0).map(({ requirement }) => requirement);
  if (missing.length > 0 && hasOtherRoute(env)) {
    return download("Providers come from where Terraform's configuration or the proxy leads.");
  }
  if (missing.length > 0) throw missingError(missing);
  const found = held.flatMap(({ requirement, candidates }) => {
    const required = candidates.find(({ version }) => meets(version, requirement));
    return required ?? candidates.slice(0, 1);
  });
  mkdirSync(options.scratch, { recursive: true });
  const file = join(options.scratch, "terraform.tfrc");
  const candidates = held.flatMap((each) => each.candidates);
  writeFileSync(file, cliConfig(mirrors, candidates));
  const from = found.map(({ address, version, mirror }) => `${shortName(address)} ${version} (${mirror})`);
  const isPacked = found.some((one) => one.isPacked);
  return {
    env: { TF_CLI_CONFIG_FILE: file, ...(isPacked ? cacheEnvironment(env, cache) : {}) },
    found,
    description: `${REGISTRY} cannot be reached; providers come from mirrors on this machine: ${from.join(", ")}.`,
  };
}

function isRegistryReachable(): Promise<boolean> {
  const resolved = lookup(REGISTRY).then(
    () => true,
    () => false,
  );
  return Promise.race([resolved, setTimeout(3000, false, { ref: false })]);
}

/** Behind a proxy, or with a network mirror, Terraform does not need this machine to resolve the registry's host name. */
function hasOtherRoute(env: Readonly<Record<string, string | undefined>>): boolean {
  const proxy = env.HTTPS_PROXY ?? env.https_proxy ?? "";
  return proxy !== "" || cliConfiguration(env).includes("network_mirror");
}

function missingError(missing: readonly ProviderRequirement[]): UserError {
  const names = missing.map(({ address, version }) => `${shortName(address)} ${version}`.trim());
  const path = join(missing[0]?.address ?? REGISTRY, "VERSION", platformTarget());
  return new UserError(
    `Terraform provider ${names.join(" and ")} was found neither in the registry nor in a mirror: ${REGISTRY} cannot be reached, and no mirror on ` +
      `this machine holds it; name a directory that holds ${path} in ${MIRROR_VARIABLE}.`,
  );
}

function cliConfig(mirrors: readonly string[], held: readonly FoundProvider[]): string {
  const blocks = mirrors.flatMap((mirror) => {
    const addresses = new Set(held.filter((one) => one.mirror === mirror).map(({ address }) => address));
    if (addresses.size === 0) return [];
    return [`  filesystem_mirror {\n    path    = ${hcl(mirror)}\n    include = ${list(addresses)}\n  }\n`];
  });
  const all = new Set(held.map(({ address }) => address));
  return `provider_installation {\n${blocks.join("")}  direct {\n    exclude = ${list(all)}\n  }\n}\n`;
}

/** Terraform caches downloads only in an existing directory, and without a dependency lock file only when a setting allows it. */
function cacheEnvironment(env: Readonly<Record<string, string | undefined>>, cache: string): Record<string, string> {
  if (env.TF_PLUGIN_CACHE_DIR !== undefined) return {};
  if (!existsSync(cache)) mkdirSync(cache, { recursive: true });
  return { TF_PLUGIN_CACHE_DIR: cache, TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: "1" };
}

const list = (values: Iterable<string>): string => `[${[...values].map(hcl).join(", ")}]`;
/** A quoted HCL string; ${ and %{ are escaped because they begin a template. */
const hcl = (text: string): string => JSON.stringify(text).replaceAll("${", "$${").replaceAll("%{", "%%{");
